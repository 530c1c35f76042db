"""Training whose loss or weights grow beyond all bounds: by default it does not, and where it does, it says so."""

import itertools
import json
import math
import re

import numpy as np
import pytest

from firth import Word2Vec, cli
from firth.errors import DivergenceError, OptionError
from firth.lm import NeuralModel, NeuralOptions

MODELS = [
    *(("skipgram", objective, "corrected") for objective in ("negative", "hierarchical", "softmax")),
    *itertools.product(["cbow"], ["negative", "hierarchical", "softmax"], ["corrected", "word2vec"]),
]


def text_of(tokens, words=400, length=100, topics=4):
    """Sentences whose words are as frequent as in a language, each sentence of one topic."""
    random = np.random.default_rng(0)
    shares = 1 / np.arange(1, words // topics + 1)
    return [
        [f"w{topics * rank + number % topics}" for rank in random.choice(len(shares), length, p=shares / shares.sum())]
        for number in range(tokens // length)
    ]


@pytest.fixture(scope="module")
def bursts():
    """Among usual sentences some lists and refrains, in which a word that is rare elsewhere comes again and again."""
    text = text_of(60_000, words=2000)
    for place in range(10, len(text), 20):
        word, other = f"w{1900 + place % 90}", f"w{1901 + place % 90}"
        text[place] = [word, other] * 50
        text[place + 1] = [word] * 100
    return text


def ignorance(model):
    """The loss of a model that knows nothing, or more: a path has at most as many nodes as there are words."""
    if model.configuration.objective == "negative":
        return (1 + model.configuration.negative) * math.log(2)
    return math.log(len(model.vocabulary)) * (1.1 if model.configuration.objective == "hierarchical" else 1)


def check(model):
    assert model.loss_[-1] < min(model.loss_[0], ignorance(model))
    assert np.abs(model.input_vectors).max() < 30
    assert np.abs(model.output_vectors).max() < 30


@pytest.mark.parametrize(("architecture", "objective", "gradient"), MODELS)
def test_a_word_that_bursts_does_no_harm(bursts, architecture, objective, gradient):
    model = Word2Vec(
        architecture=architecture, objective=objective, cbow_gradient=gradient, vector_size=20, min_count=1, epochs=3
    )  # fmt: skip
    check(model.fit(bursts[: len(bursts) // 3] if objective == "softmax" else bursts))


@pytest.mark.parametrize("window", [1, 30, "sentence"])
@pytest.mark.parametrize(("architecture", "objective", "gradient"), MODELS)
def test_no_window_is_too_wide_for_the_default_rate(architecture, objective, gradient, window):
    text = text_of(15_000, length=300)
    model = Word2Vec(
        architecture=architecture, objective=objective, cbow_gradient=gradient, window=window, vector_size=10,
        min_count=1, epochs=2,
    )  # fmt: skip
    check(model.fit(text))


@pytest.mark.parametrize("words", [2, 3, 12])
@pytest.mark.parametrize(("architecture", "objective", "gradient"), MODELS)
def test_no_vocabulary_is_too_small(architecture, objective, gradient, words):
    """With three words, each is a third of a block's noise words, and of its contexts."""
    text = [[f"w{word}" for word in row] for row in np.random.default_rng(0).integers(0, words, (60, 80))]
    for seed in range(3):
        model = Word2Vec(
            architecture=architecture, objective=objective, cbow_gradient=gradient, window=10, min_count=1, sample=0,
            seed=seed, epochs=3,
        )  # fmt: skip
        model.fit(text)
        assert model.loss_[-1] < 1.1 * ignorance(model)
        assert np.abs(model.input_vectors).max() < 5
        assert np.abs(model.output_vectors).max() < 5


@pytest.mark.parametrize("negative", [50, 300])
@pytest.mark.parametrize("window", [5, 40])
@pytest.mark.parametrize(("architecture", "gradient"), [(m[0], m[2]) for m in MODELS if m[1] == "negative"])
def test_no_number_of_noise_words_is_too_high(architecture, gradient, window, negative):
    model = Word2Vec(
        architecture=architecture, cbow_gradient=gradient, window=window, negative=negative, vector_size=10,
        min_count=1, epochs=2,
    )  # fmt: skip
    check(model.fit(text_of(8_000)))


@pytest.mark.parametrize(("option", "value"), [("negative", 301), ("learning_rate", 1.01)])
def test_what_could_not_hold_is_refused(option, value):
    with pytest.raises(OptionError, match=rf"{option}={value}, expected"):
        Word2Vec(**{option: value})


@pytest.mark.parametrize("frozen", [None, "input", "output"])
@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e30])
@pytest.mark.parametrize(("architecture", "objective", "gradient"), MODELS)
def test_a_bad_weight_stops_every_model(architecture, objective, gradient, bad, frozen):
    text = text_of(3_000)
    model = Word2Vec(
        architecture=architecture, objective=objective, cbow_gradient=gradient, vector_size=10, min_count=1, epochs=1
    )  # fmt: skip
    model.fit(text)
    model.input_vectors[5] = bad
    model.configuration = Word2Vec(**{**model.configuration.as_dict(), "freeze": frozen}).configuration
    with np.errstate(all="ignore"), pytest.raises(DivergenceError, match=r"diverged in epoch 1, after [\d,]+ words: "):
        model.fit(text)
    assert not model.is_trained
    assert model.loss_ == []


def test_the_message_says_what_to_do():
    text = text_of(3_000)
    model = Word2Vec(negative=50, learning_rate=0.5, vector_size=10, min_count=1, epochs=1, workers=1).fit(text)
    model.output_vectors[5] = math.nan
    with pytest.raises(DivergenceError) as told:
        model.fit(text)
    assert re.fullmatch(
        r"training diverged in epoch 1, after [\d,]+ words: the loss is not finite; the steps were too long at "
        r"learning_rate=0\.5 and negative=50; hint: learning_rate=0\.25 or negative=20",
        str(told.value),
    )


def test_interrupted_training_that_had_diverged_is_not_kept(monkeypatch):
    text = text_of(3_000)
    model = Word2Vec(vector_size=10, min_count=1, epochs=1, workers=1).fit(text)

    def spoil(progress):
        model.input_vectors[-1] = math.nan
        raise KeyboardInterrupt

    with pytest.raises(DivergenceError, match="some rows of the vectors are not finite"):
        model.fit(text, on_progress=spoil)


def test_with_checkpoints_it_goes_on_once_at_half_the_rate(tmp_path):
    text, rates = text_of(20_000), []
    model = Word2Vec(vector_size=10, min_count=1, epochs=3, workers=1)

    def spoil(progress, times):
        rates.append(progress.learning_rate)
        if progress.tokens_done >= 30_000 and len(spoiled) < times:
            spoiled.append(progress.tokens_done)
            model.input_vectors[:] = math.nan

    kept = {"checkpoint": tmp_path, "checkpoint_every": "5K-words"}
    spoiled = []
    with pytest.warns(
        UserWarning, match=r"training diverged in epoch 2, .* training continues from the checkpoint at 2\d,\d+ words"
    ):
        model.fit(text, on_progress=lambda progress: spoil(progress, 1), **kept)
    assert model.loss_ == sorted(model.loss_, reverse=True)
    assert len(model.loss_) == 3
    fall = next(later / earlier for earlier, later in itertools.pairwise(rates) if later < 0.7 * earlier)
    assert 0.5 < fall < 0.6

    spoiled = []
    again = Word2Vec(**model.configuration.as_dict())
    model = again
    with pytest.warns(UserWarning, match="half the learning rate"), pytest.raises(DivergenceError):
        again.fit(text, on_progress=lambda progress: spoil(progress, 2), **kept)
    assert not again.is_trained


def test_the_command_line_keeps_the_good_vectors(tmp_path, capsys):
    model = Word2Vec(vector_size=10, min_count=1, epochs=1, workers=1).fit(text_of(3_000))
    model.output_vectors[5] = math.nan
    model.save(tmp_path / "model.safetensors")
    (tmp_path / "text.txt").write_text("\n".join(map(" ".join, text_of(3_000))))
    good = tmp_path / "good.safetensors"
    good.write_text("good")
    with pytest.raises(SystemExit) as left:
        cli.main(
            ["train", str(tmp_path / "text.txt"), "-o", str(good), "--continue", str(tmp_path / "model.safetensors"),
             "--json", "--quiet"]
        )  # fmt: skip
    printed = capsys.readouterr()
    assert left.value.code == 1
    assert printed.out == ""
    assert re.match(r"firth: error: training diverged in epoch 1, after [\d,]+ words: .*; hint: ", printed.err)
    assert printed.err.count("\n") == 1
    assert good.read_text() == "good"


@pytest.mark.filterwarnings("ignore:nothing was learned")
def test_an_epoch_in_which_nothing_was_learned_has_no_loss(tmp_path, capsys):
    lonely = [["a"], ["b"], ["c"]] * 100
    model = Word2Vec(min_count=1, epochs=2, validation=0.3).fit(lonely)
    assert model.loss_ == [None, None]
    assert model.validation_loss_ == []
    model.save(tmp_path / "model.safetensors")
    assert Word2Vec.load(tmp_path / "model.safetensors").loss_ == [None, None]
    (tmp_path / "text.txt").write_text("a\nb\n" * 100)
    with pytest.raises(SystemExit):
        cli.main(
            ["train", str(tmp_path / "text.txt"), "-o", str(tmp_path / "v.safetensors"), "--json", "--epochs", "1"]
        )
    assert json.loads(capsys.readouterr().out)["loss"] == [None]


def test_a_neural_language_model_says_so_too():
    options = NeuralOptions(optimizer="sgd", learning_rate=1e6, hidden_size=8, vector_size=8)
    told = r"diverged in epoch \d+, after [\d,]+ tokens of it: .*hint: learning_rate="
    with np.errstate(all="ignore"), pytest.raises(DivergenceError, match=told):
        NeuralModel.train(text_of(20_000, 50), options)
