"""Every verb and every option that names a file: no result takes the place of what is read, whatever its path."""

import itertools
import json
import os
import zipfile
from importlib import import_module
from pathlib import Path

import click
import numpy as np
import pytest

from firth import WordVectors, cli
from firth.cli import VERBS
from firth.cli.files import Input, Output, VectorsOutput
from firth.errors import FirthError, OptionError
from firth.targets import is_stream
from firth.vectors.formats import FORMATS, SUFFIXES, detect

FOLDERS = {"checkpoint", "folder", "resume", "tensorboard"}
WORDS = {
    "a", "allowed_hosts", "b", "c", "encoding", "field", "every", "group", "history", "host", "item", "items", "memory",
    "objective", "optimizer", "order", "pattern", "search", "sentences", "smoothing", "track_every", "weight",
    "words",
}  # fmt: skip
NAMES = ["file.safetensors", "file.json", "file.txt", "file.png", "file.html"]  # one of them is right for each result


def commands(name, command):
    if not isinstance(command, click.Group):
        return {name: command}
    inner = (commands(f"{name} {verb}", one) for verb, one in command.commands.items())
    return {key: value for group in inner for key, value in group.items()}


COMMANDS = {
    key: value for verb in VERBS for key, value in commands(verb, import_module(f"firth.cli.{verb}").command).items()
}
PAIRS = [
    pytest.param(name, written, other, id=f"{name}-{written.name}-{other.name}")
    for name, command in COMMANDS.items()
    for written in command.params
    for other in command.params
    if isinstance(written.type, Output) and isinstance(other.type, Input | Output) and written is not other
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capfd):
    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main(list(map(str, arguments)))
        return left.value.code, *capfd.readouterr()

    return call


def fit(param):
    """A name whose suffix is right for a parameter."""
    for name in NAMES:
        try:
            if isinstance(param.type, Output):
                param.type.check_suffix(name, {})
            return name
        except OptionError:
            pass
    raise AssertionError(f"none of {NAMES} would do for {param.opts}")


def line(name, given):
    """Arguments of a command, with these values for some parameters."""
    words = name.split()
    for param in COMMANDS[name].params:
        value = given.get(param.name)
        if value is None and param.required:
            value = param.type.choices[0] if isinstance(param.type, click.Choice) else f"{param.name}-{fit(param)}"
        if value is not None:
            words += [value] if isinstance(param, click.Argument) else [param.opts[0], value]
    return words


@pytest.mark.parametrize("name", COMMANDS)
def test_each_parameter_that_names_a_file_is_declared(name):
    """A new one must be an Input or an Output; what is only words goes on the list."""
    for param in COMMANDS[name].params:
        kind = param.type
        if param.name in FOLDERS:
            continue
        if isinstance(kind, click.Path) or param.name.endswith(("file", "path")):
            assert isinstance(kind, Input | Output), f"{name} {param.opts}"
        elif isinstance(kind, click.File):
            assert kind.mode == "r", f"{name} {param.opts}"
        elif kind is click.STRING:
            assert param.name in WORDS | FOLDERS, f"{name} {param.opts}: if it is no file, add it to WORDS"
    assert isinstance(COMMANDS[name], cli.files.Verb)


@pytest.mark.parametrize(("name", "written", "other"), PAIRS)
def test_no_file_is_written_over(run, folder, name, written, other):
    first, second = fit(written), fit(other)
    there, beside = folder / "there", folder / "beside"
    pairs = {
        "as it is": (first, first),
        "another path": (first, f"there/../{first}"),
        "an absolute path": (str(folder / first), first),
        "a symbolic link": (first, f"there/{second}"),
        "a link in place of the result": (f"there/{first}", first),
        "a hard link": (first, f"beside/{second}"),
    }
    for made in (there, beside):
        made.mkdir()
    Path(first).write_bytes(b"no file of any format\n")
    for suffixed in {first, second}:
        (there / suffixed).symlink_to(Path("..") / first)
        os.link(first, beside / suffixed)
    for param in COMMANDS[name].params:
        if isinstance(param.type, Input) and param.required:
            Path(f"{param.name}-{fit(param)}").write_bytes(b"")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for way, (result, read) in pairs.items():
        if Path(result).suffix != Path(read).suffix and way not in ("a symbolic link", "a hard link"):
            continue
        if isinstance(other.type, Output) and Path(read).suffix != Path(second).suffix:
            continue
        code, out, err = run(*line(name, {written.name: result, other.name: read}))
        assert (code, out, err.count("\n")) == (2, "", 1), way
        assert "the same file" in err, way
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert not Path(first).is_symlink()
    assert (there / second).is_symlink()


