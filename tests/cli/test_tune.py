"""``firth tune`` on a text with planted topics: the table, the command line that it prints, mistakes, Ctrl-C."""

import json
import shlex

import numpy as np
import pytest

from firth import cli
from firth.cli.tune import training_command
from firth.evaluation import SimilaritySet, similarity
from firth.vectors import WordVectors

FIXED = ["--min-count=1", "--vector-size=8", "--sample=0", "--epochs=2", "--workers=1", "--seed=3", "--digits-to-zero"]
TEST = ["--metric", "similarity", "--test", "pairs.txt"]
SEARCH = ["--search", "learning-rate=0.001:0.1", "--search", "shrink_windows=true,false", "--search", "window"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    rng = np.random.default_rng(4)
    monkeypatch.chdir(tmp_path)
    topics = [[f"{topic}{word}" for word in "stuvwxyz"] for topic in "abcd"]
    lines = [" ".join(rng.choice(topics[rng.integers(4)], 10)) for _ in range(300)]
    (tmp_path / "a corpus.txt").write_text("\n".join(lines))
    words = sorted({word for topic in topics for word in topic})
    pairs = [(words[i], words[j]) for i, j in rng.integers(0, 32, (80, 2)) if i != j]
    (tmp_path / "pairs.txt").write_text("".join(f"{a} {b} {int(a[0] == b[0])}\n" for a, b in pairs))
    (tmp_path / "sessions.txt").write_text("\n".join(lines[:50]))
    return tmp_path


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    out, err = capsys.readouterr()
    return left.value.code, out, err


def tune(capsys, *arguments):
    return run(capsys, "tune", "a corpus.txt", *arguments)


def test_the_command_line_trains_the_best_model(capsys):
    code, out, err = tune(capsys, *TEST, *FIXED, *SEARCH, "--trials", "4", "--json")
    found = json.loads(out)
    assert (code, len(found["trials"])) == (0, 4), err
    words = shlex.split(found["command"])
    assert words[:5] == ["firth", "train", "a corpus.txt", "-o", "vectors.safetensors"]
    assert {"--digits-to-zero", "--learning-rate", "--window", "--min-count"} <= set(words)
    assert not {"--objective", "--cache", "--json", "--k"} & set(words)
    assert run(capsys, *words[1:])[0] == 0
    vectors = WordVectors.load("vectors.safetensors")
    value = similarity(vectors, SimilaritySet.read("pairs.txt")).spearman
    assert value == found["best"]["value"] == max(trial["value"] for trial in found["trials"])
    assert vectors.metadata["configuration"] == found["options"]


def test_the_table_and_the_study(capsys):
    code, out, err = tune(capsys, *TEST, *FIXED, *SEARCH, "--trials", "2", "--study", "s.journal")
    lines = err.splitlines()
    assert (code, out.count("\n")) == (0, 1)
    assert lines[0] == "Spearman, pairs; best so far: *"
    assert lines[1].split() == ["trial", "metric", "seconds", "learning_rate", "shrink_windows", "window"]
    assert len(lines) == 4
    assert lines[2].split()[0] == "1"
    assert "*" in lines[2]
    _, _, again = tune(capsys, *TEST, *FIXED, *SEARCH, "--trials", "3", "--study", "s.journal")
    values = [line.split()[:2] for line in again.splitlines()]
    assert values[:4] == [line.split()[:2] for line in lines]
    assert len(values) == 5
    assert tune(capsys, *TEST, *FIXED, *SEARCH, "--trials", "3", "--study", "s.journal", "-q")[2] == ""


def test_by_default_what_is_not_given_is_searched(capsys):
    given = [*FIXED, "--window", "3", "--learning-rate", "0.05", "--trials", "1"]
    _, out, _ = tune(capsys, "--metric", "hit-rate", "--test", "sessions.txt", "-k", "3", *given, "--json")
    found = json.loads(out)
    assert found["best"]["options"].keys() == {"negative", "noise_exponent"}
    assert found["metric"] == "hit rate at 3, sessions"
    assert (found["options"]["window"], found["options"]["learning_rate"]) == (3, 0.05)


def test_loss(capsys):
    _, out, _ = tune(capsys, "--metric", "loss", *FIXED, "--validation", "0.2", "--trials", "2", "--json")
    found = json.loads(out)
    assert found["higher_is_better"] is False
    assert found["best"]["value"] == min(trial["value"] for trial in found["trials"])
    assert "--validation 0.2" in found["command"]


def test_ctrl_c(capsys, monkeypatch):
    from firth.cli.trials import TrialTable

    ended = []

    def interrupt(self, progress):
        ended.append(progress.epoch_ended)
        if sum(ended) == 5:  # in the third trial of two epochs
            raise KeyboardInterrupt

    monkeypatch.setattr(TrialTable, "training", interrupt)
    code, out, err = tune(capsys, *TEST, *FIXED, *SEARCH, "--study", "s.journal")
    assert code == 130
    assert out.startswith("firth train 'a corpus.txt'")
    assert "interrupted after 2 of 20 trials; the same command continues from s.journal" in err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--metric", "similarity"], 2, "needs --test"),
        (["--metric", "loss", "--test", "pairs.txt"], 2, "--test cannot be used with --metric loss"),
        (["--metric", "analogy", "--test", "pairs.txt"], 1, "pairs.txt, line 1"),
        ([*TEST, "--search", "window=0"], 2, "--window 0"),
        ([*TEST, "--search", "speed=1"], 2, "'speed' is not searched"),
        ([*TEST, "--search", "window=2", "--search", "window=3"], 2, "names an option twice"),
        ([*TEST, "--search", "window=2", "--window", "2"], 2, "both given and searched"),
        ([*TEST, "--study", "a corpus.txt"], 2, "a corpus.txt is given as CORPUS and as --study"),
        ([*TEST, "--study", "sessions.txt", "--min-count", "1"], 1, "sessions.txt: damaged, or not a study"),
        ([*TEST, "--min-count", "1000"], 1, "occurs"),
    ],
)
def test_mistakes_are_one_line(capsys, arguments, code, message):
    left, out, err = tune(capsys, *arguments)
    assert left == code, err
    assert message in err
    assert (out, err.count("\n")) == ("", 1)


def test_the_command_repeats_what_may_be_given_several_times():
    assert training_command(("a",), {"pattern": ("*.txt", "*.asc")}) == (
        "firth train a -o vectors.safetensors --pattern '*.txt' --pattern '*.asc'"
    )
    assert training_command(("a",), {"pattern": ()}) == "firth train a -o vectors.safetensors"
