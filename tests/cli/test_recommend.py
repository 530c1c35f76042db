"""``firth recommend``: sessions typed, from a file, from stdin; as a table and as JSON."""

import gzip
import io
import json

import numpy as np
import pytest

from firth import WordVectors, cli
from firth.corpus.sessions import sessions


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Runs ``firth recommend`` on five items; gives the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    matrix = np.array([[2, 0], [0.1, 0], [0, 3], [1, 1], [-1, 0]])
    WordVectors([10, 20, 30, 40, 50], matrix).save("v.safetensors")

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(["recommend", "v.safetensors", *arguments])
        output = capsys.readouterr()
        return left.value.code, output.out, output.err

    return call


def test_a_session_that_is_typed(run):
    assert run("10", "99", "-n", "2") == (0, "10 99\n  20   1.0000\n  40   0.7071\n", "")
    assert run("10", "-n", "1", "--repeat")[1] == "10\n  10   1.0000\n"
    assert run("30", "10", "-n", "1", "--history", "1")[1] == "30 10\n  20   1.0000\n"


def test_sessions_of_a_file(run, tmp_path, monkeypatch):
    (tmp_path / "s.txt").write_text("10 30\n\n50\n")
    (tmp_path / "seen.txt").write_text("20\n40\n")
    code, out, err = run("-f", "s.txt", "-n", "1", "--exclude", "seen.txt", "--json")
    assert (code, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [
        {"session": ["10", "30"], "items": [{"item": 50, "similarity": -0.707107}]},
        {"session": ["50"], "items": [{"item": 30, "similarity": 0.0}]},
    ]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"10\n")))
    assert run("-f", "-", "-n", "1")[1] == "10\n  20   1.0000\n"


@pytest.mark.filterwarnings("default:1 byte in 1 file")
def test_texts_are_read_as_by_train(run, tmp_path):
    with gzip.open(tmp_path / "a.txt.gz", "wb") as file:
        file.write(b"\xef\xbb\xbf10 30\n\n50")
    (tmp_path / "b.txt").write_bytes("10\n50\n".encode("utf-16"))
    _, out, _ = run("-f", "a.txt.gz", "-f", "b.txt", "-n", "1", "--json")
    assert [json.loads(line)["session"] for line in out.splitlines()] == [["10", "30"], ["50"], ["10"], ["50"]]
    (tmp_path / "bad.txt").write_bytes(b"10\n50 \xff\n")
    code, out, err = run("-f", "bad.txt")
    assert (code, err.partition(";")[0]) == (1, "firth: error: bad.txt: not UTF-8 at byte 6")
    code, out, err = run("-f", "bad.txt", "-n", "1", "--errors", "replace", "--json")
    assert (code, json.loads(out.splitlines()[1])["session"]) == (0, ["50", "\N{REPLACEMENT CHARACTER}"])
    assert "1 byte" in err


def test_sessions_may_be_longer_than_a_block(tmp_path):
    lines = ["10 " * (1 << 19), "30", "é " * (1 << 20), "50"]  # 1.5 and 3 MiB
    (tmp_path / "s.txt").write_text("\n".join(lines))
    assert [session.items for session in sessions(tmp_path / "s.txt")] == [line.split() for line in lines]


def test_a_column_of_lists(run, tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"items": [[10, 30], [], [50, 99]]}), tmp_path / "s.parquet")
    answers = [
        {"session": [10, 30], "items": [{"item": 40, "similarity": 1.0}]},
        {"session": [], "error": "the session has no items"},
        {"session": [50, 99], "items": [{"item": 30, "similarity": 0.0}]},
    ]
    code, out, err = run("-f", "s.parquet", "--field", "items", "-n", "1", "--json")
    assert (code, list(map(json.loads, out.splitlines())), err) == (1, answers, "")
    (tmp_path / "s.jsonl").write_text('{"items": [10, 30]}\n{"items": []}\n{"items": [50, 99]}\n')
    code, out, err = run("-f", "s.jsonl", "--field", "items", "-n", "1", "--json")
    assert (code, list(map(json.loads, out.splitlines())), err) == (1, answers, "")


def test_a_table_of_events(run, tmp_path):
    pytest.importorskip("duckdb")
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = {"user": ["b", "a", "b", "c"], "item": [10, 50, 30, 99], "ts": [2, 1, 1, 1]}
    parquet.write_table(pa.table(table), tmp_path / "e.parquet")
    columns = ["--group", "user", "--item", "item", "--order", "ts", "-n", "1", "--history", "1"]
    code, out, _ = run("-f", "e.parquet", *columns, "--json")
    assert (code, list(map(json.loads, out.splitlines()))) == (
        1,
        [
            {"group": "a", "session": [50], "items": [{"item": 30, "similarity": 0.0}]},
            {"group": "b", "session": [30, 10], "items": [{"item": 20, "similarity": 1.0}]},
            {"group": "c", "session": [99], "error": "none of the items 99 is known"},
        ],
    )
    rows = zip(*table.values(), strict=True)
    (tmp_path / "e.csv").write_text("user,item,ts\n" + "".join(f"{user},{item},{ts}\n" for user, item, ts in rows))
    code, out, err = run("-f", "e.csv", *columns)
    assert (code, out) == (1, "a: 50\n  30   0.0000\nb: 30 10\n  20   1.0000\n")
    assert err.startswith("firth: error: c: none of the items 99 is known; hint:")


def test_groups_that_json_does_not_have(run, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    duckdb.sql("SELECT DATE '2026-01-02' AS day, 10 AS item").write_parquet(str(tmp_path / "e.parquet"))
    out = run("-f", "e.parquet", "--group", "day", "--item", "item", "--json")[1]
    assert json.loads(out)["group"] == "2026-01-02"


def test_integers_of_a_table_are_words_of_vectors_that_are_strings(run, tmp_path):
    pa, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    WordVectors(["10", "20", "x"], np.array([[1, 0], [1, 0.1], [0, 1]])).save("v.safetensors")
    parquet.write_table(pa.table({"items": [[10]]}), tmp_path / "s.parquet")
    out = run("-f", "s.parquet", "--field", "items", "-n", "1")[1]
    assert out == "10\n  20   0.9950\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-f", "no.txt"], "no.txt: no such file"),
        (["10", "--group", "user"], "--group without a table; hint: --file TABLE"),
        (["-f", "s.csv"], "s.csv holds records, expected the name of the field with the text; hint: --field text"),
        (["-f", "s.csv", "--field", "no"], "s.csv: no column 'no', only items"),
        (["-f", "s.csv", "--group", "user"], "--group user without item, expected the columns of events"),
    ],
)
def test_mistakes(run, tmp_path, arguments, message):
    (tmp_path / "s.csv").write_text("items\n10 30\n")
    code, out, err = run(*arguments)
    assert (code > 0, out, err.count("\n")) == (True, "", 1)
    assert message in err


def test_a_session_without_a_known_item(run, tmp_path):
    (tmp_path / "s.txt").write_text("98 99\n10\n")
    code, out, err = run("-f", "s.txt", "-n", "1")
    assert (code, out) == (1, "10\n  20   1.0000\n")
    hint = "the items must be those that the vectors were trained on"
    assert err == f"firth: error: none of the items 98 99 is known; hint: {hint}\n"
    code, out, err = run("98", "--json")
    assert (code, json.loads(out), err) == (1, {"session": ["98"], "error": "none of the items 98 is known"}, "")


def test_no_session(run):
    assert run() == (
        2, "", "firth: error: no session was given, expected ITEMS or --file; hint: firth recommend --help\n"
    )  # fmt: skip
