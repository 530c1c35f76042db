"""The character n-grams of a word, against those written out and hashed by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.kernels.text.subwords import add_ngrams, ngrams_at


def fnv(letters):
    """FNV-1a in 32 bits over bytes that are signed, as a C compiler may have it."""
    value = 2166136261
    for byte in letters.encode():
        value = (value ^ (byte if byte < 128 else byte + 0xFFFFFF00)) * 16777619 % 2**32
    return value


def found(word, minn, maxn, buckets):
    letters = np.frombuffer(f"<{word}>".encode(), np.uint8).copy()
    at = np.zeros(maxn, np.int64)
    return [
        bucket
        for first in range(len(letters))
        for bucket in at[: ngrams_at(letters, first, minn, maxn, buckets, at)].tolist()
    ]


@pytest.mark.parametrize(
    ("word", "minn", "maxn", "ngrams"),
    [
        ("ab", 3, 4, ["<ab", "<ab>", "ab>"]),
        ("ab", 1, 2, ["<a", "a", "ab", "b", "b>"]),
        ("ab", 0, 1, ["a", "b"]),
        ("大学é", 2, 2, ["<大", "大学", "学é", "é>"]),
        ("", 1, 5, ["<>"]),
        ("</s>", 1, 5, []),
        ("<s>", 3, 3, ["<<s", "<s>", "s>>"]),
        ("ab", 5, 9, []),
    ],
)
def test_ngrams_by_hand(word, minn, maxn, ngrams):
    assert found(word, minn, maxn, 2**32) == [fnv(letters) for letters in ngrams]


@given(st.text(max_size=12), st.integers(1, 4), st.integers(0, 4), st.integers(1, 1000))
def test_ngrams_are_slices_of_the_marked_word(word, minn, more, buckets):
    word = word.encode("utf-8", "ignore").decode()
    marked, maxn = f"<{word}>", minn + more
    spans = [
        (first, length)
        for first in range(len(marked))
        for length in range(minn, min(maxn, len(marked) - first) + 1)
        if length > 1 or 0 < first < len(marked) - 1
    ]
    assert found(word, minn, maxn, buckets) == [
        fnv(marked[first : first + length]) % buckets for first, length in spans if word != "</s>"
    ]


def test_a_row_becomes_the_mean_of_itself_and_its_ngrams():
    words = ["ab", "</s>", "b"]
    text = np.frombuffer("".join(words).encode(), np.uint8).copy()
    ngrams = np.random.default_rng(2).normal(size=(20, 3)).astype(np.float32)
    rows = np.ones((3, 3), np.float32)
    add_ngrams(text, np.array([0, 2, 6, 7]), ngrams, 3, 6, rows, 0, 2)
    parts = [fnv(letters) % 20 for letters in ("<ab", "<ab>", "ab>")]
    np.testing.assert_allclose(rows[0], (1 + ngrams[parts].sum(axis=0)) / 4, rtol=1e-6)
    np.testing.assert_array_equal(rows[1:], 1)
