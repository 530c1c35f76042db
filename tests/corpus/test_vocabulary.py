"""Words, counts, ids, and their table on disk."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.corpus import Vocabulary, encode
from firth.errors import FileFormatError, OptionError, UnknownWord, VocabularyError


@pytest.fixture
def vocabulary():
    return Vocabulary(["the", "cat", "sat", "mat"], [9, 4, 4, 1])


def test_ids_are_places(vocabulary):
    assert len(vocabulary) == 4
    assert list(vocabulary) == ["the", "cat", "sat", "mat"]
    assert [vocabulary.word_id(word) for word in vocabulary] == [0, 1, 2, 3]
    assert "cat" in vocabulary
    assert "dog" not in vocabulary
    assert vocabulary.counts.dtype == np.int64
    assert repr(vocabulary) == "Vocabulary(4 words, 18 tokens)"


def test_an_unknown_word(vocabulary):
    with pytest.raises(UnknownWord, match="dog"):
        vocabulary.word_id("dog")


@pytest.mark.parametrize(("min_count", "kept"), [(1, 4), (2, 3), (4, 3), (5, 1), (9, 1)])
def test_prune(vocabulary, min_count, kept):
    pruned = vocabulary.prune(min_count)
    assert pruned.words == vocabulary.words[:kept]
    assert pruned.counts.tolist() == [9, 4, 4, 1][:kept]


def test_an_empty_vocabulary_says_what_would_not_be_empty():
    message = "none of 3 distinct words occurs 5 times, the most frequent 4 times; hint: min_count=4 keeps 2 of them"
    with pytest.raises(VocabularyError, match=message):
        Vocabulary(["a", "b", "c"], [4, 4, 1]).prune(5)
    with pytest.raises(VocabularyError, match="there are no words"):
        Vocabulary([], []).prune(1)


def test_words_and_counts_must_match():
    with pytest.raises(OptionError, match="2 words, but counts of shape"):
        Vocabulary(["a", "b"], [1])
    with pytest.raises(OptionError, match="most frequent words first"):
        Vocabulary(["a", "b"], [1, 2])


spelling = st.text(st.characters(exclude_characters="\t\n\r", exclude_categories=["Cs"]), min_size=1)


@given(st.lists(spelling, unique=True), st.data())
def test_a_table_comes_back(tmp_path_factory, words, data):
    counts = sorted(data.draw(st.lists(st.integers(1, 9), min_size=len(words), max_size=len(words))), reverse=True)
    path = tmp_path_factory.mktemp("table") / "words.tsv"
    Vocabulary(words, counts).save(path)
    loaded = Vocabulary.load(path)
    assert loaded.words == words
    assert loaded.counts.tolist() == counts


def test_a_table_is_plain_text(vocabulary, tmp_path):
    vocabulary.save(tmp_path / "words.tsv")
    assert (tmp_path / "words.tsv").read_bytes() == b"the\t9\ncat\t4\nsat\t4\nmat\t1\n"


def test_a_table_in_any_order(tmp_path):
    (tmp_path / "words.tsv").write_bytes(b"mat\t1\r\ncat\t4\r\nthe\t9\r\nsat\t4")
    loaded = Vocabulary.load(tmp_path / "words.tsv")
    assert loaded.words == ["the", "cat", "sat", "mat"]
    assert loaded.counts.tolist() == [9, 4, 4, 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a\t1\nb\n", r"line 2: 'b', expected a word, a tab and a count"),
        (b"a\tmany\n", "line 1"),
        (b"a\t1\t2\n", "line 1"),
        (b"a\t-1\n", "line 1"),
        (b"\t3\n", "line 1"),
        (b"a\t2\na\t1\n", "line 2: the word 'a' is listed twice"),
        (b"a\xff\t2\n", "not UTF-8"),
    ],
)
def test_a_broken_table(tmp_path, content, message):
    (tmp_path / "words.tsv").write_bytes(content)
    with pytest.raises(FileFormatError, match=message):
        Vocabulary.load(tmp_path / "words.tsv")


def test_a_missing_table(tmp_path):
    with pytest.raises(FileFormatError, match=r"nowhere\.tsv: no such file"):
        Vocabulary.load(tmp_path / "nowhere.tsv")


@pytest.mark.parametrize("word", ["a\tb", "a\nb", "a\rb", "", "\ud800"])
def test_a_word_that_cannot_stand_in_a_table(tmp_path, word):
    with pytest.raises(OptionError, match="cannot be written to a table"):
        Vocabulary([word], [1]).save(tmp_path / "words.tsv")
    assert not list(tmp_path.iterdir())


def test_merged_counts_are_those_of_the_texts_together():
    first, second = [["a", "b", "b"]], [["c", "c", "a", "d"]]
    with encode(first, min_count=1) as one, encode(second, min_count=1) as other:
        merged = one.vocabulary.merge(other.vocabulary)
    with encode(first + second, min_count=1) as both:
        assert dict(zip(merged.words, merged.counts, strict=True)) == dict(
            zip(both.vocabulary.words, both.vocabulary.counts, strict=True)
        )
    assert merged.words == ["b", "a", "c", "d"]


def test_any_number_of_vocabularies_are_merged(vocabulary):
    merged = vocabulary.merge(Vocabulary(["cat", "dog"], [7, 1]), Vocabulary(["dog", "the"], [2, 1]))
    assert dict(zip(merged.words, merged.counts.tolist(), strict=True)) == {
        "cat": 11,
        "the": 10,
        "sat": 4,
        "dog": 3,
        "mat": 1,
    }
    assert vocabulary.merge().words == vocabulary.words
