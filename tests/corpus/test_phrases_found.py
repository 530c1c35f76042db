"""Phrases by hand, and against gensim's own."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firth.corpus.phrases_found import find_phrases
from firth.errors import FileFormatError, OptionError, StorageError
from firth.text.phrases import Phrase, Phrases
from firth.text.preparation import Preparation

SENTENCES = [["new", "york", "is", "new"], ["new", "york"], ["york", "is"], ["is"]]


def found(sentences, **options):
    return {phrase.words: phrase for phrase in find_phrases(sentences, **options)}


def test_scores_by_hand():
    # 9 tokens; new 3, york 3, is 3; new york 2, york is 2, is new 1
    default = find_phrases(SENTENCES, threshold=0.0, min_count=1)
    assert default.passes == (
        (
            Phrase(("new", "york"), 2, pytest.approx((2 - 1) / 9 * 9)),
            Phrase(("york", "is"), 2, pytest.approx((2 - 1) / 9 * 9)),
        ),
    )
    npmi = found(SENTENCES, scoring="npmi", threshold=-1, min_count=1)
    assert {words: phrase.score for words, phrase in npmi.items()} == {
        ("new", "york"): pytest.approx(math.log(2 * 9 / 9) / math.log(9 / 2)),
        ("york", "is"): pytest.approx(math.log(2 * 9 / 9) / math.log(9 / 2)),
        ("is", "new"): pytest.approx(0.0),
    }
    assert found(SENTENCES, min_count=3, threshold=0.0) == {}


def test_connector_words_stand_inside_only():
    sentences = [["bank", "of", "the", "west", "of", "it"]] * 3 + [["the", "bank", "of"], ["of", "west"]]
    assert {words: phrase.count for words, phrase in found(sentences, threshold=0, min_count=1).items()} != {}
    with_them = found(sentences, threshold=0, min_count=1, connectors=["of", "the", "unheard"])
    assert {words: phrase.count for words, phrase in with_them.items()} == {
        ("bank", "of", "the", "west"): 3,
        ("west", "of", "it"): 3,
    }
    upper = [[word.upper() for word in sentence] for sentence in sentences]
    folded = found(upper, threshold=0, min_count=1, connectors=["OF", "The"], preparation=Preparation(casefold=True))
    assert folded == with_them


@pytest.mark.parametrize(("between", "is_phrase"), [(4, True), (5, False)])
def test_at_most_four_connectors_in_a_row(between, is_phrase):
    sentence = ["a", *["of"] * between, "b"]
    assert found([sentence] * 3, threshold=-1, min_count=1, connectors=["of"], scoring="npmi") == (
        {
            tuple(sentence): Phrase(
                tuple(sentence), 3, pytest.approx(math.log(3 * 3 * (between + 2) / 9) / math.log(between + 2))
            )
        }
        if is_phrase
        else {}
    )


def test_two_passes_find_longer_phrases():
    sentences = [["the", "new", "york", "times", f"w{number}"] for number in range(20)] + [["new"], ["times"]]
    passes = find_phrases(sentences, threshold=2, min_count=5, passes=2, connectors=["the"]).passes
    assert [[phrase.words for phrase in found] for found in passes] == [
        [("new", "york"), ("york", "times")],
        [("new_york", "times")],
    ]


@pytest.mark.parametrize(
    ("scoring", "threshold"),
    [
        ("default", -0.1),
        ("default", math.inf),
        ("default", math.nan),
        ("npmi", -1.1),
        ("npmi", 1.1),
        ("npmi", math.nan),
    ],
)
def test_thresholds_outside_their_range(scoring, threshold):
    with pytest.raises(
        OptionError, match=rf"threshold={threshold}, expected a .*number .* for the scoring '{scoring}'"
    ):
        find_phrases(SENTENCES, scoring=scoring, threshold=threshold)


def test_a_break_is_a_rare_word_and_an_end_of_line_and_no_dropped_word():
    sentences = [["a", "the", "b"], ["a"], ["b"], ["a", "rare", "b"]] * 3
    kept = found(sentences, scoring="npmi", threshold=-1, min_count=3, preparation=Preparation(stop_words=["the"]))
    assert {words: phrase.count for words, phrase in kept.items()} == {
        ("a", "b"): 3,
        ("a", "rare"): 3,
        ("rare", "b"): 3,
    }
    sentences = [*sentences, ["a", "seldom", "b"]]
    assert set(
        found(sentences, scoring="npmi", threshold=-1, min_count=3, preparation=Preparation(stop_words=["the"]))
    ) == set(kept)


@settings(max_examples=40)
@given(
    sentences=st.lists(st.lists(st.sampled_from("abcxy"), min_size=1, max_size=9), min_size=1, max_size=9),
    workers=st.integers(1, 3),
    room=st.sampled_from([16, 32, 1 << 24]),
)
def test_the_phrases_of_gensim(sentences, workers, room):
    gensim = pytest.importorskip("gensim.models.phrases")
    theirs = gensim.Phrases(
        sentences, min_count=1, threshold=0.1, scoring="npmi", connector_words=frozenset("xy"), max_vocab_size=10**6
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("firth.corpus.word_pairs.MOST_SLOTS", room)  # so small that several readings are needed
        patch.setattr("firth.corpus.word_pairs.FIRST_SLOTS", 4)
        ours = found(sentences, scoring="npmi", threshold=0.1, min_count=1, connectors=["x", "y"], workers=workers)
    assert {"_".join(words): phrase.score for words, phrase in ours.items() if len(words) <= 6} == pytest.approx(
        {name: score for name, score in theirs.export_phrases().items() if name.count("_") <= 5}
    )


def test_the_text_is_written_joined(tmp_path):
    (tmp_path / "a.txt").write_text("New York, and\n\nnew york!\n" * 5 + "is big", encoding="utf-8")
    preparation = Preparation("words", casefold=True)
    find_phrases(tmp_path / "a.txt", text=tmp_path / "b.txt", preparation=preparation, scoring="npmi", threshold=0.5)
    assert (tmp_path / "b.txt").read_text() == "new_york and\nnew_york\n" * 5 + "is big\n"


def test_phrases_that_are_known_are_joined_first():
    known = Phrases(((Phrase(("new", "york")),),))
    sentences = [["new", "york", "times"]] * 5 + [["new", "is"], ["york"]]
    both = find_phrases(sentences, threshold=0, preparation=Preparation(phrases=known), min_count=3)
    assert [[phrase.words for phrase in found] for found in both.passes] == [[("new", "york")], [("new_york", "times")]]


def test_options_that_make_no_sense(tmp_path):
    for options, message in (
        ({"scoring": "pmi"}, "scoring='pmi', expected 'default' or 'npmi'"),
        ({"min_count": 0}, "min_count=0"),
        ({"passes": 0}, "passes=0"),
        ({"workers": 0}, "workers=0"),
    ):
        with pytest.raises(OptionError, match=message):
            find_phrases(SENTENCES, **options)
    with pytest.raises(StorageError):
        find_phrases(SENTENCES, text=tmp_path / "nowhere" / "a.txt")
    with pytest.raises(FileFormatError):
        Preparation(phrases=tmp_path / "nowhere.tsv")
    with pytest.raises(OptionError, match="connector words, expected fewer"):
        find_phrases([[f"w{number}" for number in range(40_000)]], connectors=[f"w{n}" for n in range(33_000)])


def test_a_text_that_is_also_read(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("new york\n")
    for arguments in ({"source": path}, {"source": [path]}, {"source": SENTENCES, "connectors": path}):
        with pytest.raises(OptionError, match="the same file is read, and would be overwritten"):
            find_phrases(**arguments, text=path)
    assert path.read_text() == "new york\n"
