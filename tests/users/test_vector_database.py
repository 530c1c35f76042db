"""An engineer with a vector database at the end: from a text to vectors in databases, on a server and on the Hub."""

import json
import random
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
import warnings

import numpy as np
import pytest

from firth import WordVectors

# Two topics, which share no word but the grammar.
KITCHEN = ["bread", "cheese", "butter", "soup", "apple", "salt", "crème", "o'clock"]
HARBOR = ["ship", "sailor", "anchor", "sail", "harbor", "rope", "naïve", 'a"b']
TRAINING = ["--min-count", 1, "--vector-size", 16, "--window", 4, "--sample", 0, "--epochs", 10, "--workers", 1, "-q"]


def text():
    draw = random.Random(1)
    for _ in range(400):
        topic = draw.choice([KITCHEN, HARBOR])
        yield "the {} and the {} with {} {}".format(*draw.sample(topic, 4))


@pytest.fixture
def vectors(firth):
    """Vectors from a text: input plus output vectors of a model, so that a word is near to those that it stands by."""
    (firth.folder / "text.txt").write_text("\n".join(text()), "utf-8")
    firth("train", "text.txt", "-o", "input.safetensors", "--model", "model.safetensors", *TRAINING)
    _, said = firth("convert", "input.safetensors", "v.safetensors", "--transform", "add-output", code=2)
    assert "no output vectors to add: only a model has them; hint: " in said
    firth("convert", "model.safetensors", "v.safetensors", "--transform", "add-output", "--transform", "normalize")
    found = WordVectors.load("v.safetensors")
    for topic in (KITCHEN, HARBOR):
        for word in topic:
            assert {near for near, _ in found.most_similar(word, topn=3)} < {*topic, "with", "and", "the"}
    return found


def is_nearest(found, vectors, word):
    """Whether these are the nearest words, of which none are equally near, and their similarities."""
    expected = vectors.most_similar(word, topn=len(found))
    assert len(found) == 5
    assert [near for near, _ in found] == [near for near, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], atol=1e-5)


@pytest.mark.parametrize("suffix", [".pgcopy", ".pgtext"])
def test_postgresql(firth, vectors, sql, suffix):
    _, said = firth("convert", "v.safetensors", f"v{suffix}")
    assert said == f"v{suffix}: {len(vectors)} words, 16 dimensions, without metadata\n"
    options = "(FORMAT binary)" if suffix == ".pgcopy" else ""
    sql(
        "CREATE EXTENSION IF NOT EXISTS vector; DROP TABLE IF EXISTS shop;"
        "CREATE TABLE shop (word text PRIMARY KEY, vector vector(16), count bigint);\n"
        f"\\copy shop FROM '{firth.folder / f'v{suffix}'}' {options}\n"
        "CREATE INDEX ON shop USING hnsw (vector vector_cosine_ops);"
    )
    for word in ("bread", "o'clock", 'a"b', "naïve"):
        quoted = word.replace("'", "''")
        rows = sql(
            f"SELECT word, 1 - (vector <=> (SELECT vector FROM shop WHERE word = '{quoted}')) FROM shop "
            f"WHERE word <> '{quoted}' ORDER BY vector <=> (SELECT vector FROM shop WHERE word = '{quoted}') LIMIT 5;"
        )
        is_nearest([(near, float(similarity)) for near, similarity in rows], vectors, word)
    assert dict(sql("SELECT word, count FROM shop;"))["the"] == str(vectors.counts[vectors.get_index("the")])


def test_duckdb_lancedb_and_faiss(firth, vectors):
    duckdb, lancedb, faiss = (
        pytest.importorskip(name, exc_type=ImportError) for name in ("duckdb", "lancedb", "faiss")
    )
    parquet = pytest.importorskip("pyarrow.parquet")
    firth("convert", "v.safetensors", "v.parquet")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        found = duckdb.sql(
            "SELECT b.word, array_cosine_similarity(a.vector::FLOAT[16], b.vector::FLOAT[16]) AS similarity "
            "FROM 'v.parquet' a, 'v.parquet' b WHERE a.word = 'ship' AND b.word <> 'ship' "
            "ORDER BY similarity DESC LIMIT 5"
        ).fetchall()
        is_nearest(found, vectors, "ship")

        table = lancedb.connect("lance").create_table("words", parquet.read_table("v.parquet"))
        asked = table.search(vectors["ship"]).distance_type("cosine").where("word <> 'ship'").limit(5).to_list()
        is_nearest([(row["word"], 1 - row["_distance"]) for row in asked], vectors, "ship")

        index = faiss.IndexFlatIP(16)
        index.add(vectors.vectors)  # of unit length
        similarities, rows = index.search(vectors["ship"][None], 6)
        found = [(vectors.index_to_key[row], score) for row, score in zip(rows[0], similarities[0], strict=True)]
        is_nearest(found[1:], vectors, "ship")


@pytest.mark.usefixtures("firth")
def test_a_server(vectors):
    pytest.importorskip("uvicorn")
    command = [sys.executable, "-m", "firth", "serve", "v.safetensors", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r"http://\S+", server.stderr.readline())[0]

            def ask(path, **question):
                with urllib.request.urlopen(f"{address}{path}?{urllib.parse.urlencode(question)}") as answer:
                    return json.load(answer)

            near = ask("/neighbors", word="o'clock", topn=5)["neighbors"]
            is_nearest([(one["word"], one["similarity"]) for one in near], vectors, "o'clock")
            questions = [{"ask": "vector", "word": word} for word in ("ship", "naïve")]
            body = json.dumps({"questions": questions}).encode()
            with urllib.request.urlopen(f"{address}/batch", body) as answer:
                numbers = [one["vector"] for one in json.load(answer)["answers"]]
            np.testing.assert_allclose(numbers, vectors[["ship", "naïve"]], atol=1e-6)
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub's own affair
@pytest.mark.usefixtures("firth")
def test_the_hub(vectors, hub):
    vectors.push_to_hub("shop/words", private=True, license="mit")
    again = WordVectors.load_from_hub("shop/words")
    np.testing.assert_array_equal(again.vectors, vectors.vectors)
    assert (again.index_to_key, again.metadata) == (vectors.index_to_key, vectors.metadata)
    card = hub.repositories["shop/words"]["README.md"].decode()
    assert f"{len(vectors)} words of 16 dimensions" in card
    assert "| `epochs` | 10 |" in card
