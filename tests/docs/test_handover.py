"""docs/handover.md: its Python and its SQL run, and all tools find the neighbours that firth finds."""

import json
import shlex
import warnings

import numpy as np
import pytest

from firth import cli
from firth.vectors import WordVectors

PAGE = "docs/handover.md"
WORDS = ["man", "woman", "king", "queen", "apple", "the"]
MATRIX = np.array([[3, 1, 1], [3, 2, 1], [3, 1, 2], [3, 2, 2], [-1, 4, 0], [1, 0, 3]], np.float32)


@pytest.fixture
def vectors(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    WordVectors(WORDS, MATRIX, [9, 8, 7, 6, 5, 90]).save("vectors.safetensors")
    return WordVectors.load("vectors.safetensors")


def run(code, names):
    exec(compile(code, PAGE, "exec"), names)


def is_nearest(found, vectors):
    """Whether words and similarities are the nearest to king, of which none are equally near."""
    expected = vectors.most_similar("king", topn=len(found))
    assert [word for word, _ in found] == [word for word, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], atol=1e-6)


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own affair
def test_the_hub(page, vectors, hub):
    names = {}
    for block in page(PAGE).blocks("python")[:2]:
        run(block, names)
    assert names["again"].index_to_key == WORDS
    card = hub.repositories["me/words"]["README.md"].decode()
    assert "- wikimedia/wikipedia" in card
    assert card.endswith("A dump of English Wikipedia.\n")


@pytest.mark.parametrize("name", ["duckdb", "lancedb", "faiss"])
def test_databases_and_indexes(page, vectors, name):
    pytest.importorskip(name, exc_type=ImportError)
    vectors.save("vectors.parquet")
    names = {"vectors": vectors}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        (block,) = (block for block in page(PAGE).blocks("python") if f"import {name}\n" in block)
        run(block, names)
    assert len(names[f"in_{name}"]) == 3
    is_nearest(names[f"in_{name}"], vectors)


def test_postgresql(page, vectors, sql):
    (command,) = page(PAGE).blocks("sh")
    with pytest.raises(SystemExit) as left:
        cli.main(shlex.split(command)[1:])
    assert left.value.code == 0
    create, ask = page(PAGE).blocks("sql")
    sql(create)
    rows = sql(ask)
    assert len(rows) == 3
    is_nearest([(word, float(similarity)) for word, similarity in rows], vectors)


@pytest.mark.parametrize(("suffix", "options"), [(".pgcopy", "(FORMAT binary)"), (".pgtext", "")])
def test_postgresql_reads_every_word_and_number(tmp_path, sql, suffix, options):
    words = ["a\\b", "日本", "tab\there", "line\nend\r", "\\N", "", "\\.", "'", '"', ",", "NULL", "{}"]
    matrix = np.random.default_rng(1).standard_normal((len(words), 4)).astype(np.float32)
    WordVectors(words, matrix, range(len(words), 0, -1)).save(tmp_path / f"v{suffix}")
    sql(
        "CREATE EXTENSION IF NOT EXISTS vector; DROP TABLE IF EXISTS odd;"
        "CREATE TABLE odd (word text PRIMARY KEY, vector vector(4), count bigint);\n"
        f"\\copy odd FROM '{tmp_path / f'v{suffix}'}' {options}"
    )
    rows = sql("SELECT encode(convert_to(word, 'UTF8'), 'hex'), vector, count FROM odd ORDER BY count DESC;")
    assert [bytes.fromhex(word).decode() for word, _, _ in rows] == words
    np.testing.assert_array_equal([np.array(row[1:-1].split(","), np.float32) for _, row, _ in rows], matrix)
    assert [int(count) for _, _, count in rows] == list(range(len(words), 0, -1))


def test_the_server(page, vectors):
    pytest.importorskip("starlette")
    names = {"vectors": vectors}
    (block,) = (block for block in page(PAGE).blocks("python") if "firth.serving" in block)
    run(block, names)
    first, second = names["answers"]
    assert [near["word"] for near in first["neighbors"]] == ["queen"]
    assert second == {"similarity": round(vectors.similarity("king", "queen"), 6)}
    told = page(PAGE).rows("A server", column=2)
    for address, question in [
        ("/similarity", "a=king&b=queen"),
        ("/vector", "word=king"),
        ("/info", ""),
        ("/health", ""),
    ]:
        answer = names["client"].get(f"{address}?{question}").json()
        shown = json.loads(told[address,].strip("`"))
        assert answer == pytest.approx(shown, abs=0.02) if address == "/similarity" else answer == shown
    unknown = names["client"].get("/vector?word=kign").json()
    assert f"`{json.dumps(unknown)}`" in page(PAGE).text
    assert set(told) == {(address,) for address in ADDRESSES}


ADDRESSES = ["/neighbors", "/analogy", "/similarity", "/vector", "/batch", "/info", "/health"]
