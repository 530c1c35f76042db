"""Phrases applied to a text, against the loop over its words."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firth.corpus import encode
from firth.text.phrases import Phrase, Phrases
from firth.text.preparation import Preparation

WORDS = st.sampled_from("abcde")
PHRASES = st.lists(WORDS, min_size=2, max_size=4).map(lambda words: Phrase(tuple(words)))
JOINED = st.lists(st.sampled_from(["a_b", "b", "c", "a_b_c"]), min_size=2, max_size=3).map(
    lambda words: Phrase(tuple(words))
)


def decoded(corpus):
    words = corpus.vocabulary.words
    return [[words[word] for word in corpus.ids[start:stop]] for start, stop in itertools.pairwise(corpus.bounds)]


@settings(max_examples=60)
@given(
    sentences=st.lists(st.lists(WORDS, min_size=1, max_size=12), min_size=1, max_size=8),
    first=st.lists(PHRASES, max_size=4).map(tuple),
    second=st.lists(JOINED, max_size=3).map(tuple),
    dropped=st.sampled_from(["", "d"]),
    size=st.integers(1, 12),
)
def test_the_corpus_is_the_joined_text(tmp_path_factory, sentences, first, second, dropped, size):
    path = tmp_path_factory.mktemp("joining") / "a.txt"
    path.write_text("\n".join(map(" ".join, sentences)))
    phrases = Phrases((first, second))
    left = [[word for word in sentence if word not in dropped] for sentence in sentences]
    expected = [phrases.join(sentence) for sentence in left if sentence]
    if not expected:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "firth.corpus.first_pass.read_files.__kwdefaults__",
            {"errors": "strict", "cut": None, "progress": None, "block_size": size},
        )  # phrases reach over the ends of blocks; fmt: skip
        with encode(path, preparation=Preparation(phrases=phrases, stop_words=tuple(dropped)), min_count=1) as corpus:
            assert decoded(corpus) == expected
            counts = dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True))
            flat = list(itertools.chain.from_iterable(expected))
            by_count = sorted(dict.fromkeys(flat), key=lambda word: -flat.count(word))
            assert counts == {word: flat.count(word) for word in flat}
            assert corpus.vocabulary.words == by_count  # ties by first appearance


def test_phrases_of_token_lists_and_a_word_that_is_there_already():
    phrases = Phrases(((Phrase(("new", "york")), Phrase(("not", "there"))),))
    with encode([["new", "york"], ["new_york", "x"]], preparation=Preparation(phrases=phrases), min_count=1) as corpus:
        assert dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True)) == {
            "new_york": 2,
            "x": 1,
        }
        assert corpus.tokens_read == 3


def test_the_phrases_are_named_in_the_options_and_part_of_the_cache(tmp_path):
    (tmp_path / "a.txt").write_text("new york\n")
    (tmp_path / "p.tsv").write_text("new york\n")

    def words():
        preparation = Preparation(phrases=tmp_path / "p.tsv")
        with encode(tmp_path / "a.txt", preparation=preparation, min_count=1, cache=tmp_path / "c") as corpus:
            assert corpus.options["phrases"] == str(tmp_path / "p.tsv")
            return corpus.vocabulary.words

    assert words() == ["new_york"]
    (tmp_path / "p.tsv").write_text("york new\n")
    assert words() == ["new", "york"]
