"""In a terminal of 60 columns no line of any verb is longer, and what goes elsewhere is not cut."""

import io
import json
import re
import sys
from importlib import import_module

import numpy as np
import pytest

from firth import WordVectors, cli
from firth.drawing.characters import columns
from firth.lm import NgramModel

COLUMNS = 60
LONG = "w" * 80
THIRD = "a-third-model-of-another-text"
WORDS = ["the", "king", "queen", "man", "woman", "of", "日本" * 20, LONG, "a phrase_of words", "song", "list", "in"]


def commands(name, command):
    """A command, or a group and those in it, by what is typed."""
    found = {name: command}
    for verb, one in getattr(command, "commands", {}).items():
        found |= commands(f"{name} {verb}", one)
    return found


COMMANDS = {
    name: command
    for verb in cli.VERBS
    for name, command in commands(verb, import_module(f"firth.cli.{verb}").command).items()
}
EXAMPLES = {
    "train": "text.txt -o new.safetensors --vector-size 4 --epochs 2 --tokenizer words --casefold --window 3",
    "status": "run",
    "plot": "run -o curves.html",
    "vocab": "text.txt --min-count 2",
    "tree": "v.safetensors king",
    "phrases": "text.txt -o phrases.tsv --threshold 0",
    "neighbors": f"v.safetensors king {'日本' * 20} -n 9",
    "analogy": "v.safetensors man king woman",
    "evaluate": f"v.safetensors other.safetensors {THIRD}.safetensors --similarity pairs.txt --health",
    "tune": "text.txt --metric similarity --test pairs.txt --trials 2 --vector-size 4 --epochs 1",
    "walk": "edges.txt -o walks.txt",
    "explain": "king,queen --tokenizer words -o explain.html",
    "info": "v.safetensors",
    "index": "v.safetensors -o v.index",
    "align": "v.safetensors other.safetensors",
    "map": "v.safetensors -o map.html",
    "convert": "v.safetensors v.txt --to native",
    "recommend": f"v.safetensors king {LONG}",
    "word2vec": "-train text.txt -output new.txt -size 4 -iter 1 -binary 0",
    "help": "convert",
    "completion": "bash -o firth.bash",
    "man": "-o firth.1",
    "lm train": "text.txt -o new.model --order 2 --smoothing witten-bell",
    "lm train-neural": "text.txt -o neural.model --epochs 1 --vector-size 2 --hidden-size 2",
    "lm perplexity": "m.safetensors text.txt",
    "lm predict": "m.safetensors the king",
    "lm generate": "m.safetensors the --seed 1 -n 3",
    "lm mix": "m.safetensors m.safetensors -o mix.json --weight 0.5 --weight 0.5",
    "lm convert": "m.safetensors m.arpa",
}
NO_TABLE = {"lm", "lm score", "serve"}  # a group; numbers, or columns between tabs for a program; a server


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("narrow")
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((len(WORDS), 6))
    metadata = {"a name that somebody else gave to a fact of the vectors": "x " * 100, "url": "https://" + "x" * 99}
    vectors = WordVectors(WORDS, matrix, range(len(WORDS), 0, -1), metadata)
    vectors.save(folder / "v.safetensors")
    for name in ("other", THIRD):
        vectors.replaced(matrix + rng.standard_normal(matrix.shape)).save(folder / f"{name}.safetensors")
    plain = [word for word in WORDS if " " not in word]
    lines = [" ".join(rng.choice(plain, 12)) for _ in range(60)]
    (folder / "text.txt").write_text("\n".join(lines), encoding="utf-8")
    pairs = [f"{a}\t{b}\t{n % 7}" for n, (a, b) in enumerate(zip(WORDS, WORDS[3:], strict=False))]
    (folder / "pairs.txt").write_text("\n".join([*pairs, *(f"unknown{n}\tking\t1" for n in range(20))]), "utf-8")
    (folder / "edges.txt").write_text("a b\nb c 2\nc a\n")
    NgramModel.train([line.split() for line in lines], order=2, smoothing="witten-bell").save(folder / "m.safetensors")
    (folder / "run").mkdir()
    log = {"event": "progress", "process": 1, "time": 0, "tokens_done": 10**9, "tokens_total": 10**10, "seconds": 9e4}
    (folder / "run" / "run.jsonl").write_text(
        json.dumps({**log, "epoch": 1, "epochs": 5, "loss": 2.0, "learning_rate": 0.1, "epoch_ended": False}) + "\n"
    )
    return folder


@pytest.fixture
def run(folder, monkeypatch):
    """Runs ``firth`` in a terminal of 60 columns, or with its output in a file; gives what it prints."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", f"{COLUMNS}")
    monkeypatch.setenv("TERM", "xterm")

    def call(arguments, stream=Terminal):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream())
            patch.setattr(sys, "stderr", stream())
            with pytest.raises(SystemExit) as left:
                cli.main(arguments)
            assert left.value.code == 0, sys.stderr.getvalue()
            return sys.stdout.getvalue() + sys.stderr.getvalue()

    return call


def longest(printed):
    """The longest line, without what steers the terminal."""
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed)
    return max(re.split(r"[\r\n]+", plain), key=columns)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help(run, name):
    printed = run([*name.split(), "--help"])
    assert "Options:" in printed
    assert columns(longest(printed)) <= COLUMNS, longest(printed)


@pytest.mark.parametrize("name", EXAMPLES)
def test_tables(run, name):
    printed = run([*name.split(), *EXAMPLES[name].split()])
    if name == "tune":
        *table, command = printed.partition("firth train ")
        assert columns(longest("".join(table))) <= COLUMNS, longest("".join(table))
        assert command.startswith("text.txt -o")  # which is copied as one line
    else:
        assert columns(longest(printed)) <= COLUMNS, longest(printed)


def test_no_verb_is_missing_here():
    assert set(EXAMPLES) | NO_TABLE | {"demo"} == set(COMMANDS)  # the demo has a test of its own


def test_what_goes_to_a_file_is_whole(run):
    printed = run(["info", "v.safetensors"], io.StringIO)
    assert "https://" + "x" * 99 + "\n" in printed
    printed = run(["neighbors", "v.safetensors", "king", "-n", "20"], io.StringIO)
    assert f"  {LONG}  " in printed
    rows = printed.splitlines()[1:]
    assert len({columns(row) for row in rows}) == 1  # letters of East Asia stand in columns, too


def test_a_table_that_is_too_wide_has_a_line_for_each_model(run):
    arguments = ["evaluate", "v.safetensors", "other.safetensors", f"{THIRD}.safetensors", "--health"]
    wide, narrow = run(arguments, io.StringIO), run(arguments)
    figure = re.search(r"isotropy +(\S+) +(\S+) +(\S+)\n", wide)
    names = ("v", "other", THIRD)
    rows = [f"    {name:<{len(THIRD)}}  {value}\n" for name, value in zip(names, figure.groups(), strict=True)]
    assert "".join(["  isotropy\n", *rows]) in narrow
