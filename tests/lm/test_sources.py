"""Every kind of model learns the same from the same text, whatever the text lies in, and prepares every text alike."""

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from firth.cli.lm import command
from firth.corpus import encode
from firth.errors import LanguageModelWarning, OptionError
from firth.lm import LanguageModel, LinearMixture, NeuralModel, NeuralOptions, NgramModel
from firth.lm.model_files import load_model, save_mixture
from firth.storage import map_tensors, write_tensors
from firth.text.preparation import Preparation

LINES = ["the cat sat on the mat", "", "the dog sat", "a " * 1_500 + "dog", "", "cat"]
SENTENCES = [line.split() for line in LINES]
TEXT = "\n".join(LINES) + "\n"
RECORDS = [{"id": number, "text": line} for number, line in enumerate(LINES)]
CSV = "id,text\n" + "".join(f"{number},{line}\n" for number, line in enumerate(LINES))
JSON_LINES = "".join(json.dumps(record) + "\n" for record in RECORDS)


def ngram(text: Any, **options: Any) -> NgramModel:
    return NgramModel.train(text, 2, smoothing="witten-bell", **options)


def neural(text: Any, **options: Any) -> NeuralModel:
    return NeuralModel.train(text, NeuralOptions(vector_size=3, hidden_size=3, epochs=1, batch_size=64), **options)


MODELS: dict[str, Callable[..., LanguageModel]] = {"ngram": ngram, "neural": neural}


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def folder_of(folder: Path) -> Path:
    (folder / "texts").mkdir()
    file(folder / "texts", "1.txt", "\n".join(LINES[:3]) + "\n")
    file(folder / "texts", "2.txt", "\n".join(LINES[3:]))  # its last line without a newline
    return folder / "texts"


def archive(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "text.zip", "w") as opened:
        opened.writestr("text.txt", TEXT)
    return folder / "text.zip"


def parquet(folder: Path) -> Path:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"text": LINES}), folder / "text.parquet")
    return folder / "text.parquet"


