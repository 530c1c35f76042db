"""Token lists as blocks of text: the form in which files are read, for the same compiled scanner.

Tokens that Python holds are joined by two control characters. A token may hold anything else, spaces and newlines
included. Joining takes about a tenth of the time of a dictionary that looks up each token.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

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
    """All token lists in order, gone through once; empty lists are no sentences.

    Raises:
        OptionError: a sentence is no list of tokens, or a token is no str, or empty, or holds a separator.
    """
    batch: list[Sequence[Any]] = []
    tokens = 0
    for sentence in sentences:
        words = sentence if isinstance(sentence, list | tuple) else _listed(sentence)
        if words:
            batch.append(words)
            tokens += len(words)
        if tokens >= _TOKENS_AT_A_TIME:
            yield join_tokens(batch, tokens)
            batch, tokens = [], 0
    if batch:
        yield join_tokens(batch, tokens)


def _listed(sentence: object) -> list[Any]:
    if isinstance(sentence, str | bytes) or not isinstance(sentence, Iterable):
        raise OptionError(
            f"a sentence is {_shown(sentence)}, expected a list of tokens",
            hint="split it: [line.split() for line in lines]",
        )
    return list(sentence)


def join_tokens(batch: Sequence[Sequence[Any]], tokens: int) -> TokenBlock:
    """Some token lists that are not empty, with so many tokens in all.

    Raises:
        OptionError: a token is no str, or empty, or holds a separator.
    """
    try:
        joined = chr(END_OF_LIST).join(map(chr(END_OF_TOKEN).join, batch)) + chr(END_OF_LIST)
    except TypeError:
        raise _bad_token(batch) from None
    raw = joined.encode("utf-8", "surrogatepass")
    text = np.full(len(raw) // 64 * 64 + 64 + PADDING, ord(" "), np.uint8)
    text[: len(raw)] = np.frombuffer(raw, np.uint8)
    ends = (text | 1) == END_OF_TOKEN  # the two differ in the lowest bit
    if ends[0] or (ends[1:] & ends[:-1]).any() or np.count_nonzero(ends) != tokens:
        raise _bad_token(batch)
    return TokenBlock(text, len(raw), np.packbits(ends, bitorder="little").view(np.uint64), tokens)


def _bad_token(batch: Sequence[Sequence[Any]]) -> OptionError:
    """The error for the first token that cannot be joined."""
    for token in itertools.chain.from_iterable(batch):
        if not isinstance(token, str):
            return OptionError(
                f"a token is {_shown(token)}, expected a str", hint="each sentence is a list of words, each a str"
            )
        if not token:
            return OptionError("a token is the empty str", hint="leave it out: [token for token in tokens if token]")
        if chr(END_OF_TOKEN) in token or chr(END_OF_LIST) in token:
            return OptionError(
                f"a token is {_shown(token)}, which holds a control character that separates tokens here",
                hint="leave U+001E and U+001F out",
            )
    raise AssertionError("every token can be joined")


def _shown(value: object) -> str:
    text = repr(value)
    return f"the {type(value).__name__} {text if len(text) < 60 else text[:57] + '...'}"
