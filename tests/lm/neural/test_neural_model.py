"""The neural model: gradients against central differences, probabilities, training, files."""

import math
from pathlib import Path

import numpy as np
import pytest

from firth.errors import FileFormatError, OptionError
from firth.lm import NeuralModel, NeuralOptions
from firth.lm.neural import fitting
from firth.lm.neural.fitting import learn
from firth.lm.neural.network import Masks
from firth.lm.neural.optimizers import Adam, Sgd
from firth.lm.neural.output_layers import Sampled, Update
from firth.lm.sentences import Sentences
from firth.objectives.hierarchical import hierarchical_softmax
from firth.objectives.softmax import softmax
from firth.vectors import WordVectors

WORDS = ["<unk>", "<s>", "</s>", "a", "b", "c", "d"]
COUNTS = np.array([1, 0, 9, 20, 8, 4, 2])
TEXT = [line.split() for line in ("a b c d", "a b c", "b c d a b", "c d") * 30]
OBJECTIVES = ["softmax", "hierarchical", "sampled"]


def tiny(objective: str, *, direct: bool = True) -> NeuralModel:
    chosen = NeuralOptions(context=2, vector_size=3, hidden_size=4, direct=direct, objective=objective)
    model = NeuralModel.untrained(WORDS, COUNTS, chosen, dtype=np.float64)
    random = np.random.default_rng(3)
    model.output.output_vectors[:] = random.normal(0, 0.5, model.output.output_vectors.shape)
    model.network.hidden_bias[:] = random.normal(0, 0.5, 4)
    return model


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("direct", [False, True])
@pytest.mark.parametrize("dropout", [False, True])
def test_gradients_are_central_differences(objective: str, direct: bool, dropout: bool) -> None:
    model = tiny(objective, direct=direct)
    network, output = model.network, model.output
    contexts = np.array([[1, 1], [1, 3], [3, 4], [4, 4], [6, 3]])
    targets = np.array([3, 4, 5, 2, 0])
    drawn = np.array([3, 3, 4, 6])
    masks = Masks.draw(network, 5, 0.4, np.random.default_rng(7)) if dropout else None

    def loss_of() -> tuple[float, np.ndarray, Update]:
        z = network.forward(contexts, masks).z
        return output.loss_against(z, targets, drawn) if isinstance(output, Sampled) else output.loss(z, targets)

    _, z_gradient, update = loss_of()
    gradients = network.backward(network.forward(contexts, masks), z_gradient, masks)
    inputs = np.zeros_like(network.input_vectors)
    np.add.at(inputs, contexts.ravel(), gradients.inputs.reshape(-1, 3))
    outputs = np.zeros_like(output.output_vectors)
    np.add.at(outputs, slice(None) if update.rows is None else update.rows, update.gradient)
    for parameter, gradient in [
        (network.input_vectors, inputs),
        (network.hidden_weights, gradients.hidden_weights),
        (network.hidden_bias, gradients.hidden_bias),
        (output.output_vectors, outputs),
    ]:
        for place in np.ndindex(parameter.shape):
            kept, losses = parameter[place], []
            for step in (1e-6, -1e-6):
                parameter[place] = kept + step
                losses.append(loss_of()[0])
            parameter[place] = kept
            assert gradient[place] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-7), place


def test_losses_are_those_of_the_objectives() -> None:
    z = np.random.default_rng(1).normal(size=(3, 11))
    targets = np.array([3, 2, 6])
    plain, tree = tiny("softmax").output, tiny("hierarchical").output
    rows = np.delete(plain.output_vectors, 1, axis=0)  # without <s>
    expected = sum(softmax(h, rows, target - 1)[0] for h, target in zip(z, targets, strict=True))
    assert plain.loss(z, targets)[0] == pytest.approx(expected)
    expected = sum(
        hierarchical_softmax(h, tree.output_vectors, tree.tree, int(tree.leaf_of[target]))[0]
        for h, target in zip(z, targets, strict=True)
    )
    assert tree.loss(z, targets)[0] == pytest.approx(expected)


