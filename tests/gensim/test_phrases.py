"""Phrases: gensim's counts, scores and phrases, by firth's counting."""

import random
import re

import pytest

from firth.errors import FileFormatError, OptionError
from firth.gensim import ENGLISH_CONNECTOR_WORDS, FrozenPhrases, Phraser, Phrases

gensim = pytest.importorskip("gensim.models.phrases")

DRAW = random.Random(2)
WORDS = ["new", "york", "bank", "of", "america", "the", "city", "times"]
TEXT = [DRAW.choices(WORDS, [9, 3, 3, 5, 3, 9, 2, 1], k=DRAW.randint(0, 12)) for _ in range(300)]
TEXT = [s for s in TEXT if not re.search("( (of|the)){5}", " ".join(s))]  # firth looks for four connector words


@pytest.mark.parametrize("scoring", ["default", "npmi"])
@pytest.mark.parametrize("connectors", [frozenset(), ENGLISH_CONNECTOR_WORDS])
@pytest.mark.parametrize("delimiter", ["_", " "])
def test_phrases_are_gensims(scoring, connectors, delimiter):
    threshold = 0.2 if scoring == "default" else -0.3
    options = {"min_count": 3, "threshold": threshold, "scoring": scoring, "delimiter": delimiter}
    options["connector_words"] = connectors
    ours, theirs = Phrases(TEXT, **options), gensim.Phrases(TEXT, **options)
    assert ours.vocab == theirs.vocab
    assert ours.corpus_word_count == theirs.corpus_word_count
    assert ours.export_phrases() == pytest.approx(theirs.export_phrases())
    assert ours.find_phrases(TEXT) == pytest.approx(theirs.find_phrases(TEXT))
    assert list(ours[TEXT]) == list(theirs[TEXT])
    assert list(ours.freeze()[TEXT]) == list(theirs.freeze()[TEXT])
    again, expected = Phrases(ours[TEXT], **options), gensim.Phrases(theirs[TEXT], **options)
    assert again.vocab == expected.vocab
    assert again[TEXT[3]] == expected[TEXT[3]]


def test_counts_add_up_and_the_rarest_are_forgotten():
    phrases = Phrases(min_count=1, threshold=0.1)
    phrases.add_vocab([["a", "b"]])
    phrases.add_vocab([["a", "b"], ["c"]])
    phrases.add_vocab([])
    assert phrases.vocab == {"a": 2, "b": 2, "a_b": 2, "c": 1}
    assert phrases.corpus_word_count == 5
    phrases.max_vocab_size = 3
    phrases.add_vocab([["a"]])
    assert phrases.vocab == {"a": 3, "b": 2, "a_b": 2}


def test_connector_words_are_gensims():
    assert ENGLISH_CONNECTOR_WORDS == gensim.ENGLISH_CONNECTOR_WORDS
    assert Phraser is FrozenPhrases


def longest(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    return corpus_word_count


@pytest.mark.parametrize("scoring", ["npmi", longest])
def test_files(tmp_path, scoring):
    phrases = Phrases(TEXT, min_count=2, threshold=0.1, scoring=scoring, connector_words={"of"})
    phrases.save(tmp_path / "phrases")
    phrases.freeze().save(tmp_path / "frozen")
    loaded, frozen = Phrases.load(tmp_path / "phrases"), Phraser.load(tmp_path / "frozen")
    assert vars(loaded) == vars(phrases)
    assert frozen[TEXT[0]] == loaded[TEXT[0]] == phrases[TEXT[0]]


def test_a_scorer_that_is_not_here_is_not_imported(tmp_path):
    scope = {}
    exec("def scorer(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count): return 1", scope)
    scope["scorer"].__module__ = "elsewhere"
    Phrases(TEXT, scoring=scope["scorer"]).save(tmp_path / "phrases")
    with pytest.raises(FileFormatError, match="import elsewhere"):
        Phrases.load(tmp_path / "phrases")
    with pytest.raises(FileFormatError, match="expected 'frozen phrases'"):
        Phraser.load(tmp_path / "phrases")


@pytest.mark.parametrize(
    "options", [{"min_count": 0}, {"threshold": 0}, {"scoring": "npmi", "threshold": 2}, {"scoring": "x"}]
)
def test_options_that_make_no_sense(options):
    with pytest.raises(ValueError, match=next(reversed(options))):
        Phrases(TEXT, **options)
    with pytest.raises(OptionError, match="worda_count"):
        Phrases(TEXT, scoring=len)
