"""Plots of characters: a curve that falls from left to right."""

import numpy as np

from firth.drawing.characters import columns, fitted, loglog, padded, word_map


def test_the_curve_falls_from_the_first_to_the_last_place():
    places = np.arange(1, 1_000)
    lines = loglog(places, np.round(1e6 / places).astype(np.int64), 30, 5, names=("rank", "count"))
    assert len(lines) == 7
    assert lines[0].startswith("   1,000,000 |*")
    assert lines[-1].endswith("999")
    columns = [max(place for place, sign in enumerate(line) if sign in "*|") for line in lines[:5] if "*" in line]
    assert columns == sorted(columns)


def test_columns_of_letters():
    assert [columns(text) for text in ("abc", "日本", "e\u0301", "\u200d", "ａ")] == [3, 4, 1, 0, 2]
    assert padded("日本", 6) == "日本  "


def test_a_line_that_fits_stays():
    assert fitted("abc def", 7) == ["abc def"]


def test_a_line_is_cut_at_spaces_below_its_second_column():
    assert fitted("model      skipgram, negative sampling, 100 dimensions", 30) == [
        "model      skipgram, negative",
        "           sampling, 100",
        "           dimensions",
    ]
    assert fitted("one two three", 8) == ["one two", "  three"]
    assert fitted("  a long name indeed  x y", 20) == ["  a long name indeed", "    x y"]


def test_a_word_that_is_longer_than_a_line_is_cut():
    assert fitted("abcdefghij", 4) == ["abcd", "  ef", "  gh", "  ij"]
    assert fitted("日本語日本語", 5) == ["日本", "  語", "  日", "  本", "  語"]


def test_no_part_is_lost():
    line = "name  " + " ".join("x" * n for n in range(1, 40))
    parts = fitted(line, 25)
    assert max(map(columns, parts)) <= 25
    assert "".join("".join(parts).split()) == "".join(line.split())


def test_words_stand_where_their_points_are():
    places = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.5]])
    assert word_map(["low", "日本", "m"], places, 9, 3) == ["     日本", "    m", "low"]


def test_words_at_one_point_stand_apart_and_none_is_cut():
    lines = word_map(["aaa"] * 6, np.zeros((6, 2)), 7, 3)
    assert lines == ["aaa aaa"] * 3
    assert word_map(["aaa"] * 9, np.zeros((9, 2)), 7, 3) == ["aaa aaa"] * 3  # no room for more
    assert word_map(["too long"], np.zeros((1, 2)), 4, 1) == [""]
