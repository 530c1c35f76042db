"""Phrases joined by hand; their file, and what is no such file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.errors import FileFormatError, OptionError
from firth.text.phrases import Phrase, Phrases


def phrases(*passes):
    return Phrases(tuple(tuple(Phrase(tuple(line.split())) for line in found) for found in passes))


@pytest.mark.parametrize(
    ("passes", "sentence", "joined"),
    [
        ([["new york"]], "the new york new times", "the new_york new times"),
        ([["a a"]], "a a a", "a_a a"),  # from left to right
        ([["a b", "b c"]], "a b c", "a_b c"),
        ([["a b", "a b c d"]], "a b c e a b c d", "a_b c e a_b_c_d"),  # the longest that is there
        ([["bank of america"]], "bank of the bank of america", "bank of the bank_of_america"),
        ([["new york"], ["new_york times"]], "new york times", "new_york_times"),
        ([["new_york times"], ["new york"]], "new york times", "new_york times"),  # pass after pass
        ([], "new york", "new york"),
    ],
)
def test_joining_by_hand(passes, sentence, joined):
    assert phrases(*passes).join(sentence.split()) == joined.split()


WORDS = st.text(st.sampled_from("ab_#é日"), min_size=1, max_size=3)
PHRASES = st.builds(Phrase, st.lists(WORDS, min_size=2, max_size=4).map(tuple), st.integers(0), st.floats(-1, 1e6))


@given(st.lists(st.lists(PHRASES, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple))
def test_what_is_saved_is_loaded(tmp_path_factory, passes):
    path = tmp_path_factory.mktemp("phrases") / "phrases.tsv"
    Phrases(passes).save(path)
    loaded = Phrases.load(path)
    assert (loaded.passes, loaded.path) == (passes, str(path))
    assert loaded.digest == Phrases(passes).digest


def test_a_list_that_a_person_wrote(tmp_path):
    (tmp_path / "p.tsv").write_text("new york\r\n\nnew_york times\t2\nbank of america\t1\t7\n", encoding="utf-8-sig")
    loaded = Phrases.load(tmp_path / "p.tsv")
    assert [[phrase.joined for phrase in found] for found in loaded.passes] == [
        ["new_york", "bank_of_america"],
        ["new_york_times"],
    ]
    assert [phrase.count for phrase in loaded] == [0, 7, 0]
    assert len(loaded) == 3


@pytest.mark.parametrize(
    "line", ["york", "new york\tfirst", "new york\t0", "new york\t101", "new york\t1\t2\t3\t4", "\t1", "a b\t1\tx"]
)
def test_a_line_that_is_no_phrase(tmp_path, line):
    (tmp_path / "p.tsv").write_text(f"good one\n{line}\n")
    with pytest.raises(FileFormatError, match=r"p\.tsv, line 2: "):
        Phrases.load(tmp_path / "p.tsv")


def test_files_that_cannot_be(tmp_path):
    with pytest.raises(FileFormatError, match="no such file"):
        Phrases.load(tmp_path / "nowhere.tsv")
    (tmp_path / "p.tsv").write_bytes(b"\xff b\n")
    with pytest.raises(FileFormatError, match="not UTF-8"):
        Phrases.load(tmp_path / "p.tsv")
    with pytest.raises(OptionError, match="the word 'New York' cannot be written to a table of phrases"):
        Phrases(((Phrase(("New York", "Times")),),)).save(tmp_path / "p.tsv")
    with pytest.raises(OptionError, match="expected at least two words"):
        phrases(["york"])


def test_the_digest_is_of_what_is_joined():
    same = Phrases(((Phrase(("a", "b"), 3, 1.0),),))
    assert phrases(["a b"]).digest == same.digest
    assert phrases(["a b"]).digest != phrases([], ["a b"]).digest != phrases(["a c"]).digest
