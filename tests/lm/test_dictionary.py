"""Words by the codes of their spellings, against a dict; and what happens when two codes are the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.errors import VocabularyError
from firth.kernels.ngram.codes import fill
from firth.kernels.simd.open_addressing import SLOT
from firth.kernels.text.spaces import mark_spaces
from firth.lm import dictionary
from firth.lm.dictionary import Dictionary

word = st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=30)


def look_up(found: Dictionary, text: str) -> tuple[list[int], list[int], int]:
    raw = text.encode()
    padded = np.full(len(raw) + 64, ord(" "), np.uint8)
    padded[: len(raw)] = np.frombuffer(raw, np.uint8)
    spaces = np.empty(len(raw) // 64 + 2, np.uint64)
    assert mark_spaces(padded, len(raw), spaces) == -1
    ids, ends, mark = found.look_up(padded, len(raw), spaces, ord("\n"))
    return ids.tolist(), ends.tolist(), mark


@given(st.lists(word, unique=True, max_size=300), st.lists(st.lists(word, max_size=5), max_size=30))
def test_ids_are_those_of_a_dict(words: list[str], others: list[list[str]]) -> None:
    words = ["<unk>", "<s>", "</s>", *(word for word in words if word not in ("<unk>", "<s>", "</s>"))]
    index = {word: i for i, word in enumerate(words)}
    lines = [words[3:], *others, words[:2:-1]]
    ids, ends, mark = look_up(Dictionary(words), "".join(" ".join(line) + "\n" for line in lines))
    assert ids == [index.get(word, 0) for line in lines for word in line]
    assert ends == np.cumsum([len(line) for line in lines]).tolist()
    assert mark == 0


def test_marks_are_told() -> None:
    words = Dictionary(["<unk>", "<s>", "</s>", "a"])
    assert look_up(words, "a a </s> a\n") == ([3, 3, 2, 3], [4], 2)
    assert look_up(words, "<s> a")[2] == 1


def test_another_salt_where_codes_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fill(text: object, bounds: object, salt: int, entries: object) -> bool:
        tried.append(salt)
        return salt == 3 and dictionary_fill(text, bounds, salt, entries)

    dictionary_fill = dictionary.fill
    monkeypatch.setattr(dictionary, "fill", fill)
    assert look_up(Dictionary(["<unk>", "<s>", "</s>", "a", "b"]), "b a c")[0] == [4, 3, 0]
    assert tried == [1, 2, 3]


def test_equal_codes_are_noticed() -> None:
    text = np.frombuffer(b"catcat" + b" " * 64, np.uint8).copy()
    for bounds, different in (([0, 3, 6], False), ([0, 3, 5], True)):
        entries = np.zeros(8, SLOT)
        assert fill(text, np.array(bounds), 1, entries) == different


def test_a_word_twice() -> None:
    with pytest.raises(VocabularyError, match="twice"):
        Dictionary(["<unk>", "<s>", "</s>", "a", "a"])
