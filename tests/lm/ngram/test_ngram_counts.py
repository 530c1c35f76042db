"""Counting against a dictionary."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firth.errors import OptionError
from firth.kernels.ngram.nodes import END_ID, START_ID
from firth.lm.ngram import ngram_counts
from firth.lm.ngram.ngram_counts import NgramCounts, count_ngrams
from firth.lm.sentences import Sentences

VOCABULARY = 9


def sentences_of(lists: list[list[int]]) -> Sentences:
    bounds = np.concatenate([[0], np.cumsum([len(words) for words in lists])])
    return Sentences(np.array([word for words in lists for word in words], np.int32), bounds)


def naive(lists: list[list[int]], order: int) -> Counter[tuple[int, ...]]:
    counts: Counter[tuple[int, ...]] = Counter()
    for words in lists:
        padded = [START_ID, *words, END_ID]
        for last in range(1, len(padded)):
            for n in range(1, order + 1):
                if last - n + 1 >= 0:
                    counts[tuple(padded[last - n + 1 : last + 1])] += 1
    return counts


def as_counter(counts: NgramCounts) -> Counter[tuple[int, ...]]:
    found: Counter[tuple[int, ...]] = Counter()
    for n in range(1, counts.trie.order + 1):
        rows, values = counts.trie.ngrams(n).tolist(), counts.counts[counts.trie.level(n)].tolist()
        assert rows == sorted(rows, key=lambda row: row[::-1])
        for row, value in zip(rows, values, strict=True):
            assert tuple(row) not in found
            found[tuple(row)] = value
    return found


word_ids = st.integers(0, VOCABULARY - 1).filter(lambda word: word not in (START_ID, END_ID))
texts = st.lists(st.lists(word_ids, max_size=12), min_size=1, max_size=8)


@settings(max_examples=60)
@given(texts, st.integers(1, 7), st.integers(1, 3))
def test_counts_are_those_of_a_dictionary(lists: list[list[int]], order: int, workers: int) -> None:
    for bucket in (1 << 16, 1, 4):  # one bucket, and many
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ngram_counts, "_BUCKET", bucket)
            counts = count_ngrams(sentences_of(lists), VOCABULARY, order, workers=workers)
        assert +as_counter(counts) == naive(lists, order)
        assert counts.counts[START_ID] == 0


@pytest.mark.parametrize("order", [1, 2, 3, 7])
@pytest.mark.parametrize("vocabulary", [50, 3_000_000])
def test_wide_keys_and_rounds_count_the_same(order: int, vocabulary: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(order)
    # Zipf's law with a large vocabulary: seven words of 22 bits need four columns a key
    ids = np.minimum(3 + random.zipf(1.3, 80_000), vocabulary - 1).astype(np.int32)
    bounds = np.concatenate([[0], np.sort(random.integers(0, len(ids), 500)), [len(ids)]])
    sentences = Sentences(ids, bounds)
    plain = count_ngrams(sentences, vocabulary, order)
    assert not plain.on_disk
    monkeypatch.setattr(ngram_counts, "_BUCKET", 1 << 8)
    spilled = count_ngrams(sentences, vocabulary, order, workers=2, memory=1 << 20)
    assert spilled.on_disk
    for ours, other in [
        (plain.counts, spilled.counts),
        (plain.trie.left_words, spilled.trie.left_words),
        (plain.trie.child_bounds, spilled.trie.child_bounds),
        (plain.trie.level_bounds, spilled.trie.level_bounds),
    ]:
        np.testing.assert_array_equal(ours, other)
    if vocabulary == 50:
        lists = [ids[start:stop].tolist() for start, stop in itertools.pairwise(bounds)]
        assert +as_counter(plain) == naive(lists, order)


def test_contexts_are_the_ngrams_without_their_last_word() -> None:
    counts = count_ngrams(sentences_of([[3, 4, 3, 5], [4, 3], []]), VOCABULARY, 4)
    trie, contexts = counts.trie, counts.trie.link_contexts()
    for n in range(2, 5):
        rows = trie.ngrams(n)
        above = trie.ngrams(n - 1)
        np.testing.assert_array_equal(above[contexts[trie.level(n)] - trie.level(n - 1).start], rows[:, :-1])
        np.testing.assert_array_equal(above[trie.suffixes(n) - trie.level(n - 1).start], rows[:, 1:])


@pytest.mark.parametrize("option", [{"order": 0}, {"order": 17}, {"workers": 0}, {"memory": 5}])
def test_options_that_make_no_sense(option: dict[str, int]) -> None:
    with pytest.raises(OptionError, match="expected"):
        count_ngrams(sentences_of([[3]]), VOCABULARY, **{"order": 2, **option})
