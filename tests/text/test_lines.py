"""Lines that hold something keep their numbers; what cannot be read is named."""

import lzma

import pytest

from firth.errors import EncodingError, SourceError
from firth.text.lines import read_lines

TEXT = "\ufeff# by hand\r\n\r\n  李白\t诗 \n#1\nb\x0bc"


def test_lines_and_their_numbers(tmp_path):
    (tmp_path / "t.txt").write_bytes(TEXT.encode())
    (tmp_path / "t.txt.xz").write_bytes(lzma.compress(TEXT.encode()))
    for name in ("t.txt", "t.txt.xz"):
        with pytest.warns(UserWarning, match="1 lines that begin with # are treated as comments, such as '#1'"):
            lines = read_lines(tmp_path / name)
        assert [(line.number, line.text) for line in lines] == [(3, "李白\t诗"), (5, "b\x0bc")]
        assert str(lines[0].malformed("a word")).endswith(f"{name}, line 3: '李白\\t诗', expected a word")


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(SourceError, match="no such file, expected lines of text"):
        read_lines(tmp_path / "none")
    with pytest.raises(SourceError, match="is a folder"):
        read_lines(tmp_path)
    (tmp_path / "bad").write_bytes(b"a\n\xff")
    with pytest.raises(EncodingError, match="byte 2"):
        read_lines(tmp_path / "bad")
