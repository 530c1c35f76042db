"""Texts that were not read as they were meant, each with the warning that names the cure."""

import warnings

import pytest

from firth.corpus import encode
from firth.text.preparation import Preparation

CHINESE = "".join(chr(0x4E00 + number * number % 499) for number in range(3_000))


def clauses(size):
    return [CHINESE[start : start + size] for start in range(0, len(CHINESE), size)]


@pytest.mark.parametrize(
    ("text", "tokenizer", "cure"),
    [
        ("\n".join(clauses(30)), "whitespace", r"30 characters on average.*'chinese' or 'characters'"),
        ("，".join(clauses(8)), "words", r"8 characters on average.*'chinese' or 'characters'"),
        ("\n".join(f"{number:040}" for number in range(50)), "whitespace", "another tokenizer"),
        ("\n".join(f"id{number}" for number in range(2_000)), "whitespace", "100% of 2,000 distinct words occur once"),
        ("the cat sat on the mat " * 400, "whitespace", "the whole text is one line.*split_sentences"),
    ],
)
def test_a_sign_and_its_cure(tmp_path, text, tokenizer, cure):
    (tmp_path / "a.txt").write_text(text)
    with pytest.warns(UserWarning, match=cure) as caught:
        encode(tmp_path / "a.txt", preparation=Preparation(tokenizer), min_count=1).close()
    assert len(caught) == 1


def test_an_endless_line_without_full_stops_is_not_to_be_split_at_them(tmp_path):
    (tmp_path / "a.txt").write_text("the cat sat on the mat " * 400)
    with pytest.warns(UserWarning, match="the whole text is one line.*newline") as caught:
        encode(tmp_path / "a.txt", preparation=Preparation(split_sentences=True)).close()
    assert "split_sentences" not in str(caught[0].message)


@pytest.mark.parametrize(
    ("text", "tokenizer"),
    [
        ("\n".join(clauses(30)), "characters"),
        (" ".join(clauses(2)) + "\n" + " ".join(clauses(2)), "whitespace"),
        ("the cat sat on the mat\n" * 400, "whitespace"),
        ("one two three four", "whitespace"),
        ("the cat sat on the mat " * 400 + "\nthe end", "whitespace"),
    ],
)
def test_no_sign(tmp_path, text, tokenizer):
    (tmp_path / "a.txt").write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encode(tmp_path / "a.txt", preparation=Preparation(tokenizer), min_count=1).close()
