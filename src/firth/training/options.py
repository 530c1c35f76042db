"""The table of the options of training. Each is declared here once, and everything else is derived from it.

These are derived from it: the configuration and its checks (:mod:`firth.training.configuration`), the signatures of
:class:`firth.Word2Vec` and :class:`firth.sklearn.TextVectors`, the command line
(:mod:`firth.cli.training_options`), what tuning searches (:mod:`firth.tuning.space`), the report before training
(:mod:`firth.training.report`), and the tables of the documentation.

To add an option, add its line to :class:`Options`, and its name and type to :class:`OptionValues`. The tests then name
the tables of the documentation that it is missing from.
"""

import functools
import inspect
import math
import os
import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import (
    Annotated,
    Any,
    Literal,
    TypeAlias,
    TypedDict,
    Union,
    get_args,
    get_origin,
)

from firth.arguments import plain, real, switch, whole
from firth.errors import OptionError

Architecture: TypeAlias = Literal["skipgram", "cbow"]
Objective: TypeAlias = Literal["negative", "hierarchical", "softmax"]
CbowGradient: TypeAlias = Literal["corrected", "word2vec"]
SubwordGradient: TypeAlias = Literal["corrected", "fasttext"]
Shortest: TypeAlias = int | Literal["auto"]
Side: TypeAlias = Literal["input", "output"]
Window: TypeAlias = int | Literal["sentence"]
Validation: TypeAlias = float | str | os.PathLike[str]

