"""A file that is written to while it is read is told, whatever holds it: no part of a text passes for the whole."""

import gzip
import io
import itertools
import os
import subprocess
import sys
import zipfile

import pytest

from firth.corpus import encode
from firth.corpus.phrases_found import find_phrases
from firth.errors import SourceError
from firth.lm.training_text import read_training_text
from firth.text.compressed import open_stream
from firth.text.lines import read_lines
from firth.text.records import Records
from firth.text.sources import TextFiles

TEXT = "the cat sat on the mat\n" * 20_000
RECORDS = '{"text": "the cat sat on the mat"}\n' * 20_000
CHANGED = "was changed while it was read"


def parquet():
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    file = io.BytesIO()
    words = [f"the cat {number} sat" for number in range(200_000)]
    parquet.write_table(pyarrow.table({"text": words}), file, row_group_size=1000)
    return file.getvalue()


def archive(names=("a.txt",)):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name in names:
            opened.writestr(name, TEXT)
    return file.getvalue()


FILES = {
    "text.txt": lambda: TEXT.encode(),
    "text.txt.gz": lambda: gzip.compress(os.urandom(300_000).hex().encode()),
    "text.jsonl": lambda: RECORDS.encode(),
    "text.jsonl.gz": lambda: gzip.compress(b'{"text": "' + os.urandom(300_000).hex().encode() + b'"}\n'),
    "text.csv": lambda: ("text\n" + TEXT).encode(),
    "text.parquet": parquet,
    "text.zip": archive,
}


def shrink(path):
    os.truncate(path, path.stat().st_size // 2)


def grow(path):
    with path.open("ab") as file:
        file.write(b"more")


def overwrite(path):
    before = path.stat()
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))  # the clock of files is coarse


@pytest.mark.parametrize("change", [shrink, grow, overwrite])
@pytest.mark.parametrize("name", FILES)
def test_a_change_while_a_file_is_read(tmp_path, name, change):
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    field = "text" if name.startswith(("text.j", "text.c", "text.p")) else None
    blocks = TextFiles([path], records=Records(field)).blocks(1000)
    next(blocks)
    change(path)
    with pytest.raises(SourceError, match=rf"{name}.* {CHANGED}: it holds .*; hint: read it again when it is complete"):
        for _ in blocks:
            pass


@pytest.mark.parametrize("change", [shrink, grow, overwrite])
def test_a_change_between_the_listing_and_the_reading(tmp_path, change):
    """The size of all is known at first, and the last file is opened at last."""
    for name in "ab":
        (tmp_path / name).write_text(TEXT)
    files = TextFiles([tmp_path / "a", tmp_path / "b"])
    blocks = files.blocks(1000)
    next(blocks)
    change(tmp_path / "b")
    with pytest.raises(SourceError, match=rf"b {CHANGED}"):
        for _ in blocks:
            pass


def test_files_that_are_read_in_one_go(tmp_path):
    path = tmp_path / "text"
    path.write_text(TEXT)
    with pytest.raises(SourceError, match=CHANGED), open_stream(path):
        shrink(path)
    assert len(read_lines(path)) == 10_000


def test_what_changes_nothing_in_what_is_read(tmp_path):
    """A file that is replaced, or removed, is read as it was; one that is only looked at does not change."""
    path, new = tmp_path / "text", tmp_path / "new"
    for change in (lambda: new.replace(path), path.unlink, path.read_bytes, lambda: path.chmod(0o600)):
        path.write_text(TEXT)
        new.write_text("another")
        blocks = TextFiles([path]).blocks(1000)
        first = next(blocks)
        change()
        read = b"".join(block.text[: block.size].tobytes() for block in itertools.chain([first], blocks))
        assert read.decode() == TEXT


def test_reading_that_ends_early(tmp_path):
    path = tmp_path / "text"
    path.write_text(TEXT)
    blocks = TextFiles([path]).blocks(1000)
    next(blocks)
    grow(path)
    blocks.close()


def test_no_corpus_is_made_of_a_part(tmp_path):
    """Each reader of texts: what it would have taken for the whole is refused, and leaves nothing."""
    path, cache = tmp_path / "text.txt", tmp_path / "c.corpus"
    reads = [
        lambda progress: encode(path, progress=progress),
        lambda progress: encode(path, progress=progress, cache=cache),
        lambda progress: find_phrases(path, progress=progress),
        lambda progress: read_training_text(path, progress=progress),
    ]
    for read in reads:
        path.write_text(TEXT * 4)
        seen = []

        def shrink_once(done, total, seen=seen):
            if not seen:
                os.truncate(path, done)
            seen.append(done)

        with pytest.raises(
            SourceError, match=rf"text\.txt {CHANGED}: it holds 1,048,[0-9]+ bytes in place of 1,840,000"
        ):
            read(shrink_once)
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="a file is open there")
def test_a_file_on_stdin(tmp_path):
    path = tmp_path / "text"
    path.write_text(TEXT)
    program = f"""
import os
from firth.text.sources import TextFiles
blocks = TextFiles(["-"]).blocks(1000)
next(blocks)
os.truncate({str(path)!r}, 5)
for _ in blocks: pass
"""
    with path.open("rb") as file:
        found = subprocess.run([sys.executable, "-c", program], stdin=file, capture_output=True, text=True)
    assert f"SourceError: - {CHANGED}" in found.stderr