# What a model is trained on, and with which options.
SOURCES: dict[str, Callable[[Path], tuple[Any, dict[str, Any]]]] = {
    "a path": lambda folder: (file(folder, "text.txt", TEXT), {}),
    "paths": lambda folder: ([str(file(folder, "text.txt", TEXT))], {}),
    "a compressed file": lambda folder: (file(folder, "text.txt.gz", gzip.compress(TEXT.encode())), {}),
    "a folder": lambda folder: (folder_of(folder), {}),
    "an archive": lambda folder: (archive(folder), {}),
    "JSON Lines": lambda folder: (file(folder, "text.jsonl", JSON_LINES), {"field": "text"}),
    "CSV": lambda folder: (file(folder, "text.csv", CSV), {"field": "text"}),
    "Parquet": lambda folder: (parquet(folder), {"field": "text"}),
    "token lists": lambda _: (SENTENCES, {}),
    "an iterable of token lists": lambda _: ((tuple(sentence) for sentence in SENTENCES), {}),
    "an iterable of strings": lambda _: (iter(LINES), {}),
    "a list of strings": lambda _: (LINES, {"preparation": Preparation()}),
    "records": lambda _: (RECORDS, {"field": "text"}),
    "a column of pandas": lambda _: (pytest.importorskip("pandas").Series(LINES), {}),
    "a table of pandas": lambda _: (pytest.importorskip("pandas").DataFrame(RECORDS), {"field": "text"}),
    "a column of polars": lambda _: (pytest.importorskip("polars").Series(LINES), {}),
    "a table of polars": lambda _: (pytest.importorskip("polars").DataFrame(RECORDS), {"field": "text"}),
    "an encoded corpus": lambda _: (encode(SENTENCES, min_count=1, keep_lines=True), {}),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("kind", MODELS)
def test_the_same_model_from_the_same_tokens(kind: str, source: str, tmp_path: Path) -> None:
    text, options = SOURCES[source](tmp_path)
    expected, model = MODELS[kind](SENTENCES), MODELS[kind](text, **options)
    assert model.words == ["<unk>", "<s>", "</s>", "a", "the", "cat", "sat", "dog", "on", "mat"]
    assert model.score_all(SENTENCES).tolist() == expected.score_all(SENTENCES).tolist()
    if isinstance(model, NgramModel):
        assert model.info["tokens"] == 1_511 + 6  # no line is cut, and empty ones are sentences
    else:
        assert isinstance(model, NeuralModel)
        assert model.counts.tolist() == [0, 0, 6, 1_500, 3, 2, 2, 2, 1, 1]
    held_out, options = SOURCES[source](tmp_path / "again") if (tmp_path / "again").mkdir() is None else (None, {})
    assert model.perplexity(held_out, **options) == model.perplexity(SENTENCES)


PREPARED = Preparation("words", casefold=True, digits_to_zero=True, stop_words=["of"])
WRITTEN = ["The Cat, of 1984, sat!", "THE DOG sat.", "Of course"]
READ = [["the", "cat", "0000", "sat"], ["the", "dog", "sat"], ["course"]]


@pytest.mark.parametrize("kind", MODELS)
def test_every_text_is_prepared_as_the_first_was(kind: str, tmp_path: Path) -> None:
    path = file(tmp_path, "text.txt", "\n".join(WRITTEN))
    model, plain = MODELS[kind](path, preparation=PREPARED), MODELS[kind](READ)
    assert model.words == plain.words
    model.save(tmp_path / "model.safetensors")  # type: ignore[attr-defined]
    loaded = load_model(tmp_path / "model.safetensors")
    save_mixture(tmp_path / "m.json", LinearMixture([loaded, loaded]), [str(tmp_path / "model.safetensors")] * 2)
    expected = plain.score_all(READ)
    for tried in (model, loaded, load_model(tmp_path / "m.json")):
        assert tried.score_all(path) == pytest.approx(expected)
        assert tried.score_lines(WRITTEN) == pytest.approx(expected)
        assert [tried.score(line) for line in WRITTEN] == pytest.approx(expected)
        assert tried.score(["The", "CAT", "of", "1999", "Sat"]) == pytest.approx(expected[0])  # tokens are not cut
        assert tried.perplexity(path).unknown == 0
        assert tried.predict("THE DOG, of") == tried.predict(["the", "dog"])
    with pytest.warns(UserWarning, match="differently from the model's training text: tokenizer='whitespace'"):
        assert loaded.perplexity(path, preparation=Preparation()).unknown == 9  # all but course


def test_a_model_of_before_says_nothing_of_its_text(tmp_path: Path) -> None:
    model = ngram(READ)
    model.save(tmp_path / "model.safetensors")
    tensors, info = map_tensors(tmp_path / "model.safetensors", "ngram")
    del info["preparation"]
    write_tensors(tmp_path / "old.safetensors", "ngram", tensors, info)
    old = load_model(tmp_path / "old.safetensors")
    assert old.preparation is None
    assert old.score("the Cat") == model.score("the Cat")
    assert old.perplexity(file(tmp_path, "text.txt", "the Cat\n")).unknown == 1


def test_a_function_cuts_no_later_text(tmp_path: Path) -> None:
    path = file(tmp_path, "text.txt", "a-b\nb-a\n")
    model = ngram(path, preparation=Preparation(lambda line: line.split("-"), casefold=True))
    assert model.words[3:] == ["a", "b"]
    assert model.score(["A", "b"]) == ngram([["a", "b"], ["b", "a"]]).score(["a", "b"])
    with pytest.raises(OptionError, match="which cannot be saved"):
        model.perplexity(path)
    assert model.perplexity(path, preparation=Preparation(lambda line: line.split("-"), casefold=True)).unknown == 0


def test_an_arpa_file_holds_no_preparation(tmp_path: Path) -> None:
    path = file(tmp_path, "text.txt", "\n".join(WRITTEN))
    ngram(READ).save(tmp_path / "plain.arpa")  # nothing is lost
    with pytest.warns(LanguageModelWarning, match=r"does not store how .* \(tokenizer='words', casefold=True"):
        ngram(path, preparation=PREPARED).save(tmp_path / "model.arpa")
    model = load_model(tmp_path / "model.arpa")
    assert model.preparation is None
    assert model.perplexity(path, preparation=PREPARED).unknown == 0
    assert model.perplexity(path).unknown == 9


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"min_count": 2}, ["a", "the", "cat", "sat", "dog"]),
        ({"max_words": 3}, ["a", "the", "cat"]),
        ({"max_words": 3, "keep_words": ["mat"]}, ["a", "the", "mat"]),
        ({"min_count": 3, "keep_words": ["mat"], "drop_words": ["a"]}, ["the", "mat"]),
        ({"vocabulary": ["dog", "zebra", "the"]}, ["dog", "zebra", "the"]),
    ],
)
def test_which_words_are_known(options: dict[str, Any], words: list[str], tmp_path: Path) -> None:
    model = ngram(SENTENCES, **options)
    assert model.words[3:] == words
    assert model.perplexity(SENTENCES).unknown == sum(word not in words for line in SENTENCES for word in line)
    for text in (" ".join(words) + "\n", "".join(f"{word}\t7\n" for word in words)):  # words alone, and with counts
        assert ngram(SENTENCES, vocabulary=file(tmp_path, "words.txt", text)).words[3:] == words


