"""Files for PostgreSQL's COPY, by hand; tests/docs/test_handover.py gives them to PostgreSQL itself."""

import struct

import numpy as np
import pytest

from firth.errors import OptionError, StorageError
from firth.vectors import WordVectors
from firth.vectors.formats import write

WORDS = ["a\\b", "日本", "tab\there", "line\nend\r", "\\N", "", "\\."]


def test_text_by_hand(tmp_path):
    vectors = WordVectors(WORDS[:2], [[1, -0.5], [0.1, 16777216]], [7, 3])
    write(vectors.embeddings, tmp_path / "v.pgtext")
    assert (tmp_path / "v.pgtext").read_text("utf-8") == "a\\\\b\t[1,-0.5]\t7\n日本\t[0.100000001,16777216]\t3\n"
    write(WordVectors(WORDS[2:], np.ones((5, 1))).embeddings, tmp_path / "w.pgtext")
    assert (tmp_path / "w.pgtext").read_bytes() == (
        b"tab\\there\t[1]\nline\\nend\\r\t[1]\n\\\\N\t[1]\n\t[1]\n\\\\.\t[1]\n"
    )


def test_binary_by_hand(tmp_path):
    write(WordVectors(["日"], [[1, -0.5]], [7]).embeddings, tmp_path / "v.pgcopy")
    assert (tmp_path / "v.pgcopy").read_bytes() == (
        b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
        + struct.pack(">hi", 3, 3) + "日".encode()
        + struct.pack(">iHHff", 12, 2, 0, 1, -0.5)
        + struct.pack(">iq", 8, 7)
        + struct.pack(">h", -1)
    )  # fmt: skip


def rows_of(raw):
    """The fields of a binary file, as PostgreSQL's documentation of COPY describes it."""
    assert raw[:19] == b"PGCOPY\n\xff\r\n\0" + bytes(8)
    at, rows = 19, []
    while True:
        (fields,) = struct.unpack_from(">h", raw, at)
        at += 2
        if fields == -1:
            assert at == len(raw)
            return rows
        rows.append([])
        for _ in range(fields):
            (length,) = struct.unpack_from(">i", raw, at)
            rows[-1].append(raw[at + 4 : at + 4 + length])
            at += 4 + length


@pytest.mark.parametrize("counted", [True, False])
def test_binary_holds_every_row(tmp_path, counted):
    pgvector = pytest.importorskip("pgvector")
    matrix = np.random.default_rng(1).standard_normal((2500, 5)).astype(np.float32)
    words = [f"w{row}" for row in range(2500 - len(WORDS))] + WORDS
    counts = np.arange(2500, 0, -1) if counted else None
    write(WordVectors(words, matrix, counts).embeddings, tmp_path / "v.pgcopy")
    rows = rows_of((tmp_path / "v.pgcopy").read_bytes())
    assert [row[0].decode() for row in rows] == words
    np.testing.assert_array_equal([pgvector.Vector.from_binary(row[1]).to_numpy() for row in rows], matrix)
    assert {len(row) for row in rows} == {3 if counted else 2}
    if counted:
        assert [struct.unpack(">q", row[2])[0] for row in rows] == counts.tolist()


@pytest.mark.parametrize("name", ["pgvector-binary", "pgvector-text"])
def test_what_postgresql_would_refuse_is_refused_before_anything_is_written(tmp_path, name):
    def refused(words, matrix, told):
        with pytest.raises(OptionError, match=told):
            write(WordVectors(words, matrix).embeddings, tmp_path / "v", name)
        assert not list(tmp_path.iterdir())

    refused(["a\0"], [[1]], r"'a\\x00'.*pgvector")
    refused(["\ud800"], [[1]], "surrogates")
    refused(["a", "b"], [[1], [np.nan]], "1 vectors, such as that of 'b', which pgvector refuses")
    refused(["a"], np.ones((1, 16_001)), "16,001 dimensions, expected 1 to 16,000")
    refused(["a"], np.empty((1, 0)), "0 dimensions")
    with pytest.raises(StorageError):
        write(WordVectors(["a"], [[1]]).embeddings, tmp_path / "none" / "v", name)