def test_much_noise_makes_the_gradient_of_the_softmax() -> None:
    """For a normalised model the expected gradient of NCE tends to that of the likelihood (Mnih and Teh 2012)."""
    sampled = tiny("sampled").output
    assert isinstance(sampled, Sampled)
    z = np.random.default_rng(1).normal(size=(1, 11))
    logs = sampled.log_probabilities(z)[0]
    # shift the biases, so that exp(score) is the probability itself
    scores = sampled.output_vectors @ z[0]
    sampled.output_vectors[:, -1] += (np.where(np.isfinite(logs), logs, scores) - scores) / z[0, -1]
    noise = np.random.default_rng(5).choice(len(WORDS), 200_000, p=sampled.noise)
    found = np.zeros_like(sampled.output_vectors)
    _, _, update = sampled.loss_against(z, np.array([4]), noise)
    np.add.at(found, update.rows, update.gradient)
    exact = Sampled.__mro__[1].loss(sampled, z, np.array([4]))[2].gradient
    np.testing.assert_allclose(np.delete(found, 1, axis=0), np.delete(exact, 1, axis=0), atol=0.03)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_probabilities_sum_to_one_and_steps_agree_with_batches(objective: str) -> None:
    model = tiny(objective)
    for history in ("", "a", "a b", "d d d", "zebra"):
        state = model.state_after(history)
        values = model.log_probabilities(state)
        assert np.exp(values).sum() == pytest.approx(1)
        assert values[1] == -np.inf
        for word_id in (0, 2, 3, 6):
            assert model.step_id(state, word_id)[0] == pytest.approx(values[word_id])
    text = [["a", "zebra", "b"], [], ["d"]]
    assert model.score_all(text) == pytest.approx([model.score(sentence) for sentence in text])
    assert model.score("a b", start=False) == pytest.approx(model.score("a b"))  # what is not known is taken for <s>


def test_streams_show_each_token_behind_its_context() -> None:
    stream, places = Sentences(np.array([3, 4, 5]), np.array([0, 2, 2, 3])).stream(2)
    rows = [[*stream[place - 2 : place], stream[place]] for place in places]
    assert [[int(i) for i in row] for row in rows] == [[1, 1, 3], [1, 3, 4], [3, 4, 2], [1, 1, 2], [1, 1, 5], [1, 5, 2]]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"objective": "hierarchical"},
        {"objective": "sampled", "noise_words": 64},
        {"direct": True, "dropout": 0.1, "weight_decay": 1e-4},
        {"optimizer": "sgd", "learning_rate": 0.3},
    ],
)
def test_training_learns_the_cycle(options: dict[str, object]) -> None:
    chosen = NeuralOptions(**{"vector_size": 8, "hidden_size": 8, "context": 2, "epochs": 30, "batch_size": 16,
                              "learning_rate": 0.02, **options})  # fmt: skip
    model = NeuralModel.train(TEXT, chosen)
    assert model.history[-1].loss < model.history[0].loss
    # what the text itself leaves open is about 2 a token: where a sentence begins and ends
    assert model.perplexity(TEXT).perplexity < 2.3
    assert model.predict("a b", 1)[0][0] == "c"


def test_early_stopping_keeps_the_best_epoch() -> None:
    options = NeuralOptions(
        vector_size=8, hidden_size=8, context=2, epochs=40, batch_size=4, learning_rate=0.05, patience=2
    )
    random = np.random.default_rng(0)
    noise = [[WORDS[i] for i in random.integers(3, 7, 6)] for _ in range(12)]
    held_out = [[WORDS[i] for i in random.integers(3, 7, 6)] for _ in range(12)]
    model = NeuralModel.train(noise, options, held_out=held_out)
    seen = [epoch.held_out_perplexity for epoch in model.history]
    assert len(seen) < 40
    assert model.perplexity(held_out).perplexity == pytest.approx(min(seen))
    assert int(np.argmin(seen)) == len(seen) - 1 - options.patience


def test_vectors_go_in_frozen_and_come_out() -> None:
    given = WordVectors(["a", "b", "elsewhere"], np.arange(15, dtype=np.float32).reshape(3, 5))
    options = NeuralOptions(hidden_size=4, context=2, epochs=1, freeze_vectors=True)
    model = NeuralModel.train(TEXT, options, vectors=given)
    assert model.vectors.vector_size == 5
    np.testing.assert_array_equal(model.vectors["b"], given["b"])
    moved = NeuralModel.train(TEXT, NeuralOptions(hidden_size=4, context=2, epochs=1), vectors=given)
    assert not np.array_equal(moved.vectors["b"], given["b"])


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_files_give_the_same_model(objective: str, tmp_path: Path) -> None:
    options = NeuralOptions(vector_size=4, hidden_size=4, context=2, epochs=1, objective=objective)
    model = NeuralModel.train(TEXT, options, held_out=TEXT)
    model.save(tmp_path / "model.safetensors")
    again = NeuralModel.load(tmp_path / "model.safetensors")
    assert (again.words, again.options, again.history) == (model.words, model.options, model.history)
    assert again.perplexity(TEXT) == model.perplexity(TEXT)
    WordVectors(["a"], [[1.0]]).save(tmp_path / "vectors.safetensors")
    with pytest.raises(FileFormatError, match="nplm"):
        NeuralModel.load(tmp_path / "vectors.safetensors")