def test_word_ids_beyond_memory_lie_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("firth.lm.encoder.IN_MEMORY", 100)
    monkeypatch.setattr("firth.lm.encoder.IDS_AT_A_TIME", 7)
    monkeypatch.setattr("firth.lm.language_model._AT_A_TIME", 5)
    model = ngram(SENTENCES)
    assert model.perplexity(SENTENCES).tokens == 1_517
    assert model.score_all(SENTENCES) == pytest.approx([model.score(sentence) for sentence in SENTENCES])


@pytest.mark.filterwarnings("ignore:1 record was skipped")
def test_the_command_takes_what_firth_train_takes(tmp_path: Path) -> None:
    def run(*arguments: object, stdin: str | None = None) -> str:
        result = CliRunner().invoke(command, list(map(str, arguments)), input=stdin, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    prepared = ["--tokenizer", "words", "--casefold", "--digits-to-zero", "--stop-words", file(tmp_path, "of", "of")]
    options = ["-o", tmp_path / "m.safetensors", "--smoothing", "witten-bell", "--order", "2"]
    records = file(tmp_path, "text.jsonl", "".join(json.dumps({"text": line}) + "\n" for line in WRITTEN) + "{}\n")
    expected = ngram(READ).score_all(READ)
    run("train", records, "--field", "text", "--on-error", "skip", *prepared, *options)
    model = tmp_path / "m.safetensors"
    for corpus, stdin in (([file(tmp_path, "text.txt", "\n".join(WRITTEN))], None), ([], "\n".join(WRITTEN))):
        scores = [float(line) for line in run("score", model, *corpus, stdin=stdin).splitlines()]
        assert scores == pytest.approx(expected, abs=1e-5)
    rows = [row.split("\t") for row in run("score", model, tmp_path / "text.txt", "--tokens").splitlines()[1:]]
    assert [row[1] for row in rows] == [word for sentence in READ for word in [*sentence, "</s>"]]
    facts = json.loads(run("perplexity", model, records, "--field", "text", "--on-error", "skip", "--json"))
    assert (facts["tokens"], facts["unknown"]) == (11, 0)
    assert facts["log_probability"] == pytest.approx(expected.sum())
    run("train", "-", *prepared, *options, stdin="\n".join(WRITTEN))
    assert load_model(model).score_all(READ).tolist() == expected.tolist()
    latin = file(tmp_path, "latin.txt", "caf\xe9 a\n".encode("latin-1"))
    run("train", latin, "--errors", "replace", "--cache", tmp_path / "corpus.safetensors", *options)
    assert load_model(model).words[3:] == ["caf\ufffd", "a"]
    run("train-neural", records, "--column", "text", "--on-error", "skip", *prepared, "-o", model, "--epochs", "1",
        "--vector-size", "3", "--hidden-size", "3", "--held-out", records)  # fmt: skip
    assert np.isfinite(load_model(model).history[0].held_out_perplexity)  # type: ignore[attr-defined]
