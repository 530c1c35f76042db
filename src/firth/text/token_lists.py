"""Token lists as blocks of text: the form in which files are read, for the same compiled scanner.

Tokens that Python holds are joined by two control characters. A token may hold anything else, spaces and newlines
included. Joining takes about a tenth of the time of a dictionary that looks up each token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.arguments import is_missing, shown
from firth.errors import OptionError
from firth.text.sources import PADDING

END_OF_TOKEN = 0x1F  # U+001F, the unit separator
END_OF_LIST = 0x1E  # U+001E, the record separator: behind the last token of a list

_TOKENS_AT_A_TIME = 1 << 16


class TokenBlock(NamedTuple):
    """Some token lists.

    Attributes:
        text: UTF-8, a separator behind each token, then at least :data:`PADDING` spaces.  # (a multiple of 64,) uint8
        size: bytes of text.
        ends: one bit a byte, the lowest first: where the separators are.  # (bytes / 64,) uint64
        tokens: how many tokens there are.
    """

    text: npt.NDArray[np.uint8]
    size: int
    ends: npt.NDArray[np.uint64]
    tokens: int


def token_blocks(sentences: Iterable[Iterable[str]]) -> Iterator[TokenBlock]:
    """All token lists in order, gone through once, the empty ones too.

    Raises:
        OptionError: a sentence is no list of tokens, or a token is no str, or empty, or holds a separator.
    """
    batch: list[Sequence[Any]] = []
    tokens = first = 0
    for number, sentence in enumerate(sentences):
        words = sentence if isinstance(sentence, list | tuple) else listed(sentence, number)
        batch.append(words)
        tokens += len(words) or 1
        if tokens >= _TOKENS_AT_A_TIME:
            yield join_tokens(batch, first)
            batch, tokens, first = [], 0, number + 1
    if batch:
        yield join_tokens(batch, first)


def listed(sentence: object, number: int) -> list[Any]:
    """The tokens of a sentence, the one of this number from 0.

    Raises:
        OptionError: it is no list of tokens.
    """
    if isinstance(sentence, str | bytes) or not isinstance(sentence, Iterable):
        is_text = isinstance(sentence, str | bytes)
        hint = "split it: [line.split() for line in lines]" if is_text else "each sentence is a list of str"
        raise OptionError(
            f"the sentence of index {number} is {shown(sentence)}, expected a list of tokens",
            hint="leave missing rows out: dropna()" if is_missing(sentence) else hint,
        )
    return list(sentence)


def join_tokens(batch: Sequence[Sequence[Any]], first: int = 0) -> TokenBlock:
    """Some token lists as one block, the separator of lists behind each, an empty one too.

    Args:
        batch: the lists, at least one.
        first: the number of the first, for the error.

    Raises:
        OptionError: a token is no str, or empty, or holds a separator.
    """
    try:
        joined = chr(END_OF_LIST).join(map(chr(END_OF_TOKEN).join, batch)) + chr(END_OF_LIST)
    except TypeError:
        raise _bad_token(batch, first) from None
    raw = joined.encode("utf-8", "surrogatepass")
    text = np.full(len(raw) // 64 * 64 + 64 + PADDING, ord(" "), np.uint8)
    text[: len(raw)] = np.frombuffer(raw, np.uint8)
    ends = (text | 1) == END_OF_TOKEN  # the two differ in the lowest bit
    tokens, empty = sum(map(len, batch)), sum(not sentence for sentence in batch)
    nothing = int(ends[0]) + np.count_nonzero(ends[1:] & ends[:-1])  # behind the start, or between two separators
    if nothing != empty or np.count_nonzero(ends) != tokens + empty:
        raise _bad_token(batch, first)
    return TokenBlock(text, len(raw), np.packbits(ends, bitorder="little").view(np.uint64), tokens)


def _bad_token(batch: Sequence[Sequence[Any]], first: int) -> OptionError:
    """The error for the first token that cannot be joined, in a sentence from number ``first`` on."""
    for number, token in ((number, token) for number, tokens in enumerate(batch, first) for token in tokens):
        where = f"in the sentence of index {number} a token is"
        if not isinstance(token, str):
            missing = "leave missing values out: [token for token in tokens if isinstance(token, str)]"
            return OptionError(
                f"{where} {shown(token)}, expected a str",
                hint=missing if is_missing(token) else "each sentence is a list of words, each a str",
            )
        if not token:
            return OptionError(f"{where} the empty str", hint="leave it out: [token for token in tokens if token]")
        if chr(END_OF_TOKEN) in token or chr(END_OF_LIST) in token:
            return OptionError(
                f"{where} {shown(token)}, which holds a control character that separates tokens here",
                hint="leave U+001E and U+001F out",
            )
    raise AssertionError("every token can be joined")