def test_there_are_pairs_of_each_kind():
    """So that the test above does not go through nothing."""
    assert len(PAIRS) > 90
    assert {param.values[0] for param in PAIRS} == {
        "align", "convert", "demo", "evaluate", "explain", "index", "lm convert", "lm mix", "lm train",
        "lm train-neural", "map", "phrases", "plot", "train", "tree", "tune", "vocab", "walk", "word2vec",
    } - {"demo"}  # fmt: skip


TEXT = "the cat sat on the mat\n" * 40
VECTORS = WordVectors(["the", "cat", "sat"], np.eye(3, 4, dtype=np.float32), [9, 5, 2], {"seed": 1})


def unchanged(run, paths, *arguments):
    """Whether a command is refused, and leaves files as they are."""
    before = [path.read_bytes() for path in paths]
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert "the same file" in err, err
    assert [path.read_bytes() for path in paths] == before


def test_files_that_are_not_named_one_by_one(run, folder):
    """Files in a folder, of a pattern, in an archive, at an address; those that lie beside others."""
    (folder / "texts" / "more").mkdir(parents=True)
    text = folder / "texts" / "more" / "a.txt"
    text.write_text(TEXT)
    unchanged(run, [text], "vocab", "texts", "-o", "texts/more/a.txt")
    unchanged(run, [text], "phrases", "texts/*/a.t?t", "--text", "texts/more/a.txt")
    unchanged(run, [text], "vocab", "**/*.txt", "-o", "texts/more/a.txt")
    unchanged(run, [text], "vocab", f"file://{text}", "-o", text)
    unchanged(run, [text], "vocab", f"simplecache::file://{text}", "-o", text)
    archive = folder / "a.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.write(text, "a.txt")
    (folder / "zip.txt").hardlink_to(archive)
    unchanged(run, [archive], "vocab", "a.zip", "-o", "zip.txt")
    unchanged(run, [archive], "vocab", "a.zip/a.txt", "-o", "zip.txt")
    unchanged(run, [archive], "vocab", f"zip://a.txt::{archive}", "-o", "zip.txt")

    VECTORS.save("v.tsv")
    VECTORS.save("v.safetensors")
    words, rows = folder / "v_metadata.tsv", folder / "v.tsv"
    unchanged(run, [rows, words], "convert", "v.tsv", "v_metadata.tsv")
    unchanged(run, [rows, words], "convert", "v.safetensors", "v.tsv", "--words", "v_metadata.tsv")
    unchanged(
        run, [rows, words], "convert", "v.safetensors", "v.tensor", "--to", "projector", "--words", "v_metadata.tsv"
    )
    VECTORS.save(folder / "m2v", "model2vec")
    inside = sorted((folder / "m2v").iterdir())
    unchanged(run, inside, "convert", "m2v/model.safetensors", "m2v")
    unchanged(run, inside, "convert", "m2v", "m2v")
    unchanged(run, inside, "convert", "m2v", "m2v/model.safetensors")
    unchanged(run, inside, "convert", "v.safetensors", "m2v", "--words", "m2v/config.json")

    (folder / "w.safetensors.index").symlink_to("v.safetensors")
    (folder / "w.safetensors").symlink_to("v.safetensors")
    unchanged(run, [folder / "v.safetensors"], "index", "w.safetensors")  # its result is w.safetensors.index


def test_the_models_of_a_mixture(run, folder):
    (folder / "text.txt").write_text(TEXT)
    assert run("lm", "train", "text.txt", "-o", "a.safetensors", "--smoothing", "add-k", "--order", "1")[0] == 0
    (folder / "b.json").hardlink_to("a.safetensors")
    assert (
        run("lm", "mix", "a.safetensors", "a.safetensors", "--weight", "0.5", "--weight", "0.5", "-o", "m.json")[0] == 0
    )
    model = [folder / "a.safetensors", folder / "m.json"]
    unchanged(run, model, "lm", "mix", "m.json", "a.safetensors", "-o", "b.json", "--held-out", "text.txt")
    assert run("lm", "mix", "m.json", "a.safetensors", "--held-out", "text.txt", "-o", "M.JSON")[0] == 0
    assert run("lm", "perplexity", "M.JSON", "text.txt")[0] == 0
    (folder / "self.json").write_text(json.dumps({"models": [f"../{folder.name}/self.json", "self.json", 3]}))
    code, _, err = run("lm", "convert", "self.json", "c.safetensors")
    assert (code, err.count("\n")) == (1, 1)


