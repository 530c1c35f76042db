"""Any model from its file."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from firth.errors import FileFormatError, OptionError
from firth.lm import LinearMixture, LogLinearMixture, NeuralModel, NeuralOptions, NgramModel
from firth.lm.model_files import load_model, model_files, save_mixture
from firth.vectors import WordVectors

FILES = ("n.safetensors", "m.safetensors", "a.arpa", "x.json")
TEXT = [line.split() for line in ("a b c a b", "a b", "c a b c", "b a") * 4]


def test_each_file_gives_its_model(tmp_path: Path) -> None:
    ngrams = NgramModel.train(TEXT, 2, smoothing="witten-bell")
    neural = NeuralModel.train(TEXT, NeuralOptions(vector_size=3, hidden_size=3, epochs=1))
    ngrams.save(tmp_path / "ngrams.safetensors")
    ngrams.write_arpa(tmp_path / "ngrams.arpa.gz")
    neural.save(tmp_path / "neural.safetensors")
    for kind in (LinearMixture, LogLinearMixture):
        mixture = kind([ngrams, neural], [0.6, 0.3])
        (tmp_path / "deeper").mkdir(exist_ok=True)
        names = [str(tmp_path / "ngrams.safetensors"), os.path.relpath(tmp_path / "neural.safetensors")]
        save_mixture(tmp_path / "deeper" / "mixture.json", mixture, names)
        again = load_model(tmp_path / "deeper" / "mixture.json")
        assert type(again) is kind
        assert again.score("a b c") == pytest.approx(mixture.score("a b c"))
    for name, model in [("ngrams.safetensors", ngrams), ("ngrams.arpa.gz", ngrams), ("neural.safetensors", neural)]:
        assert load_model(tmp_path / name).score("a b c") == pytest.approx(model.score("a b c"))


@pytest.mark.parametrize("document", ["{", "[]", "{}", json.dumps({"format": "firth mixture", "kind": "magic"})])
def test_what_is_no_mixture(document: str, tmp_path: Path) -> None:
    (tmp_path / "mixture.json").write_text(document)
    with pytest.raises(FileFormatError, match="mixture"):
        load_model(tmp_path / "mixture.json")


def test_what_is_not_there(tmp_path: Path) -> None:
    for name in ("none.json", "none.arpa", "none.safetensors"):
        with pytest.raises(FileFormatError, match="none"):
            load_model(tmp_path / name)


def test_a_mixture_replaces_none_of_its_models(tmp_path: Path) -> None:
    model = NgramModel.train(TEXT, 2, smoothing="witten-bell")
    names = [str(tmp_path / name) for name in ("a.safetensors", "b.safetensors")]
    for name in names:
        model.save(name)
    mixture = LinearMixture([model, model], [0.5, 0.5])
    save_mixture(tmp_path / "m.json", mixture, names)
    (tmp_path / "b.json").hardlink_to(names[1])
    for path, models in ((names[0], names), (tmp_path / "b.json", [str(tmp_path / "m.json"), names[0]])):
        with pytest.raises(OptionError, match="the same file"):
            save_mixture(path, mixture, models)
    with pytest.raises(OptionError, match=r"m\.mixture: expected a name that ends in \.json"):
        save_mixture(tmp_path / "m.mixture", mixture, names)
    assert load_model(names[0]).score("a b") == load_model(names[1]).score("a b")


def test_a_mixture_within_itself(tmp_path: Path) -> None:
    def write(name: str, *models: str) -> Path:
        document = {"format": "firth mixture", "kind": "linear", "models": models, "weights": [0.5] * len(models)}
        (tmp_path / name).write_text(json.dumps(document))
        return tmp_path / name

    write("one.json", "two.json", "two.json")
    write("two.json", "one.json", "one.json")
    for name in ("one.json", "two.json"):
        with pytest.raises(FileFormatError, match="the mixture contains itself"):
            load_model(tmp_path / name)
    for number in range(30):
        write(f"{number}.json", *[f"{number + 1}.json"] * 9)
    with pytest.raises(FileFormatError, match=r"4\.json: the mixture contains itself, or is nested 5 deep"):
        load_model(tmp_path / "0.json")
    assert len(list(model_files(tmp_path / "0.json"))) == 31
    for model in ("nowhere", "/dev/zero", str(tmp_path / "one.json"), "."):
        with pytest.raises(FileFormatError, match="no model"):
            load_model(write("outside.json", model, model))


@pytest.mark.parametrize("name", ["m.arpa", "m.lm", "m.ARPA", "m.arpa.gz", "m.safetensors", "m.ngram", "m"])
def test_the_suffix_decides_what_is_saved(name: str, tmp_path: Path) -> None:
    model = NgramModel.train(TEXT, 2, smoothing="witten-bell")
    model.save(tmp_path / name)
    assert load_model(tmp_path / name).score("a b c") == pytest.approx(model.score("a b c"))
    if "arpa" in name.lower() or name.endswith(".lm"):
        NgramModel.read_arpa(tmp_path / name)
    else:
        NgramModel.load(tmp_path / name)


def test_what_a_file_holds_tells_its_kind_and_not_its_name(tmp_path: Path) -> None:
    ngrams = NgramModel.train(TEXT, 2, smoothing="witten-bell")
    neural = NeuralModel.train(TEXT, NeuralOptions(vector_size=3, hidden_size=3, epochs=1))
    ngrams.save(tmp_path / "n.safetensors")
    neural.save(tmp_path / "m.safetensors")
    ngrams.write_arpa(tmp_path / "a.arpa")
    save_mixture(tmp_path / "x.json", LinearMixture([ngrams, neural]), [str(tmp_path / f) for f in FILES[:2]])
    kinds = [NgramModel, NeuralModel, NgramModel, LinearMixture]
    for number, (name, kind) in enumerate(zip(FILES, kinds, strict=True)):
        for other in ("m.arpa", "m.json", "m", "m.bin"):  # names of other kinds, and of none
            path = tmp_path / f"{number}{other}"
            path.write_bytes((tmp_path / name).read_bytes())
            assert type(load_model(path)) is kind
    assert set(model_files(tmp_path / "3m.arpa")) == {tmp_path / "3m.arpa", *(tmp_path / name for name in FILES[:2])}
    WordVectors(["a"], np.ones((1, 2), np.float32)).save(tmp_path / "v.safetensors")
    with pytest.raises(FileFormatError, match=r"v\.safetensors: holds 'vectors', expected a language model"):
        load_model(tmp_path / "v.safetensors")
