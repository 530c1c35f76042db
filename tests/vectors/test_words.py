"""Words from a list and from packed bytes behave alike."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.errors import FileFormatError, OptionError
from firth.stored_words import pack_words
from firth.vectors.words import Words

vocabularies = st.lists(st.text(max_size=8), unique=True, max_size=20)


@given(vocabularies, st.text(max_size=3))
def test_packed_words_are_the_words(words, other):
    packed = Words.packed(pack_words(words))
    assert len(packed) == len(words)
    assert [packed[row] for row in range(len(words))] == words  # decoded one by one
    assert [packed.row(word) for word in words] == list(range(len(words)))  # looked up by scanning
    assert packed.row(other) == (words.index(other) if other in words else None)
    assert (other in packed) == (other in words)
    assert list(packed) == packed.to_list() == packed[:] == words
    assert packed.to_rows() == Words(words).to_rows() == {word: row for row, word in enumerate(words)}


def test_a_lone_surrogate_survives():
    words = ["a\udcff", "b"]
    assert list(Words.packed(pack_words(words))) == words


def test_many_look_ups_agree_with_the_first_ones():
    words = [f"w{i}" for i in range(200)]
    packed = Words.packed(pack_words(words))
    assert [packed.row(word) for word in words] == list(range(200))
    assert packed.row("w200") is None


def test_rows_from_the_end_and_beyond():
    packed = Words.packed(pack_words(["a", "b"]))
    assert packed[-1] == "b"
    with pytest.raises(IndexError):
        packed[2]


def test_a_word_given_twice():
    with pytest.raises(OptionError, match="'a' is given twice"):
        Words(["a", "b", "a"])


@pytest.mark.parametrize(
    "damage",
    [
        lambda t: t.pop("words"),
        lambda t: t.pop("word_bounds"),
        lambda t: t.update(words=t["words"][:-1]),
        lambda t: t.update(word_bounds=t["word_bounds"][1:]),
        lambda t: t.update(word_bounds=np.array([0, 3, 2, 5])),
        lambda t: t.update(word_bounds=t["word_bounds"].astype(np.int32)),
    ],
)
def test_damaged_tensors(damage):
    tensors = pack_words(["ab", "cd", "e"])
    damage(tensors)
    with pytest.raises(FileFormatError):
        Words.packed(tensors)


def test_bytes_that_are_no_text():
    packed = Words.packed({"words": np.array([255, 254], np.uint8), "word_bounds": np.array([0, 2])})
    with pytest.raises(FileFormatError, match="not UTF-8"):
        packed[0]


@given(st.lists(st.text("ab", max_size=20), unique=True, max_size=40), st.text("ab", max_size=20))
def test_looking_up_compares_whole_words(words, other):
    packed = Words.packed(pack_words(words))
    assert [packed.row(word) for word in words] == list(range(len(words)))
    assert packed.row(other) == (words.index(other) if other in words else None)
