"""Token lists joined into blocks, or refused."""

import numpy as np
import pytest

from firth.errors import OptionError
from firth.text.token_lists import token_blocks


def test_a_block_by_hand():
    (block,) = token_blocks([["the", "cat"], [], ("日",)])
    assert block.text[: block.size].tobytes() == "the\x1fcat\x1e\x1e日\x1e".encode()
    assert block.text[block.size :].tobytes() == b" " * (128 - block.size)
    assert block.tokens == 3
    assert block.ends.tolist() == [1 << 3 | 1 << 7 | 1 << 8 | 1 << 12, 0]


def test_a_block_has_64_spaces_behind_it_however_long_it_is():
    for length in range(1, 130):
        (block,) = token_blocks([["x" * length]])
        assert len(block.text) % 64 == 0
        assert len(block.text) == 64 * len(block.ends)
        assert block.text[block.size :].tobytes() == b" " * (len(block.text) - block.size)
        assert len(block.text) - block.size >= 64


def test_blocks_are_cut_between_lists():
    blocks = list(token_blocks([["a"] * 40_000] * 4))
    assert [block.tokens for block in blocks] == [80_000, 80_000]


def test_no_lists_and_empty_ones():
    assert list(token_blocks([])) == []
    (block,) = token_blocks([[], ()])
    assert block.text[: block.size].tobytes() == b"\x1e\x1e"
    assert block.tokens == 0
    assert len(list(token_blocks([[]] * 100_000))) == 2


def test_whatever_is_iterable_is_a_list():
    (block,) = token_blocks(iter([np.array(["a", "b"]), iter(["c"]), {"d": 1}]))
    assert block.text[: block.size].tobytes() == b"a\x1fb\x1ec\x1ed\x1e"


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        (
            ["the cat", "sat"],
            r"the sentence at index 0 is the str 'the cat', expected a list of tokens; hint: split it",
        ),
        ([b"the cat"], "the sentence at index 0 is the bytes b'the cat'"),
        ([["the"], 7], "the sentence at index 1 is the int 7"),
        ([["the", 7]], "a token is the int 7, expected a str"),
        ([["the", b"cat"]], "a token is the bytes b'cat'"),
        ([[["the", "cat"]]], r"a token is the list \['the', 'cat'\], expected a str"),
        ([["a"], [None]], "in the sentence at index 1, a token is the missing value None"),
        ([["x" * 90, 0.5], [["y" * 90]]], "a token is the float 0.5"),
        ([[["y" * 90]]], r"a token is the list \['y{50,56}\.\.\., expected"),
        ([["a", ""]], "a token is the empty str; hint: leave it out"),
        ([[], ["a"], [""]], "in the sentence at index 2, a token is the empty str"),
        ([[""]], "a token is the empty str"),
        ([["a"], ["", "b"]], "a token is the empty str"),
        ([["a", "", ""]], "a token is the empty str"),
        ([["a\x1fb"]], r"a token is the str 'a\\x1fb', which contains a control character"),
        ([["a", "\x1e"]], "which contains a control character"),
        ([["a\x1fb", ""]], "which contains a control character"),
    ],
)
def test_what_is_no_token_list(sentences, message):
    with pytest.raises(OptionError, match=message):
        list(token_blocks(sentences))
