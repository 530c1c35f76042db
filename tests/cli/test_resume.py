"""``firth train --checkpoint``, ``--resume`` and ``--log``, and ``firth status``."""

import json
import os
import signal

import numpy as np
import pytest

from firth import Word2Vec, cli
from firth.training.checkpoint import files
from firth.training.progress import Display


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a text of 4,000 tokens over 12 words."""
    random = np.random.default_rng(0)
    lines = (" ".join(f"w{number}" for number in random.integers(0, 12, 10)) for _ in range(400))
    (tmp_path / "text.txt").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder, capsys):
    """Runs firth in this process; gives the exit code, stdout and stderr."""

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        return left.value.code, output.out, output.err

    return call


TRAIN = ["train", "text.txt", "--vector-size", 8, "--epochs", 3, "--workers", 1, "--seed", 7, "--min-count", 1]


@pytest.fixture
def signalled(monkeypatch):
    """Makes a signal come after so many words."""

    def after(tokens, number):
        shown = Display.training

        def show(display, progress):
            shown(display, progress)
            if progress.tokens_done >= tokens:
                signal.raise_signal(number)

        monkeypatch.setattr(Display, "training", show)

    yield after
    monkeypatch.undo()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_keeps_what_was_learned(run, signalled, folder, name):
    number = getattr(signal, name)
    signalled(5000, number)
    code, _, err = run(*TRAIN, "-o", "v.safetensors", "--checkpoint", "kept", "--model", "m.safetensors")
    assert code == 128 + number
    assert "interrupted in epoch 2 of 3; the vectors learned so far are in v.safetensors" in err
    assert "firth train --resume kept resumes it" in err
    assert len(Word2Vec.load("m.safetensors").loss_) == 1
    assert len(files("kept")) == 1


def test_resume_needs_nothing_else(run, signalled, folder, tmp_path_factory, monkeypatch):
    assert run(*TRAIN, "-o", "whole.safetensors", "--quiet")[0] == 0
    signalled(5000, signal.SIGTERM)
    assert run(*TRAIN, "-o", "v.safetensors", "--checkpoint", "kept", "--log", "log.jsonl", "--quiet")[0] == 143
    monkeypatch.undo()
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    code, out, err = run("train", "--resume", folder / "kept", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["epochs_before"] == 0
    assert len(json.loads(out)["loss"]) == 3
    assert (folder / "v.safetensors").read_bytes() == (folder / "whole.safetensors").read_bytes()
    events = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert [event["event"] for event in events if event["event"] != "progress"] == [
        "report", "epoch", "end", "report", "epoch", "epoch", "end",
    ]  # fmt: skip
    assert [event["outcome"] for event in events if event["event"] == "end"] == ["interrupted", "finished"]
    assert [event["loss"] for event in events if event["event"] == "epoch"] == json.loads(out)["loss"]


def test_what_differs_is_named(run, signalled, folder, monkeypatch):
    signalled(5000, signal.SIGTERM)
    run(*TRAIN, "-o", "v.safetensors", "--checkpoint", "kept", "--quiet")
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    code, _, err = run("train", "--resume", "kept", "--epochs", 4)
    assert code == 2
    assert "cannot continue: epochs=4 instead of 3" in err
    code, _, err = run(*TRAIN, "-o", "v.safetensors", "--checkpoint", "kept")
    assert code == 2
    assert "kept holds checkpoints of a training that is not finished" in err
    text = (folder / "text.txt").read_text()
    (folder / "text.txt").write_text(text + "\nw1 w2 w3")
    code, _, err = run("train", "--resume=kept")
    assert code == 2
    assert "cannot continue: the text has changed" in err
    assert len(files("kept")) == 1, "nothing is lost by a mistake"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--resume", "nowhere"], "nowhere: no checkpoint in it"),
        (["text.txt", "-o", "v.safetensors", "--every", "often"], "an interval of 'often', expected one such as 10m"),
        (["--resume"], "requires an argument"),
    ],
)
def test_mistakes(run, arguments, told):
    code, _, err = run("train", *arguments)
    assert code in (1, 2)
    assert told in err
    assert err.count("\n") == 1


def test_status(run, signalled, folder, monkeypatch):
    code, _, err = run("status", "kept")
    assert code == 1
    assert "expected the record of a run" in err
    signalled(5000, signal.SIGTERM)
    run(*TRAIN, "-o", "v.safetensors", "--checkpoint", "kept", "--quiet")
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    code, out, _ = run("status", "kept")
    assert code == 0
    assert "ended: interrupted" in out
    assert "epoch      " in out
    record = folder / "kept" / "run.jsonl"
    lines = record.read_text().splitlines(keepends=True)[:-1]  # as if the process had been killed
    record.write_text("".join(lines) + '{"event": "prog')
    code, out, _ = run("status", "kept", "--json")
    shown = json.loads(out)
    assert shown["tokens_total"] == 12_000
    assert shown["seconds_left"] > 0
    assert f"in progress (process {os.getpid()}" in shown["state"]
    record.write_text("".join(lines).replace(f'"process": {os.getpid()}', '"process": 4194399'))
    assert "the process has ended" in run("status", "kept")[1]
    record.write_text("nonsense\n")
    assert "line 1: not the record of a run" in run("status", "kept")[2]
