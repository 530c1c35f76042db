"""``firth train``: options reach the model, one line for each mistake, nothing half-written, Ctrl-C keeps the work."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from firth import Word2Vec, WordVectors, cli
from firth.corpus import EncodedCorpus, encode
from firth.text.preparation import Preparation
from firth.training.configuration import Configuration
from firth.training.report import Report


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a text of 2,000 tokens over 12 words, and one word beside them."""
    rng = np.random.default_rng(0)
    lines = (" ".join(f"w{number}" for number in rng.integers(0, 12, 10)) for _ in range(200))
    (tmp_path / "text.txt").write_text("\n".join([*lines, "rare"]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    """Runs ``firth train`` in this process; gives the exit code, stdout and stderr."""

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(["train", *arguments])
        output = capsys.readouterr()
        return left.value.code, output.out, output.err

    return call


def process(*arguments, setup="", **options):
    """Begins ``firth train`` in a process of its own, which heeds Ctrl-C even where this one does not."""
    program = f"""
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
{setup}
from firth.cli import main
main()
"""
    command = [sys.executable, "-c", program, "train", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def test_options_reach_the_model(run):
    code, out, err = run(
        *("text.txt", "-o", "v.safetensors", "--model", "m.safetensors", "--vector-size", "20", "--window", "2"),
        *("--fixed-windows", "--min-count", "3", "--negative", "4", "--noise-exponent", "0.5", "--sample", "0"),
        *("--learning-rate", "0.03", "--min-learning-rate", "0.01", "--epochs", "2", "--seed", "7", "--workers", "1"),
    )
    assert (code, out, err) == (0, "", "")  # stderr is no terminal: no report, no bar
    options = {
        "architecture": "skipgram",
        "objective": "negative",
        "vector_size": 20,
        "window": 2,
        "shrink_windows": False,
        "min_count": 3,
        "negative": 4,
        "noise_exponent": 0.5,
        "sample": 0.0,
        "learning_rate": 0.03,
        "min_learning_rate": 0.01,
        "epochs": 2,
        "seed": 7,
        "workers": 1,
    }
    expected = Word2Vec(**options).fit("text.txt")
    vectors, model = WordVectors.load("v.safetensors"), Word2Vec.load("m.safetensors")
    assert options.items() <= vectors.metadata["configuration"].items()
    assert sorted(vectors.index_to_key) == sorted(f"w{number}" for number in range(12))
    assert np.array_equal(vectors.vectors, expected.input_vectors)
    assert np.array_equal(model.output_vectors, expected.output_vectors)


def test_the_other_models(run):
    arguments = ("text.txt", "-o", "v.safetensors", "--vector-size", "20", "--epochs", "1", "--workers", "1")
    cbow = ("--architecture", "cbow", "--cbow-gradient", "word2vec", "--window", "sentence")
    assert run(*arguments, *cbow, "--objective", "hierarchical")[0] == 0
    expected = Word2Vec(
        architecture="cbow",
        cbow_gradient="word2vec",
        window="sentence",
        objective="hierarchical",
        vector_size=20,
        epochs=1,
        workers=1,
    )
    assert np.array_equal(WordVectors.load("v.safetensors").vectors, expected.fit("text.txt").input_vectors)


def test_several_files_are_one_text(run, folder):
    text = (folder / "text.txt").read_bytes()
    (folder / "first.txt").write_bytes(text[: text.index(b"\n", 3000)])
    with gzip.open(folder / "rest.txt.gz", "wb") as file:
        file.write(text[text.index(b"\n", 3000) + 1 :])
    run("text.txt", "-o", "whole.safetensors", "--workers", "1")
    assert run("first.txt", "rest.txt.gz", "-o", "parts.safetensors", "--workers", "1")[0] == 0
    whole, parts = WordVectors.load("whole.safetensors"), WordVectors.load("parts.safetensors")
    assert np.array_equal(whole.vectors, parts.vectors)


def test_a_summary_as_json(run):
    code, out, err = run("text.txt", "-o", "v.safetensors", "--epochs", "3", "--json", "--quiet")
    summary = json.loads(out)
    assert (code, err) == (0, "")
    assert summary == {
        "output": "v.safetensors",
        "words": 12,
        "words_added": 0,
        "words_dropped": 0,
        "epochs_before": 0,
        "configuration": WordVectors.load("v.safetensors").metadata["configuration"],
        "loss": WordVectors.load("v.safetensors").metadata["loss"],
        "validation_loss": [],
        "stopped": None,
        "files": {"read": [{"path": "text.txt", "encoding": "utf-8", "replaced_bytes": 0}], "skipped": []},
    }
    assert len(summary["loss"]) == 3


def test_every_hyper_parameter_can_be_typed():
    options = {option.name for option in import_module("firth.cli.train").command.params}
    assert {field.name for field in fields(Configuration)} <= options


@pytest.fixture
def saved(run, folder):
    """A model of text.txt prepared with --casefold, and a text with a new word."""
    (folder / "more.txt").write_text("W1 w2 NEW w3 new\n" * 50)
    arguments = ("--vector-size", "8", "--epochs", "2", "--workers", "1", "--casefold")
    assert run("text.txt", "-o", "v.safetensors", "--model", "m.safetensors", *arguments)[0] == 0
    return "m.safetensors"


def test_a_saved_model_goes_on_and_says_what_changed(run, saved):
    before = Word2Vec.load(saved)
    known = ("more.txt", "-o", "v.safetensors", "--continue", saved, "--json")
    code, out, err = run(*known, "--epochs", "3")
    summary = json.loads(out)
    assert (code, err, summary["words"], summary["words_added"], summary["epochs_before"]) == (0, "", 12, 0, 2)
    assert summary["loss"][:2] == before.loss_
    assert len(summary["loss"]) == 5
    assert {"epochs": 3, "vector_size": 8, "workers": 1}.items() <= summary["configuration"].items()
    again = Word2Vec.load(saved, epochs=3).fit("more.txt")
    assert np.array_equal(WordVectors.load("v.safetensors").vectors, again.input_vectors)

    code, out, _ = run(*known, "--update-vocabulary", "--model", "went-on.safetensors")
    summary = json.loads(out)
    assert (code, summary["words"], summary["words_added"], len(summary["loss"])) == (0, 13, 1, 4)
    words = Word2Vec.load("went-on.safetensors").vocabulary
    assert "new" in words
    assert "NEW" not in words  # the case was folded as in the first text


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--vector-size", "9"], "--vector-size 9 for a model with 8; hint: train a new model"),
        (["--objective", "softmax"], "--objective softmax for a model with 'negative'"),
        (["--vocabulary", "words.tsv"], "--vocabulary cannot be used with --continue"),
    ],
)
def test_what_a_saved_model_cannot_change(run, saved, arguments, line):
    code, out, err = run("more.txt", "-o", "w.safetensors", "--continue", saved, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert line in err


@pytest.mark.filterwarnings("default")
def test_another_preparation_is_told(run, saved):
    code, _, err = run("text.txt", "-o", "w.safetensors", "--continue", saved, "--min-length", "2")
    assert code == 0
    assert err == (
        "firth: warning: the text is prepared differently from the model's training text: "
        "no --casefold, --min-length 2\n"
    )


def test_a_file_is_held_out_and_a_side_frozen(run, saved, folder):
    (folder / "held-out.txt").write_text("w1 w2 w3 w4\n" * 20)
    arguments = ("--validation", "held-out.txt", "--freeze", "output", "--early-stopping", "3", "--json")
    code, out, err = run("text.txt", "-o", "w.safetensors", "--continue", saved, "--model", "n.safetensors", *arguments)
    assert (code, err, len(json.loads(out)["validation_loss"])) == (0, "", 2)
    before, after = Word2Vec.load(saved), Word2Vec.load("n.safetensors")
    assert np.array_equal(before.output_vectors, after.output_vectors)
    assert not np.array_equal(before.input_vectors, after.input_vectors)
    assert (after.configuration.validation, after.configuration.freeze) == ("held-out.txt", "output")


def test_held_out_text_ends_training_early(run):
    # Nothing can be learned from words drawn at random, so the held-out loss soon has no new minimum.
    held_out = ("--validation", "0.2", "--early-stopping", "1", "--max-words", "5", "--learning-rate", "0.5")
    code, out, _ = run("text.txt", "-o", "v.safetensors", "--epochs", "500", "--sample", "0", "--json", *held_out)
    summary = json.loads(out)
    assert (code, summary["words"], summary["stopped"]) == (0, 5, "early stopping")
    assert len(summary["validation_loss"]) == len(summary["loss"]) < 500
    assert summary["validation_loss"][-1] >= min(summary["validation_loss"][:-1])


def test_in_a_terminal_there_is_a_report_and_in_a_pipe_there_is_none(folder):
    pty = pytest.importorskip("pty", reason="no terminals here")
    ours, theirs = pty.openpty()
    arguments = [sys.executable, "-m", "firth", "train", "text.txt", "-o", "v.safetensors", "--epochs", "2"]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"}
    for quiet in ([], ["--quiet"]):
        training = subprocess.Popen([*arguments, *quiet], stderr=theirs, stdout=subprocess.PIPE, env=environment)
        assert training.communicate(timeout=120)[0] == b""
        assert training.returncode == 0
        os.write(theirs, b"the end\n")
        said = b""
        while b"the end" not in said:
            said += os.read(ours, 65536)
        said = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", said.decode())
        if quiet:
            assert said == "the end\n"
        else:
            assert "2,001 tokens, 13 distinct words, 201 sentences" not in said  # the rare word's sentence is empty
            assert "2,001 tokens, 13 distinct words, 200 sentences" in said
            assert "12 words seen at least 5 times, 100.0% of the text" in said
            assert "2 epochs" in said
            assert "saved v.safetensors" in said
    os.close(ours)
    os.close(theirs)


def test_encodings_are_told(run, folder):
    text = (folder / "text.txt").read_text() + "Die Königin führte die Mädchen über die Brücke zum großen Schloß.\n" * 5
    (folder / "old.txt").write_text(text, encoding="cp1252")
    code, out, err = run("old.txt", "text.txt", "-o", "v.safetensors", "--encoding", "cp1252", "--json")
    assert [file["encoding"] for file in json.loads(out)["files"]["read"]] == ["cp1252", "cp1252"]
    assert (code, err) == (0, "firth: note: encodings: cp1252 in 2 files (old.txt, text.txt)\n")
    assert "Königin" in WordVectors.load("v.safetensors")
    assert run("old.txt", "-o", "v.safetensors", "--encoding", "auto", "--quiet") == (0, "", "")
    assert "Königin" in WordVectors.load("v.safetensors")
    run("old.txt", "-o", "v.safetensors", "--encoding", "auto", "--log", "run.jsonl", "--quiet")
    events = map(json.loads, Path("run.jsonl").read_text().splitlines())
    (report,) = (event for event in events if event["event"] == "report")
    assert report["files"]["read"][0]["encoding"] == "cp1252"
    with encode(folder / "old.txt", encoding="auto") as corpus:
        report = Report.of(corpus, Configuration(), 12)
    assert report.lines()[1] == f"encodings  cp1252 in 1 file ({folder / 'old.txt'})"


def test_the_cache_is_kept_and_taken_up(run, folder):
    assert run("text.txt", "-o", "a.safetensors", "--cache", "text.corpus", "--workers", "1")[0] == 0
    with EncodedCorpus.load("text.corpus") as corpus:
        assert corpus.tokens_kept == 2000
    made = (folder / "text.corpus").stat().st_mtime_ns
    assert run("text.txt", "-o", "b.safetensors", "--cache", "text.corpus", "--workers", "1")[0] == 0
    assert (folder / "text.corpus").stat().st_mtime_ns == made
    assert np.array_equal(WordVectors.load("a.safetensors").vectors, WordVectors.load("b.safetensors").vectors)


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["nowhere.txt"], 1, "nowhere.txt: no such file; hint: check the path"),
        (["*.md"], 1, "*.md: no such file; hint: check the path"),
        (["text.txt", "--field", "text"], 2, "--field text for the plain text text.txt"),
        (["text.txt", "--tokenizer", "x.json"], 1, "x.json: no such file"),
        (["empty.txt"], 1, "there is no word in empty.txt; hint: is it empty?"),
        (
            ["latin.txt"],
            1,
            "latin.txt: not UTF-8 at byte 2003; hint: --encoding auto detects the encoding, --errors replace",
        ),
        (["ten.txt"], 1, "none of 10 distinct words occurs 5 times, the most frequent 2 times; hint: --min-count"),
        (["damaged.gz"], 1, "damaged.gz"),
        (["text.txt", "--window", "0"], 2, "--window 0, expected 1 to 1,000 or 'sentence'"),
        (["text.txt", "--vector-size", "2001"], 2, "--vector-size 2001, expected 1 to 2,000"),
        (["text.txt", "--vector-size", "ten"], 2, "'ten' is not a valid integer; hint: firth train --help"),
        (["text.txt", "--sample", "-1"], 2, "--sample -1.0, expected a number from 0 to 1"),
        (["text.txt", "--learning-rate", "nan"], 2, "--learning-rate nan, expected a number from 0 to 1"),
        (["text.txt", "--min-learning-rate", "0.5"], 2, "--min-learning-rate 0.5, expected a number from 0 to 0.025"),
        (["text.txt", "--workers", "0"], 2, "--workers 0, expected 1 or more"),
        (["text.txt", "--epochs", "0"], 2, "--epochs 0, expected 1 or more"),
        (["text.txt", "--architecture", "glove"], 2, "'glove' is not one of 'skipgram', 'cbow'"),
        (["text.txt", "--validation", "2"], 2, "--validation 2.0, expected a number from 1e-06 to 0.9, or the path"),
        (["text.txt", "--validation", "held-out.txt"], 1, "held-out.txt: no such file; hint: check the path"),
        (["text.txt", "--early-stopping", "2"], 2, "--early-stopping 2 needs held-out text; hint: --validation 0.05"),
        (["text.txt", "--freeze", "output"], 2, "output vectors begin at zero, so nothing could be learned; hint:"),
        (["text.txt", "--update-vocabulary"], 2, "--update-vocabulary needs --continue; hint: --continue MODEL"),
        (["text.txt", "--continue", "nowhere.safetensors"], 1, "nowhere.safetensors"),
        (["text.txt", "--continue", "text.txt"], 1, "text.txt"),
        (["text.txt", "--window", "all"], 2, "--window all, expected a whole number, 1 to 1,000 or 'sentence'"),
        (["text.txt", "--errors", "ignore"], 2, "'ignore' is not one of 'strict', 'replace'; hint: firth train --help"),
        (
            ["text.txt", "--model", "v.safetensors"],
            2,
            "v.safetensors is given as --output and as --model: the same",
        ),
        (["text.txt", "--model", "no/m.safetensors"], 1, "cannot write no/m.safetensors: No such file or directory"),
        (["text.txt", "--cache", "words.corpus"], 1, "words.corpus"),
        (["text.txt", "--cache", "text.txt"], 2, "the suffix .txt is not that of an encoded corpus"),
        ([], 2, "Missing argument 'CORPUS...'; hint: firth train --help"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_no_file(run, folder, arguments, code, line):
    (folder / "empty.txt").write_text(" \n\n")
    (folder / "latin.txt").write_bytes(b"tea " * 500 + b"caf\xe9 au lait")
    (folder / "ten.txt").write_text("a a b b c c d d e f g h i j")
    (folder / "damaged.gz").write_bytes(gzip.compress(b"the cat sat " * 1000)[:-30])
    (folder / "words.corpus").write_text("no corpus")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    left, out, err = run(*arguments, "-o", "v.safetensors")
    assert (left, out, err.count("\n")) == (code, "", 1)
    assert err.startswith("firth: error: ")
    assert line in err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("output", "code", "line"),
    [
        ("no/v.safetensors", 1, "cannot write no/v.safetensors: No such file or directory"),
        (".", 1, ". is a folder, expected a file name"),
    ],
)
def test_an_output_that_cannot_be_is_told_before_the_text_is_read(run, output, code, line):
    left, out, err = run("nowhere.txt", "-o", output)
    assert (left, out, err.count("\n")) == (code, "", 1)
    assert line in err


@pytest.mark.filterwarnings("default")
def test_errors_replace_goes_on(run, folder):
    (folder / "latin.txt").write_bytes(b"caf\xe9 au lait " * 10)
    code, _, err = run("latin.txt", "-o", "v.safetensors", "--errors", "replace")
    assert code == 0
    assert "10 bytes in 1 file could not be decoded and were replaced with U+FFFD (latin.txt: 10 not utf-8)" in err
    assert sorted(WordVectors.load("v.safetensors").index_to_key) == ["au", "caf�", "lait"]


def test_a_full_disk_leaves_the_old_file_as_it_was(folder):
    (folder / "v.safetensors").write_bytes(b"old")
    (folder / "text.txt").write_text(" ".join(f"w{number}" for number in range(10_000)))
    pytest.importorskip("resource", reason="no limits here")
    # Bytes of a file: the encoded text fits, 10,000 words of 100 dimensions do not.
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))"
    training = process("text.txt", "-o", "v.safetensors", "--min-count", "1", setup=limit)
    out, err = training.communicate(timeout=120)
    assert (training.returncode, out) == (1, "")
    assert err.splitlines()[-1] == (
        "firth: error: cannot write v.safetensors: File too large; hint: nothing was left half-written"
    )
    assert (folder / "v.safetensors").read_bytes() == b"old"
    assert {path.name for path in folder.iterdir()} == {"text.txt", "v.safetensors"}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_keeps_what_was_learned(folder, name):
    ours, theirs = os.pipe()
    arguments = ("text.txt", "-o", "v.safetensors", "--epochs", "1000000", "--json")
    tell = f"from firth.training.progress import Display; Display.training = lambda *_: os.write({theirs}, b'.')"
    training = process(*arguments, setup=tell, pass_fds=[theirs])
    os.close(theirs)
    assert os.read(ours, 1) == b"."  # a shard is trained
    training.send_signal(getattr(signal, name))
    out, err = training.communicate(timeout=120)
    os.close(ours)
    assert training.returncode == 128 + getattr(signal, name)
    said = r"firth: interrupted in epoch (\d+) of 1000000; the vectors learned so far are in v\.safetensors\n"
    assert (match := re.fullmatch(said, err)), err
    summary = json.loads(out)
    assert summary["stopped"] == "interrupted"
    assert len(summary["loss"]) == int(match[1]) - 1
    assert len(WordVectors.load("v.safetensors")) == 12
    assert {path.name for path in folder.iterdir()} == {"text.txt", "v.safetensors"}


