"""The rule for words, on arrays, against the same rule told character by character."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.text.unicode_words import spaced_characters, spaced_words

CHARACTERS = st.one_of(st.characters(), st.sampled_from("ab1é日'’.,_·-\u0301\u200d\u200b \n"))
TEXTS = st.one_of(st.text(CHARACTERS), st.text("ab12'.,_ \n"))


def kind(character):
    if character == "\u200b":
        return None
    category = unicodedata.category(character)
    return "mark" if category == "Cf" else {"L": "letter", "N": "digit", "M": "mark"}.get(category[0])


def naive_words(text):
    """The words of one line."""
    kinds = []
    for character in text:
        inherited = kinds[-1] if kinds and kinds[-1] in ("letter", "digit") else None
        kinds.append(inherited if kind(character) == "mark" else kind(character))
    joins = {key: [("letter", "letter"), ("digit", "digit")] for key in "'’＇"}
    joins |= {"·": [("letter", "letter")], ".": [("digit", "digit")], ",": [("digit", "digit")]}
    joins["_"] = [(one, other) for one in ("letter", "digit") for other in ("letter", "digit")]
    spaced = ""
    for place, character in enumerate(text):
        inside = kinds[place] is not None
        if 0 < place < len(text) - 1:
            inside = inside or (kinds[place - 1], kinds[place + 1]) in joins.get(character, ())
        spaced += character if inside else " "
    return spaced.split(" ")


@given(TEXTS)
def test_words_by_definition(text):
    lines = [[word for word in naive_words(line) if word] for line in text.split("\n")]
    assert [line.split(" ") if line else [] for line in map(" ".join, lines)] == [
        [word for word in line.split(" ") if word] for line in spaced_words(text).split("\n")
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't say “it’s” 'so'!", "Don't say it’s so"),
        ("3.14 and 1,000 but a.b, c,d and e.g.", "3.14 and 1,000 but a b c d and e g"),
        ("__init__ of min_count, x_1", "init of min_count x_1"),
        ("état e\u0301tat Ἀθῆναι ребёнок", "état e\u0301tat Ἀθῆναι ребёнок"),
        ("well-known www.example.com a@b", "well known www example com a b"),
        ("paral·lel l''eau", "paral·lel l eau"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("我们。你们，hello", "我们 你们 hello"),
        (" \u0301x \u0301", "x"),
        ("", ""),
        ("'", ""),
    ],
)
def test_words_by_hand(text, words):
    assert spaced_words(text).split() == words.split()


@given(TEXTS)
def test_characters_are_the_text_without_its_whitespace(text):
    spaced = spaced_characters(text)
    assert "".join(spaced.split()) == "".join(text.split())
    assert spaced.count("\n") == text.count("\n")


def test_a_mark_stays_with_its_character():
    assert spaced_characters("我ne\u0301 x").split() == ["我", "n", "e\u0301", "x"]
