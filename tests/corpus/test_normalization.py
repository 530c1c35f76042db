"""A prepared corpus against the same preparation, token by token."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.corpus import encode
from firth.errors import EncodingError, FirthError, VocabularyError
from firth.text.preparation import Preparation

PREPARATIONS = [
    Preparation("words", casefold=True),
    Preparation("words", normalize="NFKC", digits_to_zero=True, min_length=2, max_length=4),
    Preparation("characters", casefold=True, stop_words=["A"]),
    Preparation(casefold=True, split_sentences=True),
    Preparation(lambda line: [part for part in line.split(",") if part], casefold=True),
]
LETTERS = st.sampled_from("aAbß1é日ﬁ',._. \n\n\u0301\r\x1e")


def decoded(corpus):
    words = corpus.vocabulary.words
    return [[words[word] for word in corpus.ids[start:stop]] for start, stop in itertools.pairwise(corpus.bounds)]


@given(
    text=st.text(LETTERS, min_size=1, max_size=200).map(lambda text: text.replace("\x1e", "")),
    preparation=st.sampled_from(PREPARATIONS),
    size=st.integers(1, 60),
    workers=st.integers(1, 3),
)
def test_a_prepared_corpus_by_definition(tmp_path_factory, text, preparation, size, workers):
    path = tmp_path_factory.mktemp("corpus") / "a.txt"
    path.write_text(text, newline="")
    sentences = [words for line in text.split("\n") if (words := preparation.words(line))]
    if preparation.split_sentences:
        sentences = [s for line in preparation.cut(text).split("\n") if (s := [w.casefold() for w in line.split()])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("firth.corpus.prepared_tokens.BLOCK_SIZE", size)
        patch.setattr("firth.corpus.first_pass.read_files.__kwdefaults__", {"errors": "strict", "cut": None,
                      "progress": None, "block_size": size})  # fmt: skip
        try:
            corpus = encode(path, preparation=preparation, min_count=1, workers=workers)
        except FirthError:
            assert not sentences
            return
    with corpus:
        assert decoded(corpus) == sentences
        counts = Counter(itertools.chain.from_iterable(sentences))
        assert dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == counts
        expected = sorted(counts, key=counts.__getitem__, reverse=True)  # ties as the text has them first
        assert corpus.vocabulary.words == expected


def test_token_lists_are_normalised_and_not_cut():
    with encode([["New York", "The"], ["the"]], preparation=Preparation(casefold=True), min_count=1) as corpus:
        assert corpus.vocabulary.words == ["the", "new york"]
        assert corpus.options["casefold"] is True
        assert corpus.options["tokenizer"] is None


def test_tokens_that_are_dropped_are_still_tokens_that_were_read():
    with encode([["the", "cat", "the"]], preparation=Preparation(stop_words=["the"]), min_count=1) as corpus:
        assert (corpus.tokens_read, corpus.distinct_words, corpus.tokens_kept) == (3, 2, 1)
    with pytest.raises(VocabularyError, match="there are no words"):
        encode([["the"]], preparation=Preparation(stop_words=["the"]), min_count=1)


def test_bad_bytes_before_a_tokenizer(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one tw\xc3 three")
    with pytest.raises(EncodingError, match="not UTF-8 at byte 6"):
        encode(tmp_path / "a.txt", preparation=Preparation("words"), min_count=1)
    with pytest.warns(UserWarning, match="1 byte in 1 file could not be decoded"):
        corpus = encode(tmp_path / "a.txt", preparation=Preparation("words"), min_count=1, errors="replace")
    assert decoded(corpus) == [["one", "tw", "three"]]
    corpus.close()


def test_a_cache_knows_the_preparation(tmp_path):
    (tmp_path / "a.txt").write_text("The the")
    cache = tmp_path / "c.corpus"

    def words(preparation):
        with encode(tmp_path / "a.txt", preparation=preparation, min_count=1, cache=cache) as corpus:
            return corpus.vocabulary.words, cache.stat().st_ino

    folded = words(Preparation(casefold=True))
    assert folded == words(Preparation(casefold=True))
    assert words(Preparation()) != folded
    by_function = words(Preparation(str.split))
    assert words(Preparation(str.split))[1] != by_function[1]  # nothing tells whether it does the same as before
