"""docs/vectors.md: its Python runs from top to bottom, its commands succeed, its formats are those of the registry."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from firth import cli
from firth.storage import write_tensors
from firth.stored_words import pack_words
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, SUFFIXES

PAGE = (Path(__file__).parents[2] / "docs" / "vectors.md").read_text(encoding="utf-8")
WORDS = ["man", "woman", "king", "queen", "apple", "the"]
MATRIX = np.array([[3, 1, 1], [3, 2, 1], [3, 1, 2], [3, 2, 2], [-1, 4, 0], [1, 0, 3]], np.float32)


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    WordVectors(WORDS, MATRIX, [9, 8, 7, 6, 5, 90]).save("vectors.safetensors")
    WordVectors(WORDS, MATRIX[:, [1, 0, 2]]).save("other.safetensors")
    tensors = {"input_vectors": MATRIX, "output_vectors": MATRIX, **pack_words(WORDS)}
    write_tensors("model.safetensors", "model", tensors, {"vector_size": 3})
    Path("words.txt").write_text("king\nqueen\n")
    return tmp_path


def test_python(folder):
    names = {"other": WordVectors.load(folder / "other.safetensors")}
    for block in blocks("python"):
        exec(block, names)
    assert names["vectors"].analogy("man", "king", "woman", topn=1)[0][0] == "queen"


@pytest.mark.usefixtures("folder")
def test_commands(capsys):
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) >= 10
    for line in lines:
        name, *arguments = shlex.split(line)
        assert name == "firth"
        with pytest.raises(SystemExit) as left:
            cli.main(arguments)
        assert left.value.code == 0, capsys.readouterr().err


def test_the_table_of_formats_is_complete():
    table = PAGE[PAGE.index("| format |") : PAGE.index("Text and binary files")]
    for name, format in FORMATS.items():
        row = next(line for line in table.splitlines() if f"`{name}`" in line)
        readable = format.read is not None and name != "gensim"
        assert [cell.strip() for cell in row.split("|")[3:5]] == [
            "yes" if readable else "no",
            "yes" if format.write else "no",
        ]
    assert all(f"`{suffix}`" in table for suffix in SUFFIXES)


def test_each_option_of_the_verbs_is_real():
    for verb, option in re.findall(r"`firth (\w+) [^`]*?(--[a-z-]+)", PAGE):
        command = cli.command.get_command(None, verb)
        assert any(option in parameter.opts for parameter in command.params), (verb, option)
