"""Training of word vectors, explained on a text of the reader's own: one step as numbers, and a page."""

from firth.explain.lesson import lesson
from firth.explain.trace import Trace, explain

__all__ = ["Trace", "explain", "lesson"]
