"""Which words are kept, by hand."""

import pytest

from firth.corpus import Vocabulary, encode
from firth.errors import FileFormatError, SourceError, VocabularyError
from firth.text.preparation import Preparation

SENTENCES = [["a", "a", "a", "b", "c", "c", "d", "D"], ["a", "b"]]


def words(**options):
    with encode(SENTENCES, **{"min_count": 1} | options) as corpus:
        return dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True))


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, {"a": 4, "b": 2, "c": 2, "d": 1, "D": 1}),
        ({"max_words": 2}, {"a": 4, "b": 2}),  # of equally frequent words, the first
        ({"min_count": 2, "keep_words": ["d", "unheard of"]}, {"a": 4, "b": 2, "c": 2, "d": 1}),
        ({"min_count": 2, "max_words": 2, "keep_words": ["d"]}, {"a": 4, "d": 1}),
        ({"drop_words": ["a"]}, {"b": 2, "c": 2, "d": 1, "D": 1}),
        ({"min_count": 2, "keep_words": ["d"], "drop_words": ["d", "a"]}, {"b": 2, "c": 2}),
        ({"keep_words": ["D"], "min_count": 3, "preparation": Preparation(casefold=True)}, {"a": 4, "d": 2}),
    ],
)
def test_kept_words(options, kept):
    assert list(words(**options).items()) == list(kept.items())


def test_words_of_files(tmp_path):
    (tmp_path / "drop.txt").write_text("a\nb\n")
    assert list(words(drop_words=tmp_path / "drop.txt")) == ["c", "d", "D"]
    with pytest.raises(SourceError, match="nowhere: no such file"):
        words(keep_words=tmp_path / "nowhere")


def test_all_words_dropped():
    with pytest.raises(VocabularyError):
        words(drop_words="abcdD"[:0] or ["a", "b", "c", "d", "D"])


def test_a_given_vocabulary_keeps_its_ids_and_counts(tmp_path):
    vocabulary = Vocabulary(["c", "zebra", "a"], [90, 40, 3])
    vocabulary.save(tmp_path / "words.tsv")
    for given in (vocabulary, tmp_path / "words.tsv"):
        with encode(SENTENCES, vocabulary=given) as corpus:
            assert corpus.vocabulary.words == ["c", "zebra", "a"]
            assert corpus.vocabulary.counts.tolist() == [90, 40, 3]
            assert corpus.ids.tolist() == [2, 2, 2, 0, 0, 2]
            assert corpus.tokens_read == 10
    with pytest.raises(VocabularyError):
        encode(SENTENCES, vocabulary=Vocabulary(["zebra"], [1]))
    with pytest.raises(FileFormatError, match="nowhere"):
        encode(SENTENCES, vocabulary=tmp_path / "nowhere.tsv")
