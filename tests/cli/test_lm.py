"""``firth lm`` from text to figures, as a user types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from firth.cli.lm import command
from firth.errors import FirthError, OptionError, StorageError
from firth.lm import NgramModel
from firth.lm.model_files import load_model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lm")
    lines = ["the cat sat on the mat", "the dog sat on the log", "a cat saw the dog", "the dog saw a cat", ""] * 3
    (folder / "text.txt").write_text("\n".join(lines) + "\n")
    run("train", folder / "text.txt", "-o", folder / "model.safetensors", "--smoothing", "witten-bell")
    return folder


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_perplexity(folder: Path) -> None:
    shown = run("perplexity", folder / "model.safetensors", folder / "text.txt").stdout
    facts = json.loads(run("perplexity", folder / "model.safetensors", folder / "text.txt", "--json").stdout)
    assert (facts["tokens"], facts["sentences"], facts["unknown"], facts["end_counted"]) == (81, 15, 0, True)
    assert 1 < facts["perplexity"] < 5
    assert f"{facts['perplexity']:.3f}" in shown
    assert "unknown among them   0" in shown
    without = json.loads(
        run("perplexity", folder / "model.safetensors", folder / "text.txt", "--no-end", "--json").stdout
    )
    assert (without["tokens"], without["end_counted"]) == (66, False)


def test_scores_of_a_file_add_up_to_its_perplexity(folder: Path) -> None:
    scores = [float(line) for line in run("score", folder / "model.safetensors", folder / "text.txt").stdout.split()]
    facts = json.loads(run("perplexity", folder / "model.safetensors", folder / "text.txt", "--json").stdout)
    assert len(scores) == 15
    assert sum(scores) == pytest.approx(facts["log_probability"], abs=1e-4)
    stdin = CliRunner().invoke(command, ["score", str(folder / "model.safetensors")], input="the cat sat on the mat\n")
    assert float(stdin.stdout) == scores[0]


def test_conversion_keeps_every_score(folder: Path) -> None:
    made = json.loads(run("convert", folder / "model.safetensors", folder / "model.arpa.gz", "--json").stdout)
    assert (made["words"], len(made["ngrams"])) == (12, 3)
    run("convert", folder / "model.arpa.gz", folder / "again.safetensors")
    for name in ("model.arpa.gz", "again.safetensors"):
        assert (
            run("score", folder / name, folder / "text.txt").stdout
            == run("score", folder / "model.safetensors", folder / "text.txt").stdout
        )


def test_predict_and_generate(folder: Path) -> None:
    best = json.loads(run("predict", folder / "model.safetensors", "on", "the", "-n", "2", "--json").stdout)
    assert {entry["word"] for entry in best} == {"mat", "log"}
    drawn = run("generate", folder / "model.safetensors", "the", "--seed", "1", "-n", "3").stdout
    assert drawn == run("generate", folder / "model.safetensors", "the", "--seed", "1", "-n", "3").stdout
    assert all(line.startswith("the") for line in drawn.splitlines())


def test_training_options_reach_the_model(folder: Path) -> None:
    (folder / "words.txt").write_text("the cat dog")
    made = run(
        "train", folder / "text.txt", "-o", folder / "other.safetensors", "--order", "2", "--smoothing", "add-k",
        "--parameter", "0.1", "--vocabulary", folder / "words.txt", "--memory", "1M", "--json",
    )  # fmt: skip
    facts = json.loads(made.stdout)
    assert (facts["words"], facts["smoothing"], facts["used"]) == (6, "add-k", [[0.1], [0.1]])
    pruned = json.loads(
        run(
            "train", folder / "text.txt", "-o", folder / "other.safetensors", "--smoothing", "witten-bell",
            "--prune", "0", "--prune", "3", "--prune-entropy", "0.01", "--json",
        ).stdout
    )  # fmt: skip
    assert pruned["prune"] == [0, 3, 3]
    assert pruned["prune_entropy"] == 0.01


def test_neural_models_and_mixtures(folder: Path) -> None:
    made = run(
        "train-neural", folder / "text.txt", "-o", folder / "neural.safetensors", "--held-out", folder / "text.txt",
        "--vector-size", "4", "--hidden-size", "4", "--epochs", "2", "--objective", "hierarchical", "--json",
    )  # fmt: skip
    assert len(json.loads(made.stdout)["epochs"]) == 2
    mixed = json.loads(
        run(
            "mix", folder / "model.safetensors", folder / "neural.safetensors", "-o", folder / "mixture.json",
            "--held-out", folder / "text.txt", "--json",
        ).stdout
    )  # fmt: skip
    assert sum(mixed["weights"].values()) == pytest.approx(1)
    perplexities = [
        json.loads(run("perplexity", folder / name, folder / "text.txt", "--json").stdout)["perplexity"]
        for name in ("model.safetensors", "neural.safetensors", "mixture.json")
    ]
    assert perplexities[2] <= min(perplexities) + 1e-3
    shown = run("mix", folder / "model.safetensors", folder / "neural.safetensors", "-o", folder / "other.json",
                "--weight", "3", "--weight", "1").stdout  # fmt: skip
    assert shown.startswith("0.750000")


def test_tiny_texts_say_which_discounts_were_used(folder: Path) -> None:
    said = run("train", folder / "text.txt", "-o", folder / "other.safetensors").stderr
    assert "no discount can be estimated" in said


def test_scores_that_are_no_probabilities_are_told(folder: Path) -> None:
    run("train", folder / "text.txt", "-o", folder / "stupid.safetensors", "--smoothing", "stupid-backoff")
    for name, told in (("stupid.safetensors", True), ("model.safetensors", False)):
        assert ("do not sum to 1" in run("perplexity", folder / name, folder / "text.txt").stderr) == told
        facts = json.loads(run("perplexity", folder / name, folder / "text.txt", "--json").stdout)
        assert facts["is_distribution"] == (not told)


@pytest.mark.parametrize(
    "arguments",
    [
        ["perplexity", "missing.safetensors", "text.txt"],
        ["perplexity", "model.safetensors", "missing.txt"],
        ["train", "missing.txt", "-o", "x.safetensors"],
        ["train", "text.txt", "-o", "x.safetensors", "--memory", "lots"],
        ["train", "text.txt", "-o", "x.safetensors", "--order", "0"],
        ["train-neural", "text.txt", "-o", "x.safetensors", "--dropout", "1"],
        ["mix", "model.safetensors", "model.safetensors", "-o", "x.json"],
        ["mix", "model.safetensors", "-o", "x.json", "--weight", "1"],
        ["perplexity", "broken.json", "text.txt"],
        ["perplexity", "missing.json", "text.txt"],
        ["convert", "neural.safetensors", "x.arpa"],
    ],
)
def test_mistakes_are_errors_of_ours(folder: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("broken.json").write_text('{"format": "other"}')
    result = CliRunner().invoke(command, arguments)
    assert isinstance(result.exception, FirthError)


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "missing.txt"],
        ["train-neural", "missing.txt"],
        ["mix", "missing.safetensors", "missing.safetensors", "--held-out", "text.txt"],
        ["convert", "missing.safetensors"],
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_anything_is_read(folder: Path, arguments: list[str]) -> None:
    output = str(folder / "nowhere" / ("x.json" if arguments[0] == "mix" else "x.safetensors"))
    result = CliRunner().invoke(command, [*arguments, *(["-o"] if arguments[0] != "convert" else []), output])
    assert isinstance(result.exception, StorageError)
    assert "nowhere" in str(result.exception)


@pytest.mark.parametrize(
    ("text", "name", "options", "refused"),
    [
        (
            "the <UNK> sat\n",
            "m.arpa",
            ("--smoothing", "witten-bell"),
            "the word '<UNK>' cannot be written to an ARPA file",
        ),
        ("the cat sat\n", "m.arpa", ("--smoothing", "add-k"), "add-k cannot be written as an ARPA file"),
    ],
)
def test_a_model_that_is_no_arpa_file_is_kept(
    tmp_path: Path, text: str, name: str, options: tuple[str, ...], refused: str
) -> None:
    (tmp_path / "text.txt").write_text(text)
    arguments = ["train", tmp_path / "text.txt", "-o", tmp_path / name, "--order", "2", *options]
    result = CliRunner().invoke(command, list(map(str, arguments)))
    assert isinstance(result.exception, OptionError)
    assert refused in result.exception.message
    kept = tmp_path / f"{name}.safetensors"
    assert str(kept) in str(result.exception.hint)
    assert "the" in load_model(kept).words
    again = CliRunner().invoke(command, list(map(str, arguments)))  # what is there stays
    assert f"{name}2.safetensors" in str(again.exception)
    assert not (tmp_path / name).exists()


def test_tokens_one_by_one(tmp_path: Path) -> None:
    model = NgramModel.train([["a", "b"], ["a"]], 2, smoothing="witten-bell")
    model.save(tmp_path / "m.safetensors")
    lines = ["a b zebra", "", "b"]
    (tmp_path / "text.txt").write_text("\n".join(lines))  # the last line has no end
    expected = [(number, score) for number, line in enumerate(lines, 1) for score in model.full_scores(line)]
    tokens = ["a", "b", "zebra", "</s>", "</s>", "b", "</s>"]
    arguments = ["score", str(tmp_path / "m.safetensors"), "--tokens"]
    header, *rows = run(*arguments, str(tmp_path / "text.txt")).stdout.splitlines()
    assert header == "sentence\ttoken\tlog10_probability\tngram_length\tis_unknown"
    assert [row.split("\t") for row in rows] == [
        [str(number), token, f"{value:.6f}", str(length), str(unknown).lower()]
        for token, (number, (value, length, unknown)) in zip(tokens, expected, strict=True)
    ]
    piped = CliRunner().invoke(command, arguments, input="\n".join(lines) + "\n")
    assert piped.stdout.splitlines() == [header, *rows]
    asked = CliRunner().invoke(command, [*arguments, "--json"], input="\n".join(lines))
    objects = [json.loads(line) for line in asked.stdout.splitlines()]
    assert [fact["sentence"] for fact in objects] == [1, 2, 3]
    assert [fact["token"] for line in objects for fact in line["tokens"]] == tokens
    assert [fact["ngram_length"] for line in objects for fact in line["tokens"]] == [
        s.ngram_length for _, s in expected
    ]
