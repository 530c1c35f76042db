"""The shape of Huffman trees that were made by hand, and its page."""

import itertools

import numpy as np
import pytest

from firth.corpus import Vocabulary
from firth.errors import UnknownWord, VocabularyError
from firth.training.tree_page import html, tree_chart
from firth.training.tree_shape import TreeShape

DYADIC = TreeShape(Vocabulary(["a", "b", "c", "d"], [4, 2, 1, 1]))  # each share is a power of 1/2


def test_where_shares_are_powers_of_two_the_code_is_as_short_as_the_entropy():
    assert DYADIC.lengths.tolist() == [1, 2, 3, 3]
    assert DYADIC.expected_length == DYADIC.entropy == 1.75
    assert [(depth.depth, depth.words, depth.share) for depth in DYADIC.depths()] == [
        (1, 1, 0.5),
        (2, 1, 0.25),
        (3, 2, 0.25),
    ]
    assert [len(DYADIC.code(word)) for word in "abcd"] == [1, 2, 3, 3]
    with pytest.raises(UnknownWord):
        DYADIC.code("e")


def test_no_code_begins_another_and_shannons_bound_holds():
    counts = np.sort(np.random.default_rng(1).zipf(1.5, 300))[::-1]
    shape = TreeShape(Vocabulary([f"w{n}" for n in range(300)], counts))
    codes = sorted(map(shape.code, shape.vocabulary.words))
    assert not any(after.startswith(code) for code, after in itertools.pairwise(codes))
    assert sum(0.5 ** len(code) for code in codes) == pytest.approx(1)  # Kraft
    assert shape.entropy <= shape.expected_length < shape.entropy + 1


def test_branches_hold_each_word_once():
    shape = TreeShape(Vocabulary([f"w{n}" for n in range(64)], [1] * 64))
    for most, words in ((1, ()), (5, ()), (5, ("w63", "w7"))):
        branches = shape.branches(most, words)
        assert sorted(np.concatenate([branch.word_ids for branch in branches]).tolist()) == list(range(64))
        assert sum(branch.share for branch in branches) == pytest.approx(1)
        for branch in branches:
            assert all(shape.code(f"w{row}").startswith(branch.code) for row in branch.word_ids)
        assert len(branches) == most or words
        alone = {f"w{branch.word_ids[0]}" for branch in branches if len(branch.word_ids) == 1}
        assert set(words) <= alone
    assert [len(branch.code) for branch in shape.branches(4)] == [2] * 4


def test_a_tree_of_one_word():
    one = TreeShape(Vocabulary(["a"], [3]))
    assert (one.code("a"), one.expected_length, one.entropy) == ("", 0, 0)
    assert ">a</text>" in tree_chart(one)
    with pytest.raises(VocabularyError, match="without words"):
        TreeShape(Vocabulary([], []))


def test_the_page_in_a_browser(open_page):
    odd = ["<script>alert(1)</script>", 'a "quoted" word', "שלום", "🙂"]
    shape = TreeShape(Vocabulary([*odd, *(f"w{n}" for n in range(300))], range(304, 0, -1)))
    for width, scheme in ((1400, "dark"), (400, "light")):
        page = open_page(html(shape, ["w299"]), width=width, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        cells = page.locator("tr td:first-child").all_inner_texts()
        assert set(odd) <= set(cells)
        names = page.locator("svg text").all_text_contents()
        assert "w299" in names
    code = page.locator("tr", has=page.get_by_text("w299", exact=True)).locator("td").last.inner_text()
    assert code == shape.code("w299")
    assert page.locator('path[stroke-width="3"]').count() == len(code)  # a line for each decision
