"""Compressed text: whole, in several frames, cut short, damaged, mistaken."""

import bz2
import gzip
import lzma
import random
import sys

import pytest

from firth.errors import MissingExtra, SourceError
from firth.text.compressed import OPENERS, open_stream

if sys.version_info >= (3, 14):
    from compression.zstd import compress as compress_zstd
else:
    from zstandard import compress as compress_zstd

COMPRESS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": compress_zstd}
TEXT = " ".join(random.Random(1).choices(["the", "cat", "sat", "日本", "mat"], k=40_000)).encode()

every_suffix = pytest.mark.parametrize("suffix", COMPRESS)


def read(path):
    with open_stream(path) as (stream, _):
        parts = []
        buffer = bytearray(10_000)
        while count := stream.readinto(buffer):
            parts.append(bytes(buffer[:count]))
        return b"".join(parts)


def test_every_format_is_tried_here():
    assert set(COMPRESS) == set(OPENERS)


@every_suffix
def test_the_text_comes_back(tmp_path, suffix):
    path = tmp_path / f"text{suffix.upper()}"
    path.write_bytes(COMPRESS[suffix](TEXT))
    assert read(path) == TEXT


@every_suffix
def test_several_frames_are_one_text(tmp_path, suffix):
    path = tmp_path / f"text{suffix}"
    path.write_bytes(b"".join(COMPRESS[suffix](part) for part in (TEXT[:100], b"", TEXT[100:])))
    assert read(path) == TEXT


@every_suffix
@pytest.mark.parametrize("missing", [1, 5, 1000])
def test_a_file_cut_short_is_no_shorter_text(tmp_path, suffix, missing):
    path = tmp_path / f"text{suffix}"
    path.write_bytes(COMPRESS[suffix](TEXT)[:-missing])
    with pytest.raises(SourceError, match=rf"text{suffix}: cannot be read to its end .* hint: is it whole"):
        read(path)


@every_suffix
def test_a_second_frame_cut_short(tmp_path, suffix):
    path = tmp_path / f"text{suffix}"
    path.write_bytes(COMPRESS[suffix](TEXT) + COMPRESS[suffix](TEXT)[:-20])
    with pytest.raises(SourceError, match="cannot be read to its end"):
        read(path)


@every_suffix
@pytest.mark.parametrize("size", [100, len(TEXT)])
def test_a_second_frame_damaged_at_its_head(tmp_path, suffix, size):
    """Where Python's own readers take it for something that is none of theirs, and stop."""
    path = tmp_path / f"text{suffix}"
    second = bytearray(COMPRESS[suffix](TEXT[:size]))
    for place in range(4):
        damaged = bytes([*second[:place], second[place] ^ 4, *second[place + 1 :]])
        path.write_bytes(COMPRESS[suffix](TEXT) + damaged)
        with pytest.raises(SourceError, match="cannot be read to its end"):
            read(path)


@every_suffix
def test_zeros_behind_a_frame_are_padding(tmp_path, suffix):
    path = tmp_path / f"text{suffix}"
    path.write_bytes(COMPRESS[suffix](TEXT[:100]) + bytes(8) + COMPRESS[suffix](TEXT[100:]) + bytes(20_000))
    assert read(path) == TEXT


@every_suffix
@pytest.mark.parametrize("content", [b"", bytes(100)])
def test_an_empty_file_is_no_compressed_one(tmp_path, suffix, content):
    path = tmp_path / f"text{suffix}"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read to its end"):
        read(path)


@every_suffix
def test_a_damaged_file(tmp_path, suffix):
    path = tmp_path / f"text{suffix}"
    data = bytearray(COMPRESS[suffix](TEXT))
    data[len(data) // 2 : len(data) // 2 + 50] = bytes(50)
    path.write_bytes(data)
    with pytest.raises(SourceError, match="cannot be read to its end"):
        read(path)


@every_suffix
def test_plain_text_under_a_compressed_name(tmp_path, suffix):
    path = tmp_path / f"text{suffix}"
    path.write_bytes(b"the cat sat on the mat")
    with pytest.raises(SourceError, match=f"and is it a {suffix} file"):
        read(path)


def test_a_file_that_vanishes(tmp_path):
    with pytest.raises(SourceError, match=r"cannot be read to its end \(No such file"):
        read(tmp_path / "text.txt")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python itself reads .zst")
def test_a_missing_package_names_its_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "text.zst").write_bytes(COMPRESS[".zst"](TEXT))
    with pytest.raises(MissingExtra, match=r"hint: pip install 'firth\[zstd\]'"):
        read(tmp_path / "text.zst")
