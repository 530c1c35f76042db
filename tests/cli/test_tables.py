"""Tables on the command line: events, columns of lists."""

import json

import pytest

from firth import WordVectors, cli

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with the events of 60 users in events.csv; each goes round among ten of 20 items."""
    lines = [f"{user},{(user + 2 * step) % 20 + 500},{-step}\n" for step in range(9) for user in range(60)]
    (tmp_path / "events.csv").write_text("user,item,ts\n" + "".join(lines))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    """Runs ``firth`` in this process; gives the exit code, stdout and stderr."""

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        output = capsys.readouterr()
        return left.value.code, output.out, output.err

    return call


EVENTS = ["--group", "user", "--item", "item", "--order", "ts"]
SMALL = ["--vector-size", "8", "--epochs", "2", "--min-count", "1", "--sample", "0", "--workers", "1", "-q"]


def test_train_on_events(run):
    assert run("train", "events.csv", "-o", "v.safetensors", *EVENTS, *SMALL) == (0, "", "")
    vectors = WordVectors.load("v.safetensors")
    assert sorted(vectors.index_to_key) == list(range(500, 520))
    code, out, _ = run("neighbors", "v.safetensors", "504", "-n", "1", "--json")
    assert (code, json.loads(out)["neighbors"][0]["word"] % 2) == (0, 0)  # the even items stand together


def test_vocab_and_tune_read_events_too(run):
    code, out, _ = run("vocab", "events.csv", *EVENTS, "--json")
    assert (code, json.loads(out)["sentences"]) == (0, 60)
    code, out, _ = run("tune", "events.csv", *EVENTS, "--trials", "1", "--metric", "loss", *SMALL, "--json")
    assert (code, len(json.loads(out)["trials"])) == (0, 1)


def test_a_column_of_lists(run):
    connection = duckdb.connect()
    connection.sql("SELECT list(item ORDER BY ts) AS items FROM 'events.csv' GROUP BY user").write_parquet("s.parquet")
    assert run("train", "s.parquet", "-o", "v.safetensors", "--field", "items", *SMALL) == (0, "", "")
    assert len(WordVectors.load("v.safetensors")) == 20


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--group", "user"], "--group user without item, expected the columns of events; hint: --item item"),
        (["--group", "user", "--item", "nope"], "events.csv: no column 'nope', only user, item, ts"),
        ([*EVENTS, "--field", "text"], "--field text beside group='user'; hint: leave the field out"),
    ],
)
def test_mistakes(run, folder, arguments, message):
    code, out, err = run("train", "events.csv", "-o", "v.safetensors", *arguments)
    assert (code > 0, out, err.count("\n")) == (True, "", 1)
    assert message in err
    assert not (folder / "v.safetensors").exists()
