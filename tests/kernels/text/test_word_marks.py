"""Unicode words in bytes, against the tokenizer on characters."""

import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firth.kernels.text.word_marks import mark_words
from firth.text.unicode_words import character_classes, spaced_words


def words_of(text: bytes) -> list[bytes]:
    """The words between what is marked; a newline is a word of its own here."""
    bits = np.full(len(text) // 64 + 2, 0xAAAA_AAAA_AAAA_AAAA, np.uint64)  # what was there before must not matter
    assert mark_words(np.frombuffer(text + b" " * 64, np.uint8), len(text), character_classes(), bits) == -1
    marked = np.unpackbits(bits.view(np.uint8), bitorder="little")
    assert marked[len(text)]
    spaced = bytes(byte if byte == 10 or not is_end else 32 for byte, is_end in zip(text, marked, strict=False))
    return spaced.replace(b"\n", b" \n ").split(b" ")


def expected(text: str) -> list[bytes]:
    return spaced_words(text).encode().replace(b"\n", b" \n ").split(b" ")


def nonempty(words: list[bytes]) -> list[bytes]:
    return [word for word in words if word]


def test_every_character_alone_and_between_letters_and_digits() -> None:
    every = [*map(chr, range(0xD800)), *map(chr, range(0xE000, sys.maxunicode + 1))]
    for pattern in ("{} ", "a{}b ", "1{}2 ", "a{}1 "):
        text = "".join(map(pattern.format, every))
        assert nonempty(words_of(text.encode())) == nonempty(expected(text))


SOME = st.text(
    st.sampled_from("ab1 2'\u2019\uff07\u00b7.,_-\n\u0301\u00ad\u200b\ufeffé日\U00020000\u00a0"), max_size=200
)


ASCII = st.text(st.sampled_from("ab12 '.,_-\n"), max_size=200)


@given(SOME | ASCII, st.integers(0, 64))
@example("'a", 0)
@example("a'", 0)
@example("a\u0301'b", 0)
@example("a'\u0301b", 0)
@example("a_'b", 0)
@example("a'b1.5", 63)
@example("a'b", 62)
def test_words_are_those_of_the_tokenizer(text: str, behind: int) -> None:
    text = "x" * behind + text  # 64 bytes are looked at together
    assert nonempty(words_of(text.encode())) == nonempty(expected(text))


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xe2\x80", b"a'\xff", b"\xed\xa0\x80"])
def test_the_first_byte_that_is_not_utf_8(bad: bytes) -> None:
    with pytest.raises(UnicodeDecodeError) as caught:
        (b"words " + bad).decode()
    text = np.frombuffer(b"words " + bad + b" " * 64, np.uint8)
    assert mark_words(text, 6 + len(bad), character_classes(), np.empty(2, np.uint64)) == caught.value.start
