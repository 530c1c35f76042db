"""Text under a vocabulary that is there already, from every kind of source."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.errors import OptionError, SourceError
from firth.lm import NgramModel, Sentences
from firth.lm.encoder import Encoder
from firth.text.preparation import Preparation

WORDS = ["<unk>", "<s>", "</s>", "a", "b", "größe"]
ENCODER = Encoder({word: number for number, word in enumerate(WORDS)})

tokens = st.sampled_from(["a", "b", "größe", "new", "<unk>", "newer"])
texts = st.lists(st.lists(tokens, max_size=9), max_size=40)


def by_dictionary(text: list[list[str]]) -> tuple[list[int], list[int]]:
    ids = [WORDS.index(word) if word in WORDS else 0 for sentence in text for word in sentence]
    return ids, np.cumsum([0, *map(len, text)]).tolist()


def shown(sentences: Sentences) -> tuple[list[int], list[int]]:
    return sentences.ids.tolist(), sentences.bounds.tolist()


@given(texts.filter(any), st.integers(1, 3), st.booleans())
def test_lists_and_files_are_those_of_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, text: list[list[str]], workers: int, newline: bool
) -> None:
    assert shown(ENCODER.encode(text, workers=workers)) == by_dictionary(text)
    if not newline and not text[-1]:
        return  # an empty last line is one by its newline alone
    path = tmp_path_factory.mktemp("text") / "text.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in text) + newline * "\n", encoding="utf-8")
    assert shown(ENCODER.encode(path, workers=workers)) == by_dictionary(text)
    assert shown(ENCODER.encode(path, workers=workers, errors="replace")) == by_dictionary(text)  # by way of a corpus
    assert shown(ENCODER.encode(text, workers=workers, preparation=Preparation())) == by_dictionary(text)


def test_blocks_and_batches_are_joined(tmp_path: Path) -> None:
    """More than a block of a file, a line over several of them, more than a batch of lists."""
    text = [["a", "b", "größe"] * 200_000, [], ["a"], *[["b", "new"]] * 70_000, []]
    path = tmp_path / "text.txt"
    path.write_text("\n".join(map(" ".join, text)) + "\n", encoding="utf-8")
    twice = [path, path]
    expected = ENCODER.encode(text + text)
    assert shown(expected) == by_dictionary(text + text)
    assert shown(ENCODER.encode(twice, workers=2)) == shown(expected)
    assert shown(ENCODER.encode(twice, workers=2, errors="replace")) == shown(expected)


def test_each_file_ends_its_last_line(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("1.txt", "2.txt", "3.txt"))
    first.write_text("a b\nb  ")
    second.write_text("a")
    third.write_text("  ")  # no line
    for errors in ("strict", "replace"):
        assert shown(ENCODER.encode([first, second, third], errors=errors)) == ([3, 4, 4, 3], [0, 2, 3, 4])


@pytest.mark.parametrize("workers", [1, 2])
def test_lines_score_as_each_of_them_does(workers: int) -> None:
    model = NgramModel.train([["a", "b"], ["b", "größe", "a"]] * 3, 3, smoothing="witten-bell")
    lines = ["a b\n", "", " größe\tnew  a ", "b", "a\nb", *["a b größe b a"] * 60_000]
    scores = model.score_lines(iter(lines), workers=workers)
    np.testing.assert_allclose(scores[:6], [model.score(line) for line in lines[:6]])
    assert len(scores) == len(lines)
    assert np.ptp(scores[5:]) == 0
    assert model.score_lines([]).tolist() == []


@pytest.mark.parametrize("mark", ["<s>", "</s>"])
def test_marks_of_borders_are_no_words(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(f"a {mark} b")
    with pytest.raises(SourceError, match=f"the token {mark}"):
        ENCODER.encode(path)
    with pytest.raises(SourceError, match=f"the token {mark}"):
        ENCODER.map_lines([f"a {mark}"], len)


def test_texts_without_a_word_and_strings_for_lists(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("\n\n")
    with pytest.raises(SourceError, match="there is no word in"):
        ENCODER.encode(path)
    with pytest.raises(OptionError, match="expected a list of tokens"):
        ENCODER.encode([["a b"], "a b"])


def test_lines_come_some_at_a_time() -> None:
    sizes = ENCODER.map_lines(["a b"] * 200_000, len, workers=2)
    assert sum(sizes) == 200_000
    assert len(sizes) > 2
