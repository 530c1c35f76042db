"""The character n-grams of a word, against those written out and hashed by hand."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.kernels.text.murmur import murmur
from firth.kernels.text.subwords import Scheme, list_ngrams
from firth.vectors.subwords import WordBags, composed, ngram_buckets, word_bags


def fnv(letters):
    """FNV-1a in 32 bits over bytes that are signed, as a C compiler may have it."""
    value = 2166136261
    for byte in letters.encode():
        value = (value ^ (byte if byte < 128 else byte + 0xFFFFFF00)) * 16777619 % 2**32
    return value


def found(word, minn, maxn, buckets):
    letters = np.frombuffer(f"<{word}>".encode(), np.uint8).copy()
    return list_ngrams(letters, Scheme(minn, maxn, buckets))[1].ravel().tolist()


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


def texts(word, scheme):
    letters = np.frombuffer(f"<{word}>".encode(), np.uint8).copy()
    return [letters[start:stop].tobytes().decode() for start, stop in list_ngrams(letters, scheme)[0].tolist()]


def test_where_ngrams_lie():
    assert texts("日é", Scheme(2, 3, 9)) == ["<日", "<日é", "日é", "日é>", "é>"]
    assert texts("ab", Scheme(2, 2, 9, 2)) == ["<ab>", "<a", "ab", "b>"]  # of floret, the whole word first
    assert texts("</s>", Scheme(2, 2, 9, 2)) == []


def packed(words):
    text = np.frombuffer("".join(words).encode(), np.uint8).copy()
    return text, np.cumsum([0, *(len(word.encode()) for word in words)])


def test_bags_are_a_words_own_row_and_its_ngrams():
    words = ["ab", "</s>", "b", "日é"]
    bounds, rows = word_bags(*packed(words), Scheme(3, 6, 20))
    ngrams = [("<ab", "<ab>", "ab>"), (), ("<b>",), ("<日é", "<日é>", "日é>")]
    expected = [[row, *(4 + fnv(letters) % 20 for letters in ngrams[row])] for row in range(4)]
    assert [rows[a:b].tolist() for a, b in itertools.pairwise(bounds)] == expected
    assert word_bags(*packed(words), Scheme(3, 6, 20), first_bucket=99)[1][1] == 99 + fnv("<ab") % 20


@pytest.mark.parametrize("scheme", [Scheme(1, 3, 50), Scheme(0, 4, 50), Scheme(3, 6, 50, 2), Scheme(5, 9, 50, 4)])
@given(words=st.lists(st.text(max_size=9).map(lambda word: word.encode("utf-8", "ignore").decode()), max_size=5))
def test_bags_have_all_buckets(scheme, words):
    words = [*words, "</s>", ""]
    bounds, rows = word_bags(*packed(words), scheme, first_bucket=0)
    for row, word in enumerate(words):
        own = [] if scheme.hashes else [row]
        assert rows[bounds[row] : bounds[row + 1]].tolist() == own + ngram_buckets(word, scheme)


def test_vectors_are_means_of_bags():
    matrix = np.random.default_rng(2).normal(size=(20, 16)).astype(np.float32)
    bounds, rows = np.array([0, 3, 3, 4]), np.array([1, 7, 7, 19], np.int32)
    expected = [(matrix[1] + 2 * matrix[7]) / 3, np.zeros(16), matrix[19]]
    np.testing.assert_allclose(composed(matrix, WordBags(bounds, rows), 5), np.array(expected)[:, :5], rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "seed", "expected"),
    [  # cbd8a7b341bd9b02 5b1e906a48ae1d19 is the published digest of "hello"
        (b"", 0, (0, 0, 0, 0)),
        (b"hello", 0, (1102945026, 3419973555, 1219370265, 1528729706)),
    ],
)
def test_murmur(text, seed, expected):
    found = np.zeros(4, np.uint64)
    murmur(np.frombuffer(bytearray(text), np.uint8), 0, len(text), seed, found)
    assert tuple(found.tolist()) == expected