def test_results_that_are_not_in_the_way(run, folder):
    (folder / "text.txt").write_text(TEXT)
    assert run("vocab", ".", "-o", "words.tsv", "--min-count", "1")[0] == 0  # new beside the text that is read
    assert run("vocab", "text.txt", "-o", "words.tsv", "--min-count", "1")[0] == 0  # there, and replaced
    assert run("vocab", "words.tsv", "--merge", "-o", "merged.tsv", "--min-count", "1")[0] == 0
    assert Path("merged.tsv").read_text() == Path("words.tsv").read_text()


def test_a_disk_that_is_full_for_one_of_two_results(run, folder):
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    (folder / "text.txt").write_text(TEXT)
    arguments = ("--epochs", "1", "--vector-size", "4", "-q")
    code, _, err = run("train", "text.txt", "-o", "/dev/full", "--model", "m.safetensors", *arguments)
    assert (code, err) == (1, "firth: error: cannot write /dev/full: No space left on device\n")
    assert len(WordVectors.load("m.safetensors")) == 5


RESULTS = [
    pytest.param(name, param, id=f"{name}-{param.name}")
    for name, command in COMMANDS.items()
    for param in command.params
    if isinstance(param.type, Output)
]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such devices")
@pytest.mark.parametrize(("name", "param"), RESULTS)
def test_a_device_takes_a_result_or_is_refused(folder, name, param):
    for device in ("/dev/null", "/dev/stdout", "-"):
        try:
            param.type.check(device, "--output", {})
        except FirthError as error:
            refusal = error.message
        else:
            refusal = ""
        assert device in refusal or all(map(is_stream, param.type.files(device, {})))
    assert not list(folder.iterdir())


def test_stdout_takes_a_result(run, folder):
    VECTORS.save("v.safetensors")
    (folder / "edges.txt").write_text("a b\nb c\n")
    (folder / "text.txt").write_text(TEXT)
    code, out, _ = run("convert", "v.safetensors", "-", "--to", "glove")
    assert (code, out.splitlines()[0]) == (0, "the 1 0 0 0")
    code, out, _ = run("walk", "edges.txt", "-o", "-", "--number", "2", "--length", "3")
    assert (code, len(out.splitlines())) == (0, 6)
    code, out, _ = run("phrases", "text.txt", "-o", "-", "--threshold", "0.1")
    assert (code, "the cat\t1\t40" in out) == (0, True)
    code, out, err = run("vocab", "text.txt", "-o", "-")
    assert (code, out) == (2, "")
    assert "--output - is stdout, where the command prints other results; hint: name a file" in err
    assert run("train", "text.txt", "-o", "-", "--json")[:2] == (2, "")
    assert run("convert", "v.safetensors", "-")[:2] == (2, "")  # a folder
    assert run("convert", "v.safetensors", "-", "--to", "projector")[:2] == (2, "")  # two files


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such device")
def test_stdout_takes_a_file_of_tensors(folder, capfdbinary):
    (folder / "text.txt").write_text(TEXT)
    with pytest.raises(SystemExit):
        cli.main(["train", "text.txt", "-o", "/dev/stdout", "--epochs", "1", "--vector-size", "4", "-q"])
    Path("v.safetensors").write_bytes(capfdbinary.readouterr().out)
    assert len(WordVectors.load("v.safetensors")) == 5


