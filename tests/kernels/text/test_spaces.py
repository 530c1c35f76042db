"""Whitespace and UTF-8 as Python itself knows them: every character, every bad beginning."""

import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from firth.kernels.text.spaces import mark_spaces


def padded(text):
    return np.frombuffer(text + b" " * 64, np.uint8)


def marked(text):
    """The offset of the first bad byte, and for each byte whether it is whitespace."""
    bits = np.full(len(text) // 64 + 2, 0xAAAA_AAAA_AAAA_AAAA, np.uint64)  # what was there before must not matter
    bad = mark_spaces(padded(text), len(text), bits)
    return bad, np.unpackbits(bits.view(np.uint8), bitorder="little")[: len(text)].astype(bool)


def expected_spaces(text):
    return np.repeat([char.isspace() for char in text], [len(char.encode()) for char in text]).astype(bool)


def expected_bad(text):
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start
    return -1


def test_every_character():
    text = "".join(map(chr, range(0xD800))) + "".join(map(chr, range(0xE000, sys.maxunicode + 1)))
    bad, spaces = marked(text.encode())
    assert bad == -1
    np.testing.assert_array_equal(spaces, expected_spaces(text))


@given(st.text(st.sampled_from("ab \n\x1f\x85\xa0é\u1680\u2009\u2028\u3000日\U0001f600"), max_size=200))
def test_whitespace_wherever_it_falls(text):
    bad, spaces = marked(text.encode())
    assert bad == -1
    np.testing.assert_array_equal(spaces, expected_spaces(text))


def test_every_beginning_of_two_bytes():
    for lead in range(0x80, 0x100):
        for second in range(0x100):
            for tail in (b"", b"\x80", b"\xbf\x80", b"\x80\x80\x80"):
                text = b"x" * 60 + bytes([lead, second]) + tail
                assert marked(text)[0] == expected_bad(text), text[60:]


@given(st.lists(st.one_of(st.text(max_size=40).map(str.encode), st.binary(max_size=5)), max_size=8).map(b"".join))
def test_the_first_bad_byte(text):
    assert marked(text)[0] == expected_bad(text)
