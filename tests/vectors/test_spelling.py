"""Closest spellings: by hand, and edit distances against a plain implementation."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.vectors.spelling import closest
from firth.vectors.words import Words


def distance(a, b):
    """The truth: optimal string alignment distance, one cell at a time."""
    table = {(i, j): max(i, j) for i in range(len(a) + 1) for j in range(len(b) + 1) if not i or not j}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            options = [
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (a[i - 1] != b[j - 1]),
            ]
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                options.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(options)
    return table[len(a), len(b)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("kign", ["king"]),  # two letters swapped
        ("quen", ["queen"]),  # one missing
        ("queeen", ["queen"]),  # one too many
        ("Paris", ["paris"]),  # case
        ("PARIS", ["paris"]),
        ("zzzzzz", []),
        ("", []),
        ("naive", ["naïve"]),
    ],
)
def test_by_hand(word, expected):
    assert closest(word, Words(["king", "queen", "paris", "naïve", ""])) == expected


def test_case_comes_first_then_distance_then_the_first_letter_then_the_row():
    words = Words(["kings", "hing", "kong", "King", "kink"])
    assert closest("king", words, 5) == ["King", "kings", "kong", "kink", "hing"]
    assert closest("king", words) == ["King", "kings", "kong"]


@given(st.lists(st.text("abcé", max_size=6), unique=True, max_size=40), st.text("abcé", min_size=1, max_size=6))
def test_agrees_with_the_plain_table(words, word):
    raw = word.encode()
    limit = min(3, max(1, (len(raw) + 1) // 3))
    truth = []
    for row, other in enumerate(words):
        far = distance(raw, other.encode())
        if other and far <= limit:
            truth.append((far, other.encode()[:1] != raw[:1], row))
    assert closest(word, Words(words), 100) == [words[row] for *_, row in sorted(truth)]


def test_words_beyond_one_block_are_found():
    rng = random.Random(1)
    words = list(dict.fromkeys("".join(rng.choices("abcdefgh", k=7)) for _ in range(70_000)))
    assert closest("zyxwvut", Words([*words, "zyxvwut"])) == ["zyxvwut"]
