"""The character n-grams of one word, and their buckets, in plain Python.

The kernels in ``kernels/text/subwords.py`` do the same for whole vocabularies. To load them takes longer than to answer
a hundred queries here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from firth.kernels.text.scheme import Scheme

_BASIS, _PRIME, _SIGN = 2166136261, 16777619, 0xFFFFFF00
_FIRST, _SECOND = 0x87C37B91114253D5, 0x4CF5AD432745937F
_LOW, _LOW_64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
_END_OF_SENTENCE = "</s>"


def ngrams_of(word: str, scheme: Scheme) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The n-grams of ``<word>``, and their buckets (n-grams, 1 or hashes); with floret, the whole word before them.

    The bare marks are no n-grams, and ``</s>``, the end of a sentence, has none.
    """
    each = max(1, scheme.hashes)
    if word == _END_OF_SENTENCE:
        return [], np.empty((0, each), np.int64)
    marked = f"<{word}>"
    characters = [character.encode("utf-8", "surrogatepass") for character in marked]
    found = list(_floret(marked, characters, scheme) if scheme.hashes else _fasttext(marked, characters, scheme))
    buckets = np.array([numbers for _, numbers in found], np.uint64).reshape(len(found), each)
    return [ngram for ngram, _ in found], (buckets % np.uint64(scheme.buckets)).astype(np.int64)


def _spans(size: int, scheme: Scheme) -> Iterator[tuple[int, range]]:
    """Where n-grams begin in so many characters, and the places behind them."""
    for first in range(size):
        shortest = first + max(1, scheme.minn)
        longest = min(first + scheme.maxn, size)
        if shortest == first + 1 and (first == 0 or first == size - 1):  # a bare mark
            shortest += 1
        yield first, range(shortest, longest + 1)


def _fasttext(marked: str, characters: list[bytes], scheme: Scheme) -> Iterator[tuple[str, int]]:
    """The n-grams with their FNV-1a hashes, which n-grams that begin alike share the work of."""
    for first, stops in _spans(len(characters), scheme):
        key = _BASIS
        for stop, character in enumerate(characters[first : stops.stop - 1], first + 1):
            for byte in character:  # sign-extended as fastText does
                key = (key ^ (byte | _SIGN if byte > 127 else byte)) * _PRIME & _LOW
            if stop in stops:
                yield marked[first:stop], key


def _floret(marked: str, characters: list[bytes], scheme: Scheme) -> Iterator[tuple[str, list[int]]]:
    """The whole word and the n-grams, with as many numbers of their MurmurHash3 as there are hashes."""
    yield marked, murmur(b"".join(characters), _BASIS)[: scheme.hashes]
    for first, stops in _spans(len(characters), scheme):
        for stop in stops:
            yield marked[first:stop], murmur(b"".join(characters[first:stop]), _BASIS)[: scheme.hashes]


def murmur(text: bytes, seed: int) -> list[int]:
    """The 128-bit MurmurHash3 of some bytes: four numbers of 32 bits, the lowest bits first."""
    one = two = seed
    whole = len(text) - len(text) % 16
    for place in range(0, whole, 16):
        one ^= _scrambled(text[place : place + 8], _FIRST, 31, _SECOND)
        one = ((_rotated(one, 27) + two) * 5 + 0x52DCE729) & _LOW_64
        two ^= _scrambled(text[place + 8 : place + 16], _SECOND, 33, _FIRST)
        two = ((_rotated(two, 31) + one) * 5 + 0x38495AB5) & _LOW_64
    one ^= _scrambled(text[whole : whole + 8], _FIRST, 31, _SECOND) ^ len(text)
    two ^= _scrambled(text[whole + 8 :], _SECOND, 33, _FIRST) ^ len(text)
    one = (one + two) & _LOW_64
    two = (two + one) & _LOW_64
    one, two = _mixed(one), _mixed(two)
    one = (one + two) & _LOW_64
    two = (two + one) & _LOW_64
    return [one & _LOW, one >> 32, two & _LOW, two >> 32]


def _rotated(number: int, bits: int) -> int:
    return (number << bits | number >> (64 - bits)) & _LOW_64


def _scrambled(eight: bytes, before: int, bits: int, behind: int) -> int:
    return _rotated(int.from_bytes(eight, "little") * before & _LOW_64, bits) * behind & _LOW_64


def _mixed(number: int) -> int:
    number = (number ^ number >> 33) * 0xFF51AFD7ED558CCD & _LOW_64
    number = (number ^ number >> 33) * 0xC4CEB9FE1A85EC53 & _LOW_64
    return number ^ number >> 33
