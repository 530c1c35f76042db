"""One guard around every reader: what a parser raises becomes an error of firth that names the file."""

import lzma
import struct
import zipfile
import zlib

import numpy as np
import pytest

from firth import WordVectors
from firth.errors import FileFormatError, OptionError, SourceError
from firth.guard import guard, guarded, memory_message

RAISED = [
    ValueError("no number"), KeyError("weights"), IndexError("out of bounds"), TypeError("not iterable"),
    OverflowError("too large"), ZeroDivisionError("division by zero"), AttributeError("no such attribute"),
    RecursionError("maximum depth"), EOFError("the end"), NotImplementedError("method 99"), AssertionError(),
    UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "invalid"), struct.error("4 bytes"), zlib.error("invalid"),
    lzma.LZMAError("corrupt"), zipfile.BadZipFile("no zip"), MemoryError(), OSError("no magic"), Exception("anything"),
]  # fmt: skip


@pytest.mark.parametrize("raised", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("kind", [FileFormatError, SourceError])
def test_what_a_parser_raises_names_the_file_and_the_reason(raised, kind):
    with pytest.raises(kind, match=r"^words\.bin: .*\S") as caught, guard("words.bin", "vectors", kind):
        raise raised
    assert caught.value.__cause__ is raised
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("passing", [OptionError("given"), UserWarning("told"), KeyboardInterrupt(), SystemExit(3)])
def test_what_is_no_fault_of_the_file_passes(passing):
    with pytest.raises(type(passing)) as caught, guard("words.bin", "vectors"):
        raise passing
    assert caught.value is passing


def test_a_call_that_does_not_fit_is_the_callers_mistake():
    @guarded("numbers")
    def read(path, limit=None):
        return len(path) + limit

    assert read("four", 1) == 5
    with pytest.raises(FileFormatError, match="four: damaged, or not numbers"):
        read(path="four")
    with pytest.raises(TypeError, match="unexpected keyword argument 'most'"):
        read("four", most=1)
    with pytest.raises(TypeError, match="missing a required argument"):
        read()


def test_full_memory_is_told_in_bytes():
    with pytest.raises(MemoryError) as caught:
        np.empty((1 << 20, 1 << 36), np.float32)
    expected = f"not enough memory: {1 << 58:,} bytes were asked for (1,048,576 x 68,719,476,736 numbers of float32)"
    assert memory_message(caught.value) == expected
    assert memory_message(MemoryError()) == "not enough memory"


def test_the_guard_stands_around_vectors_of_every_format(tmp_path, monkeypatch):
    from firth.vectors.formats import FORMATS, Format

    def failing(self, name):
        def read(path, **options):
            raise struct.error("damaged")

        return read

    monkeypatch.setattr(Format, "function", failing)
    (tmp_path / "x.dat").write_bytes(b"a 1\n")
    for name in (name for name, format in FORMATS.items() if format.read):
        with pytest.raises(FileFormatError):
            WordVectors.load(tmp_path / "x.dat", name)
