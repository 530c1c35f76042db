"""Every file that firth writes for itself tells a byte that has changed; numbers that index are in range."""

import json

import numpy as np
import pytest

from firth import Word2Vec, WordVectors, cli
from firth.corpus import EncodedCorpus, encode
from firth.errors import FileFormatError
from firth.lm import NeuralModel, NeuralOptions, NgramModel
from firth.storage import map_tensors, verify, write_tensors
from firth.training.checkpoint import Checkpoint, files
from firth.vectors.index import open_index

TEXT = [[f"w{word}" for word in np.random.default_rng(row).integers(0, 40, 12)] for row in range(60)]


def vectors():
    return WordVectors([f"w{row}" for row in range(40)], np.random.default_rng(0).normal(size=(40, 8)))


def write(kind, path):
    if kind == "vectors":
        vectors().save(path)
    elif kind in ("float16", "int8"):
        vectors().save(path, precision=kind)
    elif kind == "model":
        Word2Vec(vector_size=8, min_count=1, epochs=1, workers=1).fit(TEXT).save(path)
    elif kind == "checkpoint":
        Word2Vec(vector_size=8, min_count=1, epochs=1, workers=1).fit(TEXT, checkpoint=path.parent / "kept")
        files(path.parent / "kept")[0].rename(path)
    elif kind == "corpus":
        encode(TEXT, min_count=1, cache=path).close()
    elif kind == "ngram":
        NgramModel.train(TEXT, 3, smoothing="witten-bell").save(path)
    elif kind == "nplm":
        NeuralModel.train(TEXT, NeuralOptions(epochs=1, vector_size=4, hidden_size=4)).save(path)
    else:
        pytest.importorskip("usearch")
        vectors().build_index().save_index(path)


WHOLE = {  # who reads all of a file, and so compares its checksums
    "float16": WordVectors.load,
    "int8": WordVectors.load,
    "model": Word2Vec.load,
    "checkpoint": Checkpoint.read,
    "corpus": EncodedCorpus.load,
    "nplm": NeuralModel.load,
}
MAPPED = {"vectors": WordVectors.load, "ngram": NgramModel.load, "index": lambda path: open_index(vectors(), path)}
KINDS = list(WHOLE | MAPPED)


@pytest.fixture(scope="module", params=KINDS)
def written(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("file") / f"{request.param}.safetensors"
    write(request.param, path)
    return request.param, path


def header_of(content):
    return json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])


def test_a_changed_byte_of_any_tensor_is_told(written, tmp_path):
    kind, path = written
    content, copy = path.read_bytes(), tmp_path / path.name
    header = header_of(content)
    assert verify(path)
    (WHOLE | MAPPED)[kind](path)
    start = 8 + int.from_bytes(content[:8], "little")
    for name, entry in header.items():
        if name == "__metadata__" or entry["data_offsets"][0] == entry["data_offsets"][1]:
            continue
        for place in (entry["data_offsets"][0], entry["data_offsets"][1] - 1):
            changed = bytearray(content)
            changed[start + place] ^= 4
            copy.write_bytes(changed)
            with pytest.raises(FileFormatError, match=f"damaged, the checksum of '{name}' is wrong"):
                verify(copy)
            if kind in WHOLE:
                with pytest.raises(FileFormatError):
                    WHOLE[kind](copy)


def test_a_changed_header_is_told(written, tmp_path):
    _, path = written
    content, copy = path.read_bytes(), tmp_path / path.name
    size = int.from_bytes(content[:8], "little")
    random, told = np.random.default_rng(3), 0
    for place in random.integers(8, 8 + len(content[8 : 8 + size].rstrip()), 150):
        changed = bytearray(content)
        changed[place] ^= 1 << int(random.integers(0, 7))
        copy.write_bytes(changed)
        try:
            same = verify(copy) and header_of(bytes(changed)) == header_of(content)
        except FileFormatError:
            told += 1
        else:  # a name of the checksums themselves, as in a file of the first versions; or nothing that counts
            assert same or b"checksums" not in changed, place
    assert told > 120


def test_the_command_line_tells(written, capsys, tmp_path):
    _, path = written
    with pytest.raises(SystemExit) as left:
        cli.main(["info", "--verify", str(path)])
    assert (left.value.code, capsys.readouterr().out) == (0, f"{path}: whole\n")
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))
    with pytest.raises(SystemExit) as left:
        cli.main(["info", "--verify", "--json", str(copy)])
    printed = capsys.readouterr()
    assert (left.value.code, printed.out) == (1, "")
    assert "damaged, the checksum of" in printed.err


def test_files_of_the_first_versions_have_none(written, tmp_path, capsys):
    kind, path = written
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = header_of(content)
    described = json.loads(header["__metadata__"]["firth"])
    del described["checksums"], described["checksum"]
    header["__metadata__"]["firth"] = json.dumps(described)
    old = tmp_path / path.name
    old.write_bytes(content[:8] + json.dumps(header).encode().ljust(size) + content[8 + size :])
    assert not verify(old)
    (WHOLE | MAPPED)[kind](old)
    with pytest.raises(SystemExit):
        cli.main(["info", "--verify", "--json", str(old)])
    assert json.loads(capsys.readouterr().out) == {"path": str(old), "whole": None}


@pytest.mark.parametrize(
    ("kind", "tensor"),
    [
        ("ngram", "left_words"),
        ("ngram", "child_bounds"),
        ("ngram", "level_bounds"),
        ("ngram", "word_bounds"),
        ("corpus", "ids"),
        ("corpus", "bounds"),
        ("corpus", "word_bounds"),
        ("vectors", "word_bounds"),
        ("model", "word_bounds"),
    ],
)
@pytest.mark.parametrize("value", [-1, 2**31 - 1])
@pytest.mark.parametrize("place", [0, -1])
def test_an_index_out_of_range_is_refused(tmp_path, kind, tensor, value, place):
    """By whoever writes files with right checksums, so that it is no accident."""
    path = tmp_path / "file.safetensors"
    write(kind, path)
    tensors, facts = map_tensors(path, kind)
    changed = {name: array.copy() for name, array in tensors.items()}
    changed[tensor][place] = value
    write_tensors(path, kind, changed, facts)
    with pytest.raises(FileFormatError):
        (WHOLE | MAPPED)[kind](path)


@pytest.mark.parametrize("tensor", ["input_vectors", "output_vectors"])
@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
def test_matrices_that_do_not_fit_a_model_are_refused(tmp_path, tensor, objective):
    path = tmp_path / "model.safetensors"
    Word2Vec(vector_size=8, min_count=1, epochs=1, workers=1, objective=objective).fit(TEXT).save(path)
    tensors, facts = map_tensors(path, "model")
    write_tensors(path, "model", {**tensors, tensor: tensors[tensor][:-1]}, facts)
    with pytest.raises(FileFormatError, match=r"damaged, its matrices do not fit 40 words"):
        Word2Vec.load(path)