@pytest.mark.parametrize(("name", "param"), [p.values for p in RESULTS if isinstance(p.values[1].type, VectorsOutput)])
def test_the_suffix_names_the_format_of_vectors(run, folder, name, param):
    code, out, err = run(*line(name, {param.name: "v.doc"}))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"v.doc: no format has the suffix .doc, expected one of {', '.join(SUFFIXES)}" in err
    code, out, err = run(*line(name, {param.name: "v.txt.gz"}))
    assert (code, out) == (2, "")
    assert "v.txt.gz: a compressed file, expected one that is not" in err


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_vectors_are_trained_in_each_format(run, folder, suffix):
    (folder / "text.txt").write_text(TEXT)
    arguments = ("--epochs", "1", "--vector-size", "4", "--workers", "1", "-q")
    if suffix == ".floret":
        code, _, err = run("train", "text.txt", "-o", "v.floret", *arguments)
        assert (code, Path("v.floret").exists()) == (2, False)
        assert "without floret's hashes; hint: --subwords --hashes 2" in err
        arguments += ("--subwords", "--hashes", "2", "--buckets", "50")
    code, out, err = run("train", "text.txt", "-o", f"v{suffix}", *arguments)
    assert (code, out) == (0, "")
    named = "metadata" if "counts" in FORMATS[SUFFIXES[suffix]].holds else "counts and metadata"
    assert err == (
        "" if suffix == ".safetensors" else f"firth: note: v{suffix} holds words and vectors, without {named}\n"
    )
    if FORMATS[SUFFIXES[suffix]].read is None:
        return
    assert detect(Path(f"v{suffix}")) in (SUFFIXES[suffix], "word2vec-text")
    run("train", "text.txt", "-o", "native.safetensors", *arguments)
    read, native = WordVectors.load(f"v{suffix}", SUFFIXES[suffix]), WordVectors.load("native.safetensors")
    assert read.index_to_key == native.index_to_key
    np.testing.assert_array_equal(read.vectors, native.vectors)


def test_words_that_a_format_does_not_take_are_told_before_training(run, folder, monkeypatch):
    (folder / "text.txt").write_text("\u00a8 " * 9)  # which NFKC turns into a space and a mark
    monkeypatch.setattr("firth.training.loop.TrainingLoop.run", lambda *_: pytest.fail("training began"))
    code, _, err = run("train", "text.txt", "-o", "v.bin", "--normalize", "NFKC")
    assert code == 2
    assert "the word ' \u0308' cannot be written to the format word2vec-binary" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "t", "-o", "v.txt", "--model", "m.txt"], "m.txt: the suffix .txt is not that of a model"),
        (["train", "t", "-o", "v.txt", "--model", "m.bin"], "m.bin: the suffix .bin is not that of a model"),
        (["lm", "train", "t", "-o", "m.txt"], "m.txt: the suffix .txt is not that of an n-gram model"),
        (["lm", "train", "t", "-o", "m.arpa.zst"], "m.arpa.zst: cannot be compressed to .zst"),
        (["lm", "train-neural", "t", "-o", "m.npz"], "m.npz: the suffix .npz is not that of a neural model"),
        (["lm", "convert", "t", "m.gz"], "m.gz: the suffix .gz is not that of an n-gram model"),
        (["lm", "mix", "t", "t", "-o", "m.safetensors"], "expected a name that ends in .json for a mixture"),
        (["walk", "t", "-o", "w.txt.gz"], "w.txt.gz: the suffix .gz is not that of a text; hint: it is not compressed"),
        (["phrases", "t", "--text", "w.parquet"], "w.parquet: the suffix .parquet is not that of a text"),
        (["phrases", "t", "-o", "w.xz"], "w.xz: the suffix .xz is not that of a table of phrases"),
        (["vocab", "t", "-o", "w.npz"], "w.npz: the suffix .npz is not that of a table of words"),
        (["vocab", "t", "--plot", "w.txt"], "w.txt: expected a name that ends in .html or .png or .svg or .pdf"),
        (["vocab", "t", "--cache", "w.txt"], "w.txt: the suffix .txt is not that of an encoded corpus"),
        (["index", "t", "-o", "w.txt"], "w.txt: the suffix .txt is not that of an index"),
        (["evaluate", "t", "--health", "--html", "w.zip"], "w.zip: the suffix .zip is not that of a page"),
        (["tune", "t", "--metric", "loss", "--study", "w.bin"], "w.bin: the suffix .bin is not that of a study"),
        (["convert", "t", "w.txt", "--precision", "int8"], "--precision for w.txt, expected a .safetensors file"),
    ],
)
def test_a_suffix_that_means_something_else(run, folder, arguments, message):
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert not list(folder.iterdir())


def test_each_place_is_tried_before_anything_is_read(run, folder):
    for name, command in COMMANDS.items():
        for param in command.params:
            if isinstance(param.type, Output):
                code, _, err = run(*line(name, {param.name: f"nowhere/{fit(param)}"}))
                assert code == 1, name
                assert "cannot write nowhere/" in err, name


def test_a_value_in_place_of_a_file():
    for first, second in itertools.permutations(["english", "chinese"]):
        assert list(Input([first]).files(first, {})) == []
        assert list(Input([first]).files(second, {})) == [Path(second)]
