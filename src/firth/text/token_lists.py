"""Token lists as blocks of text: the form in which files are read, for the same compiled scanner.

Tokens that Python holds are joined by two control characters. A token may hold anything else, spaces and newlines
included. Integers are spelled, and their block says so. Joining takes about a tenth of the time of a dictionary that
looks up each token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, is_integer, is_missing, plain, real, shown
from firth.errors import OptionError
from firth.text.sources import PADDING

END_OF_TOKEN = 0x1F  # U+001F, the unit separator
END_OF_LIST = 0x1E  # U+001E, the record separator: behind the last token of a list

MOST_WEIGHT = 10_000.0
"""Of a list: so often it is learned from in an epoch."""
_TOKENS_AT_A_TIME = 1 << 16


class TokenBlock(NamedTuple):
    """Some token lists.

    Attributes:
        text: UTF-8, a separator behind each token, then at least :data:`PADDING` spaces.  # (a multiple of 64,) uint8
        size: bytes of text.
        ends: one bit a byte, the lowest first: where the separators are.  # (bytes / 64,) uint64
        tokens: how many tokens there are.
        integers: whether they are integers, spelled; ``None`` where there are none.
        weights: of the lists that end in the block, if lists have weights.  # (lists,) float32
    """

    text: npt.NDArray[np.uint8]
    size: int
    ends: npt.NDArray[np.uint64]
    tokens: int
    integers: bool | None = False
    weights: npt.NDArray[np.float32] | None = None


class TokenSource(Protocol):
    """Token lists that lie elsewhere than in Python's lists, such as in a table.

    Attributes:
        names: what a person calls them.
        untyped: whether nothing there says if tokens are integers or strings that spell some.
        records: how bad rows were handled.
    """

    names: str
    untyped: bool
    records: Any

    def blocks(self) -> Iterator[TokenBlock]:
        """All of them in order."""


def blocks_of(source: TokenSource | Iterable[Iterable[Word]]) -> Iterator[TokenBlock]:
    """The blocks of token lists, wherever they lie."""
    return source.blocks() if hasattr(source, "blocks") else token_blocks(source)


def lists_of(block: TokenBlock) -> list[list[Word]]:
    """The token lists of a block that ends with one."""
    text = block.text[: block.size].tobytes().decode("utf-8", "surrogatepass")
    lists = [part.split(chr(END_OF_TOKEN)) if part else [] for part in text.split(chr(END_OF_LIST))[:-1]]
    return [list(map(int, tokens)) for tokens in lists] if block.integers else [[*tokens] for tokens in lists]


def weighted_blocks(pairs: Iterable[tuple[Iterable[Word], float]]) -> Iterator[TokenBlock]:
    """All token lists in order, as :func:`token_blocks`, each with its weight.

    Raises:
        OptionError: a weight is no number from 0 to :data:`MOST_WEIGHT`.
    """
    weights: list[float] = []

    def lists() -> Iterator[Iterable[Word]]:
        for number, (sentence, weight) in enumerate(pairs):
            weights.append(real(f"weight of index {number}", weight, 0.0, MOST_WEIGHT))
            yield sentence

    for block in token_blocks(lists()):
        count = int(np.count_nonzero(block.text[: block.size] == END_OF_LIST))
        yield block._replace(weights=np.array(weights[:count], np.float32))
        del weights[:count]


def token_blocks(sentences: Iterable[Iterable[Word]]) -> Iterator[TokenBlock]:
    """All token lists in order, including empty ones, iterated over once; of strings, or of integers.

    Raises:
        OptionError: a sentence is no list of tokens, or a token is neither a str nor an int, or of another type than
            the first one, or empty, or holds a separator.
    """
    batch: list[Sequence[Any]] = []
    tokens = first = 0
    integers: bool | None = None
    for number, sentence in enumerate(sentences):
        words = sentence if isinstance(sentence, list | tuple) else listed(sentence, number)
        batch.append(words)
        tokens += len(words) or 1
        if tokens >= _TOKENS_AT_A_TIME:
            block = join_tokens(batch, first, integers)
            yield block
            batch, tokens, first, integers = [], 0, number + 1, block.integers
    if batch:
        yield join_tokens(batch, first, integers)


def listed(sentence: object, number: int) -> list[Any]:
    """The tokens of a sentence, the one of this number from 0.

    Raises:
        OptionError: it is no list of tokens.
    """
    if isinstance(sentence, str | bytes) or not isinstance(sentence, Iterable):
        is_text = isinstance(sentence, str | bytes)
        hint = "split it: [line.split() for line in lines]" if is_text else "each sentence is a list of str"
        raise OptionError(
            f"the sentence at index {number} is {shown(sentence)}, expected a list of tokens",
            hint="leave missing rows out: dropna()" if is_missing(sentence) else hint,
        )
    # An array of NumPy, or a column of a table, holds numbers of its own.
    as_list = getattr(sentence, "tolist", None) or getattr(sentence, "to_list", None)
    return list(sentence if as_list is None else as_list())


def join_tokens(batch: Sequence[Sequence[Any]], first: int = 0, integers: bool | None = False) -> TokenBlock:
    """Some token lists as one block, the separator of lists behind each, an empty one too.

    Args:
        batch: the lists, at least one.
        first: the number of the first, for the error.
        integers: whether tokens are integers; ``None`` if the first one decides.

    Raises:
        OptionError: a token is of another type, or empty, or holds a separator.
    """
    if integers is None:
        integers = next((is_integer(plain(token)) for tokens in batch for token in tokens), None)
    spelled = _spelled(batch, first) if integers else batch
    try:
        joined = chr(END_OF_LIST).join(map(chr(END_OF_TOKEN).join, spelled)) + chr(END_OF_LIST)
    except TypeError:
        raise _bad_token(batch, first) from None
    tokens, empty = sum(map(len, batch)), sum(not sentence for sentence in batch)
    block = block_of(joined.encode("utf-8", "surrogatepass"), tokens, empty, integers)
    if block is None:
        raise _bad_token(batch, first)
    return block


def block_of(raw: bytes | memoryview, tokens: int, empty: int, integers: bool | None) -> TokenBlock | None:
    """A block of joined tokens; ``None`` where one of them is empty or holds a separator.

    Args:
        raw: UTF-8, a separator behind each token.
        tokens: how many there are.
        empty: how many lists have none, so that two separators stand together.
        integers: as in the block.
    """
    text = np.full(len(raw) // 64 * 64 + 64 + PADDING, ord(" "), np.uint8)
    text[: len(raw)] = np.frombuffer(raw, np.uint8)
    ends = (text | 1) == END_OF_TOKEN  # the two differ in the lowest bit
    nothing = int(ends[0]) + np.count_nonzero(ends[1:] & ends[:-1])  # behind the start, or between two separators
    if nothing != empty or np.count_nonzero(ends) != tokens + empty:
        return None
    return TokenBlock(text, len(raw), np.packbits(ends, bitorder="little").view(np.uint64), tokens, integers)


def _spelled(batch: Sequence[Sequence[Any]], first: int) -> list[list[str]]:
    """Lists of integers with the digits in place of each.

    Raises:
        OptionError: a token is no integer.
    """
    spelled = []
    for number, tokens in enumerate(batch, first):
        numbers = tokens if {int}.issuperset(map(type, tokens)) else list(map(plain, tokens))
        wrong = next((token for token in numbers if not is_integer(token)), None)
        if wrong is not None or None in numbers:
            missing = "leave missing values out: [token for token in tokens if token is not None]"
            raise OptionError(
                f"in the sentence at index {number}, a token is {shown(wrong)} among integers, expected an int",
                hint=missing if is_missing(wrong) else "convert all tokens to int, or all to str",
            )
        spelled.append(list(map(str, numbers)))
    return spelled


def _bad_token(batch: Sequence[Sequence[Any]], first: int) -> OptionError:
    """The error for the first token that cannot be joined, in a sentence from number ``first`` on."""
    for number, token in ((number, token) for number, tokens in enumerate(batch, first) for token in tokens):
        where = f"in the sentence at index {number}, a token is"
        if not isinstance(token, str):
            missing = "leave missing values out: [token for token in tokens if isinstance(token, str)]"
            return OptionError(
                f"{where} {shown(token)}, expected a str",
                hint=missing if is_missing(token) else "each sentence is a list of words, all of them str, or all int",
            )
        if not token:
            return OptionError(f"{where} the empty str", hint="leave it out: [token for token in tokens if token]")
        if chr(END_OF_TOKEN) in token or chr(END_OF_LIST) in token:
            return OptionError(
                f"{where} {shown(token)}, which contains a control character that firth uses as a separator",
                hint="leave U+001E and U+001F out",
            )
    raise AssertionError("every token can be joined")
