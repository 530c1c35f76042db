"""Which words changed between texts of several periods: aligned spaces, a null of shuffled dates, and a page."""

from firth.drift.changes import Change, Stop, WordChanges, word_changes
from firth.drift.null_model import Excess, NullModel
from firth.drift.shuffled_spaces import train_shuffled

__all__ = ["Change", "Excess", "NullModel", "Stop", "WordChanges", "train_shuffled", "word_changes"]
