"""The n-grams of one word in plain Python, against the kernels that list those of whole vocabularies."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.kernels.text.murmur import murmur as compiled_murmur
from firth.kernels.text.scheme import Scheme
from firth.kernels.text.subwords import list_ngrams
from firth.vectors.ngrams import murmur, ngrams_of

SCHEMES = [Scheme(3, 6, 2_000_000), Scheme(0, 2, 7), Scheme(1, 1, 50), Scheme(2, 40, 50, 1), Scheme(1, 5, 90, 4)]
WORDS = ["", "a", "ab", "</s>", "<s>", "</s", "straße", "大学é", "e\u0301", "👩‍👩‍👧", "\ud800x", "\x00", "İstanbul" * 5]


def compiled(word, scheme):
    raw = f"<{word}>".encode("utf-8", "surrogatepass")
    spans, buckets = list_ngrams(np.frombuffer(bytearray(raw), np.uint8), scheme)
    return [raw[a:b].decode("utf-8", "surrogatepass") for a, b in spans.tolist()], buckets.tolist()


def plain(word, scheme):
    ngrams, buckets = ngrams_of(word, scheme)
    return ngrams, buckets.tolist()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words(scheme):
    for word in WORDS:
        assert plain(word, scheme) == compiled(word, scheme), word


@pytest.mark.parametrize("scheme", SCHEMES)
@given(st.text(st.characters(exclude_categories=[]), max_size=20))
def test_any_words(scheme, word):
    assert plain(word, scheme) == compiled(word, scheme)


@given(st.binary(max_size=70), st.integers(0, 2**32 - 1))
def test_murmur(text, seed):
    found = np.zeros(4, np.uint64)
    compiled_murmur(np.frombuffer(bytearray(text), np.uint8), 0, len(text), seed, found)
    assert murmur(text, seed) == found.tolist()
