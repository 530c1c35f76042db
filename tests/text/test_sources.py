"""Blocks of text: together they are the files, and no token is cut."""

import os
import threading
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from firth.contents import recognize
from firth.errors import OptionError, SourceError
from firth.text import sources
from firth.text.sources import PADDING, TextFiles, text_files

SPACES = b" \n\t\r\v\f\x1c\x1d\x1e\x1f"


def content(block):
    return block.text[: block.size].tobytes()


@given(
    contents=st.lists(st.binary(max_size=60).map(lambda raw: raw.replace(b"\xef", b"e")), min_size=1, max_size=3),
    size=st.integers(1, 40),
)
def test_blocks_are_the_files_cut_after_spaces(tmp_path_factory, contents, size):
    folder = tmp_path_factory.mktemp("files")
    paths = [folder / str(number) for number in range(len(contents))]
    assume(not any(map(recognize, contents)))
    for path, text in zip(paths, contents, strict=True):
        path.write_bytes(text)
    blocks = list(TextFiles(paths).blocks(size))
    for path, text in zip(paths, contents, strict=True):
        own = [block for block in blocks if block.source == str(path)]
        assert b"".join(map(content, own)) == text
        assert [block.ends_file for block in own] == [False] * (len(own) - 1) + [True]
        assert all(content(block)[-1:] in SPACES for block in own[:-1])
        assert all(text[block.offset :].startswith(content(block)) for block in own)
        # only a token that does not fit makes a block longer than it should be
        assert all(block.size <= size or max(map(len, content(block).split())) >= size for block in own)
    for block in blocks:
        assert block.text[block.size :].tobytes() == b" " * PADDING
    assert blocks[-1].bytes_done == sum(map(len, contents))
    assert [block.bytes_done for block in blocks] == sorted(block.bytes_done for block in blocks)


def test_a_block_ends_at_the_last_space_that_fits(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one two\nthree four")
    assert [content(block) for block in TextFiles([tmp_path / "a.txt"]).blocks(10)] == [
        b"one two\n",
        b"three ",
        b"four",
    ]


def test_a_token_longer_than_a_block_stays_whole(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a " + b"x" * 100 + b" b")
    assert [content(block) for block in TextFiles([tmp_path / "a.txt"]).blocks(8)] == [b"a ", b"x" * 100 + b" b"]


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "a.txt").write_text("one two", encoding="utf-8-sig")
    (block,) = TextFiles([tmp_path / "a.txt"]).blocks()
    assert (content(block), block.offset) == (b"one two", 3)
    first, second = TextFiles([tmp_path / "a.txt"]).blocks(8)
    assert (content(first), first.offset) == (b"one ", 3)
    assert (content(second), second.offset) == (b"two", 7)


def test_files_are_read_as_often_as_wanted(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a b c")
    files = TextFiles([tmp_path / "a.txt"])
    assert [content(block) for block in files.blocks()] == [content(block) for block in files.blocks()] == [b"a b c"]


def test_a_file_without_spaces_is_refused_before_it_fills_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LONGEST_TOKEN", 64)
    (tmp_path / "a.bin").write_bytes(b"a " + b"x" * 1000)
    with pytest.raises(SourceError, match=r"a\.bin: no space in .* from byte 2, expected words between spaces"):
        list(TextFiles([tmp_path / "a.bin"]).blocks(16))


def test_facts_tell_files_apart(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    files = TextFiles([path, path])
    assert files.size() == 6
    assert files.facts() == [{"path": str(path), "size": 3, "mtime_ns": path.stat().st_mtime_ns}] * 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_read_and_has_no_size(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    files = TextFiles([pipe])
    writer = threading.Thread(target=pipe.write_bytes, args=(b"one two three",))
    writer.start()
    assert b"".join(map(content, files.blocks(6))) == b"one two three"
    writer.join()
    assert files.size() is None
    assert files.facts() is None


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"nowhere\.txt: no such file"):
        TextFiles([tmp_path / "nowhere.txt"])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_file_that_may_not_be_read(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"abc")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(SourceError, match="may not be read"):
        TextFiles([tmp_path / "a.txt"])


def test_no_files():
    with pytest.raises(OptionError, match="no text was given"):
        TextFiles([])


def test_what_names_files(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc")
    assert [files.paths for files in map(text_files, [path, str(path), [path, str(path)], (path,)])] == [
        [path], [path], [path, path], [path],
    ]  # fmt: skip
    assert text_files([["a", "b"], ["c"]]) is None
    assert text_files(iter([str(path)])) is None


@pytest.mark.parametrize(
    "source",
    ["the cat sat", ["the cat sat"], ["the cat sat", "on the mat"], ["the", "cat"], "the cat sat on the mat\n" * 1_000],
)
def test_strings_in_place_of_token_lists_are_refused_with_a_way_out(source):
    message = r"there is no file 'the.*'; hint: sentences are lists of tokens: \[line\.split"
    with pytest.raises(OptionError, match=message):
        text_files(source)


def test_a_path_that_is_too_long_for_one():
    with pytest.raises(SourceError, match="x: no such file"):
        text_files("x" * 5_000)


@pytest.mark.parametrize("source", [7, None, 0.5])
def test_what_is_no_source(source):
    with pytest.raises(OptionError, match="expected a path, several paths, or token lists"):
        text_files(source)


def test_one_missing_file_of_several_is_named(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"abc")
    with pytest.raises(SourceError, match=r"b\.txt: no such file"):
        text_files([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])
    with pytest.raises(SourceError, match=r"b\.txt: no such file"):
        text_files([Path("b.txt")])