LONGEST_SENTENCE = 1000
LONGEST_NGRAM = 1000
MOST_BUCKETS = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option.

    Attributes:
        help: one sentence that can be understood by itself.
        more: further sentences, for the reference.
        lowest, highest: limits of a number, both included.
        unset: the meaning of None, if it stands for another value.
        off: the flag on the command line for False, if True is the default.
        only: another option and its value, without which this option has no effect.
        searched: whether tuning can search it.
        usual: the values that tuning searches by default: a range, or a list.
        by_factors: whether a range is searched on a logarithmic scale.
        name, default: name and default value in the table.
        annotation: its type.
    """

    help: str
    more: str = ""
    lowest: float = -math.inf
    highest: float = math.inf
    unset: str = ""
    off: str = ""
    only: tuple[str, str | bool] | None = None
    searched: bool = False
    usual: tuple[float, float] | list[bool | int | float | str] | None = None
    by_factors: bool = False
    name: str = ""
    default: Any = None
    annotation: Any = None

    @functools.cached_property
    def kind(self) -> type[bool | int | float | str]:
        """The type of its values, or the first of several."""
        kinds: tuple[type[bool | int | float | str], ...] = (bool, int, float)
        return next((kind for kind in kinds if kind in self._types), str)

    @functools.cached_property
    def choices(self) -> tuple[str, ...]:
        """The possible words."""
        return tuple(word for one in self._types if get_origin(one) is Literal for word in get_args(one))

    @property
    def takes_path(self) -> bool:
        """Whether it may name a file."""
        return str in self._types

    @property
    def takes_none(self) -> bool:
        """Whether it may be None."""
        return types.NoneType in self._types

    @functools.cached_property
    def _types(self) -> tuple[Any, ...]:
        several = get_origin(self.annotation) in (Union, types.UnionType)
        return get_args(self.annotation) if several else (self.annotation,)

    def has_effect(self, options: "Options") -> bool:
        """Whether it has an effect with these options."""
        return self.only is None or getattr(options, self.only[0]) == self.only[1]

    def checked(self, value: object) -> Any:
        """The value as a plain Python value.

        Raises:
            OptionError: the value is invalid.
        """
        value = plain(value)
        if value is None and self.takes_none:
            return None
        if isinstance(value, str) and value in self.choices:
            return value
        if self.takes_path and isinstance(value, str | os.PathLike):
            return os.fspath(value)
        if self.kind is bool:
            return switch(self.name, value)
        others = [f" or {choice!r}" for choice in self.choices] + [", or the path of a text"] * self.takes_path
        if self.kind is int:
            highest = None if math.isinf(self.highest) else int(self.highest)
            return whole(self.name, value, int(self.lowest), highest, other="".join(others))
        if self.kind is float:
            return real(self.name, value, self.lowest, self.highest, other="".join(others))
        raise OptionError(f"{self.name}={value!r}, expected {' or '.join(map(repr, self.choices))}")

    @property
    def reference(self) -> str:
        """The text of the reference, in Markdown."""
        values = ""
        if self.kind is str:
            values = f"One of {', '.join(f'`{choice}`' for choice in self.choices)}."
        elif self.kind is not bool and math.isfinite(self.highest) and not self.takes_path:
            values = f"From {self.lowest:g} to {self.highest:,g}."
        return " ".join(filter(None, [self.help, values, self.more]))


@dataclass(frozen=True, kw_only=True)
class Options:
    """The table: name, type, description and default of each option."""

    architecture: Annotated[
        Architecture,
        Option(
            help="Model: skipgram predicts the context words from each word, cbow predicts each word from its context.",
            more="In `cbow` the context is the mean of the input vectors of its words.",
            searched=True,
        ),
    ] = "skipgram"
    objective: Annotated[
        Objective,
        Option(
            help="Training objective: negative sampling, hierarchical softmax or full softmax.",
            more="Hierarchical softmax decides along a path in a Huffman tree. Full softmax is exact, and slow when "
            "there are many words.",
            searched=True,
        ),
    ] = "negative"
    vector_size: Annotated[
        int,
        Option(
            help="Number of dimensions of the word vectors.",
            lowest=1,
            highest=2000,
            searched=True,
            usual=[50, 100, 200, 300],
            by_factors=True,
        ),
    ] = 100
    window: Annotated[
        Window,
        Option(
            help="Maximum distance between a word and its context words, or 'sentence' for the whole sentence.",
            lowest=1,
            highest=LONGEST_SENTENCE,
            searched=True,
            usual=(2, 15),
        ),
    ] = 5
    shrink_windows: Annotated[
        bool,
        Option(
            help="Draw each window's width from 1 to the maximum (default), or always use the maximum.",
            more="Each width is equally likely, so that nearer words count more.",
            off="fixed_windows",
            searched=True,
        ),
    ] = True
    min_count: Annotated[int, Option(help="Ignore words that occur fewer than this many times.", lowest=1)] = 5
    max_words: Annotated[
        int | None, Option(help="Keep only this many words, the most frequent ones.", lowest=1, unset="no limit")
    ] = None
    negative: Annotated[
        int,
        Option(
            help="Number of noise words for each positive pair in negative sampling.",
            lowest=1,
            highest=300,
            only=("objective", "negative"),
            searched=True,
            usual=(2, 20),
        ),
    ] = 5
    noise_exponent: Annotated[
        float,
        Option(
            help="In negative sampling, draw noise words in proportion to their counts raised to this power.",
            more="1 draws words as often as they occur in the text, 0 draws all equally often, and a negative power "
            "draws rare words more often.",
            lowest=-2.0,
            highest=2.0,
            only=("objective", "negative"),
            searched=True,
            usual=(-0.5, 1.0),
        ),
    ] = 0.75
    sample: Annotated[
        float,
        Option(
            help="Randomly drop occurrences of words whose share of the text is above this threshold; 0 drops none.",
            more="A word with the share f keeps the share (sqrt(f / sample) + 1) * sample / f of its occurrences, "
            "different ones in each epoch.",
            lowest=0.0,
            highest=1.0,
            searched=True,
            usual=(1e-5, 1e-2),
            by_factors=True,
        ),
    ] = 1e-3
    learning_rate: Annotated[
        float | None,
        Option(
            help="Learning rate at the start of training.",
            lowest=0.0,
            highest=1.0,
            more="By default it is 0.025 for skip-gram, 0.05 with subwords, or 0.016 with hierarchical softmax; for "
            "CBOW 0.13 with negative sampling and 0.1 otherwise; and with word2vec's gradient 0.05 with negative "
            "sampling, less where windows have more than 10 words, and 0.03 otherwise. If the tokens of all epochs are "
            "fewer than 85 million, the default of negative sampling and hierarchical softmax is up to four times as "
            "high.",
            unset="0.016 to 0.52, depending on the model and the length of the text",
            searched=True,
            usual=(0.005, 0.1),
            by_factors=True,
        ),
    ] = None
    min_learning_rate: Annotated[
        float | None,
        Option(
            help="Learning rate at the end of training; the rate decreases linearly.",
            lowest=0.0,
            highest=1.0,
            unset="1e-4 of the rate at the start",
            searched=True,
            by_factors=True,
        ),
    ] = None
    cbow_gradient: Annotated[
        CbowGradient,
        Option(
            help="How CBOW divides the gradient of the mean: equally among the context words, or all of it to each.",
            more="`corrected` gives 1/C of the gradient to each of C context words (Rong 2014, equation 34); "
            "`word2vec` gives all of it to each, as word2vec.c and gensim do.",
            only=("architecture", "cbow"),
            searched=True,
        ),
    ] = "corrected"
    subwords: Annotated[
        bool,
        Option(
            help="Learn vectors of character n-grams too, so that words that were never seen have vectors.",
            more="A word's vector is the mean of a row of its own and the rows of its n-grams, as in fastText. It is "
            "not available for full softmax.",
        ),
    ] = False
    minn: Annotated[
        Shortest,
        Option(
            help="Minimum length of character n-grams, or 'auto' to choose both lengths from the words.",
            more="The beginning and the end of a word count as one character each. `auto` sets `maxn` too.",
            lowest=1,
            highest=LONGEST_NGRAM,
            only=("subwords", True),
            searched=True,
            usual=[1, 2, 3, 4],
        ),
    ] = 3
    maxn: Annotated[
        int,
        Option(
            help="Maximum length of character n-grams.",
            lowest=1,
            highest=LONGEST_NGRAM,
            only=("subwords", True),
            searched=True,
            usual=[4, 5, 6, 7],
        ),
    ] = 6
    buckets: Annotated[
        int,
        Option(
            help="Number of rows for character n-grams, which are assigned to them by a hash function.",
            more="Each row needs as much memory as the vector of a word.",
            lowest=1,
            highest=MOST_BUCKETS,
            only=("subwords", True),
        ),
    ] = 2_000_000
    hashes: Annotated[
        int,
        Option(
            help="Number of rows for each n-gram and each word, as in floret; 0 gives words rows of their own.",
            more="With 2 hashes, 50,000 `buckets` are enough, and the vectors can be written as `.floret` for spaCy.",
            lowest=0,
            highest=4,
            only=("subwords", True),
        ),
    ] = 0
    subword_gradient: Annotated[
        SubwordGradient,
        Option(
            help="How the gradient of a word's vector is divided among its rows: equally, or all of it to each.",
            more="`corrected` gives each row the gradient of the mean, in steps so long that vectors of words move "
            "as fast as without n-grams; `fasttext` gives all of it to each row, as fastText does.",
            only=("subwords", True),
        ),
    ] = "corrected"
    freeze: Annotated[
        Side | None,
        Option(
            help="Leave the input vectors or the output vectors as they are.",
            more="`output` needs a model that has been trained before. The default is to train both.",
        ),
    ] = None
    validation: Annotated[
        Validation | None,
        Option(
            help="Hold out this share of the text, or this text file, from training and report its loss.",
            more="A share is above 0 and at most 0.9, and is spread evenly over the text. The default is to hold out "
            "nothing.",
            lowest=1e-6,
            highest=0.9,
        ),
    ] = None
    early_stopping: Annotated[
        int | None,
        Option(
            help="Stop when the held-out loss has not reached a new minimum for this many epochs.",
            more="It needs held-out text. The default is to complete all epochs.",
            lowest=1,
        ),
    ] = None
    epochs: Annotated[int, Option(help="Number of passes over the text.", lowest=1, searched=True)] = 5
    seed: Annotated[int, Option(help="Seed of the random number generator.", lowest=0)] = 1
    workers: Annotated[
        int | None,
        Option(
            help="Number of threads.",
            lowest=1,
            unset="one for each available core",
        ),
    ] = None
    deterministic: Annotated[
        bool,
        Option(
            help="Give the same vectors for the same seed, bit for bit, whatever the number of workers.",
            more="Negative sampling and hierarchical softmax then use up to four threads. Full softmax uses all "
            "workers from 8,192 words on.",
        ),
    ] = False


class OptionValues(TypedDict, total=False):
    """The names and types of :class:`Options`, for a function that takes some of them as keywords."""

    architecture: Architecture
    objective: Objective
    vector_size: int
    window: Window
    shrink_windows: bool
    min_count: int
    max_words: int | None
    negative: int
    noise_exponent: float
    sample: float
    learning_rate: float | None
    min_learning_rate: float | None
    cbow_gradient: CbowGradient
    subwords: bool
    minn: Shortest
    maxn: int
    buckets: int
    hashes: int
    subword_gradient: SubwordGradient
    freeze: Side | None
    validation: Validation | None
    early_stopping: int | None
    epochs: int
    seed: int
    workers: int | None
    deterministic: bool


def _table() -> dict[str, Option]:
    annotations = inspect.get_annotations(Options)
    defaults = {field.name: field.default for field in fields(Options)}
    table = {}
    for name, default in defaults.items():
        annotation, option = get_args(annotations[name])
        table[name] = replace(option, name=name, default=default, annotation=annotation)
    return table


OPTIONS = _table()
"""Each option by its name."""

SEARCHED = {name: option for name, option in OPTIONS.items() if option.searched}
"""Those that tuning can search."""


def check_names(options: Mapping[str, Any]) -> None:
    """Check that options exist.

    Args:
        options: the options by name.

    Raises:
        OptionError: one is unknown; the hint names the closest, or what to write in place of a name of gensim.
    """
    for name in options:
        if name not in OPTIONS:
            import difflib

            from firth.training.other_names import advice, is_foreign

            if is_foreign(name):
                raise OptionError(f"no option {name!r}", hint=advice(options, OPTIONS))
            close = "".join(difflib.get_close_matches(name, OPTIONS, 1))
            hint = f"did you mean {close}?" if close else f"one of {', '.join(OPTIONS)}"
            raise OptionError(f"no option {name!r}", hint=hint)