@pytest.mark.skipif(os.name == "nt", reason="no named pipes")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_the_text_is_read_leaves_no_file(folder, name):
    os.mkfifo(folder / "pipe")
    training = process("pipe", "-o", "v.safetensors", "--cache", "c.corpus", "--checkpoint", "kept")
    with (folder / "pipe").open("wb", buffering=0) as pipe:
        pipe.write(b"w1 w2 w3\n" * 500_000)  # far more than a pipe holds: it is read
        training.send_signal(getattr(signal, name))
        time.sleep(0.2)
    out, err = training.communicate(timeout=60)
    assert (training.returncode, out, err.strip()) == (128 + getattr(signal, name), "", "firth: interrupted")
    assert {path.name for path in folder.iterdir()} == {"text.txt", "pipe"}


def test_ctrl_c_before_training_leaves_no_file(run, folder, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("firth.training.texts.encode", interrupt)
    code, out, err = run("text.txt", "-o", "v.safetensors")
    assert (code, out, err.strip()) == (130, "", "firth: interrupted")
    assert [path.name for path in folder.iterdir()] == ["text.txt"]


def test_the_preparation_is_saved_with_the_vectors(run, folder):
    (folder / "text.txt").write_text("The King, the king!\n" * 50)
    arguments = ["--vector-size", "4", "--epochs", "1", "--tokenizer", "words", "--casefold"]
    assert run("text.txt", "-o", "v.safetensors", *arguments)[0] == 0
    vectors = WordVectors.load("v.safetensors")
    assert vectors.index_to_key == ["the", "king"]
    assert Preparation.from_dict(vectors.metadata["preparation"]).words("KING?") == ["king"]


def test_a_preset_and_options_beside_it(run):
    code, out, _ = run("text.txt", "-o", "v.safetensors", "--preset", "items", "--epochs", "1", "--json", "-q")
    expected = Word2Vec.preset("items", epochs=1).configuration.as_dict()
    told = json.loads(out)["configuration"]
    assert 0.025 < told["learning_rate"] < 0.1  # as the text is short
    assert (code, told) == (0, {**expected, "learning_rate": told["learning_rate"]})
    code, out, _ = run("text.txt", "-o", "v.safetensors", "--epochs", "1", "--preset", "text", "--json", "-q")
    told = json.loads(out)["configuration"]
    assert told == {**Configuration(epochs=1).as_dict(), "learning_rate": told["learning_rate"]}


def test_a_preset_goes_on_with_a_checkpoint_and_not_with_a_model(run):
    items = ["--preset", "items", "--epochs", "1", "--vector-size", "8", "-q"]
    assert run("text.txt", "-o", "v.txt", "--model", "m.st", "--checkpoint", "run", *items)[0] == 0
    assert run("--resume", "run")[0] == 0
    code, _, err = run("--resume", "run", "--preset", "graph")
    assert code > 0
    assert "window=10 instead of 'sentence'" in err
    code, _, err = run("text.txt", "-o", "w.txt", "--continue", "m.st", "--preset", "items")
    assert code == 2
    assert "--preset items with --continue: the model has its options; hint: leave --preset out" in err
    code, _, err = run("text.txt", "-o", "w.txt", "--preset", "songs")
    assert code == 2
    assert "'songs' is not one of 'text', 'items', 'graph'" in err