def test_sgd_follows_the_schedule_of_the_paper() -> None:
    optimizer = Sgd(0.5, slowing=1.0)
    parameter = np.array([[1.0, 2.0], [3.0, 4.0]])
    for _ in range(2):  # 0.5, then 0.5 / 2
        optimizer.begin(0.0)
        optimizer.move("p", parameter, Update(np.array([1, 1]), np.array([[1.0, 0.0], [1.0, 0.0]])))
    np.testing.assert_allclose(parameter, [[1, 2], [3 - 2 * 0.75, 4]])


def test_adam_by_hand() -> None:
    optimizer = Adam(0.1)
    parameter = np.array([[1.0], [5.0]])
    mean = square = 0.0
    expected = 1.0
    for updates, gradient in enumerate([2.0, -1.0, 0.5], 1):
        optimizer.begin(0.0)
        halves = np.array([[gradient / 2], [gradient / 2]])
        optimizer.move("p", parameter, Update(np.array([0, 0]), halves))
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        expected -= 0.1 * (mean / (1 - 0.9**updates)) / (math.sqrt(square / (1 - 0.999**updates)) + 1e-8)
    np.testing.assert_allclose(parameter, [[expected], [5.0]])


def test_a_step_goes_down_the_mean_gradient() -> None:
    model = tiny("softmax")
    contexts, targets = np.array([[1, 3], [3, 4]]), np.array([4, 5])
    before = model.output.loss(model.network.forward(contexts).z, targets)[0]
    learn(model, Sgd(0.1), contexts, targets, np.random.default_rng(0))
    assert model.output.loss(model.network.forward(contexts).z, targets)[0] < before


@pytest.mark.parametrize(
    "option",
    [
        {"context": 0}, {"hidden_size": 0}, {"objective": "magic"}, {"optimizer": "magic"}, {"dropout": 1.0},
        {"learning_rate": 0.0}, {"weight_decay": -1.0}, {"patience": 0},
    ],
)  # fmt: skip
def test_options_that_make_no_sense(option: dict[str, object]) -> None:
    with pytest.raises(OptionError, match="expected"):
        NeuralOptions(**option)


@pytest.mark.parametrize("rows", [None, np.array([0])])
@pytest.mark.parametrize("kind", [Adam, Sgd])
def test_decay_pulls_what_is_moved_towards_zero(kind: type[Adam] | type[Sgd], rows: np.ndarray | None) -> None:
    optimizer, parameter = kind(0.1), np.array([[10.0], [20.0]])
    for _ in range(2):
        optimizer.begin(0.0)
        optimizer.move("p", parameter, Update(rows, np.zeros_like(parameter if rows is None else parameter[:1])), 0.5)
    shrunk = (1 - 0.1 * 0.5) ** 2
    np.testing.assert_allclose(parameter, [[10 * shrunk], [20 * (shrunk if rows is None else 1)]], rtol=1e-7)


def test_the_rate_of_adam_falls_to_zero() -> None:
    optimizer, parameter = Adam(0.1), np.array([[1.0]])
    moved = []
    for progress in (0.0, 0.5, 1.0):
        optimizer.begin(progress)
        before = parameter.item()
        optimizer.move("p", parameter, Update(None, np.array([[3.0]])))
        moved.append(before - parameter.item())
    assert moved == pytest.approx([0.1, 0.05, 0.0])  # the same gradient each time: its mean over its size is 1


def test_dropout_keeps_the_mean() -> None:
    masks = Masks.draw(tiny("softmax").network, 5000, 0.25, np.random.default_rng(1))
    for mask, size in ((masks.inputs, 6), (masks.hidden, 4)):
        assert mask.shape == (5000, size)
        assert set(np.unique(mask).round(6)) == {0.0, round(1 / 0.75, 6)}
        assert mask.mean() == pytest.approx(1, abs=0.03)


def test_a_text_of_many_parts_is_learned_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part in each epoch once, whatever their order; a text of one part does not feel that there are parts."""
    text = [["a", "b"], ["b", "c", "a"], [], ["c"]] * 20
    options = NeuralOptions(vector_size=4, hidden_size=4, epochs=2, batch_size=8, context=2)
    whole = NeuralModel.train(text, options)
    learned: list[int] = []
    monkeypatch.setattr(fitting, "_PART", 30)
    monkeypatch.setattr(fitting, "learn", lambda *step: learned.append(step[3]) or learn(*step))
    parts = NeuralModel.train(text, options)
    counts = np.bincount(np.concatenate(learned), minlength=6)
    assert counts.tolist() == (2 * parts.counts).tolist() == [0, 0, 160, 80, 80, 80]
    assert parts.history[-1].loss == pytest.approx(whole.history[-1].loss, rel=0.1)
