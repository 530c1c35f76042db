"""The hash, against the same arithmetic in whole numbers of Python."""

import numpy as np
import pytest
from numba import njit

from firth.kernels.simd.hashing import eight_bytes, eight_more, hash_bytes, hash_number, upper_hash

STIR, ALL = 0xD6E8FEB86659FD93, 2**64 - 1
WORDS = ["a", "ab", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghabcdefgh", "日本語", "a\0", "a\0\0", "\0", "x" * 100]


@njit
def number(key):
    return hash_number(key), upper_hash(key)


@njit
def word(text, length, salt):
    return hash_bytes(text, 0, length, salt), eight_bytes(text, 0, length), eight_more(text, 0, length)


def folded(parts):
    code, *rest = parts
    for part in rest:
        code = ((code ^ code >> 32) + part) * STIR & ALL
    return code ^ code >> 32


@pytest.mark.parametrize("key", [0, 1, 2**32 - 1, 2**32, 2**63 + 12345, ALL])
def test_numbers(key):
    assert number(np.uint64(key)) == (folded([key, 0, 0]), (key * STIR & ALL) >> 32)


@pytest.mark.parametrize("behind", [b" ", b"\xff"])
@pytest.mark.parametrize("spelling", WORDS)
def test_bytes_whatever_stands_behind_them(spelling, behind):
    raw = spelling.encode()
    text = np.frombuffer(raw + behind * 16, np.uint8).copy()
    parts = [int.from_bytes(raw[k : k + 8], "little") for k in range(0, len(raw), 8)]
    for salt in (0, 1, 7):
        code, head, more = word(text, len(raw), salt)
        assert [head, more] == [*parts, 0][:2]
        assert code == folded([len(raw) + (salt << 32), head, more, *parts[2:], 0])


def test_words_that_differ_late_early_or_in_length_alone_have_other_hashes():
    padded = [np.frombuffer(spelling.encode() + b"\0" * 16, np.uint8).copy() for spelling in WORDS]
    codes = {word(text, len(text) - 16, salt)[0] for text in padded for salt in (0, 1)}
    assert len(codes) == 2 * len(WORDS)
