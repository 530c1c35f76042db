"""Mixtures: sums, weights known in advance, and what EM must do."""

import numpy as np
import pytest

from firth.errors import OptionError
from firth.lm import LanguageModel, LinearMixture, LogLinearMixture, NgramModel
from firth.lm.language_model import Floats, State

TEXT = [line.split() for line in ("a b c a b", "a b", "c a b c", "b a", "a c", "b c a") * 4]


class Fixed(LanguageModel):
    """The same distribution after every history."""

    def __init__(self, probabilities: list[float]) -> None:
        self.words = ["<unk>", "<s>", "</s>", "a", "b", "c"]
        with np.errstate(divide="ignore"):
            self.values = np.log(probabilities)

    def start(self) -> State:
        return ()

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        return float(self.values[word_id]), state

    def log_probabilities(self, state: State) -> Floats:  # noqa: ARG002
        return self.values.copy()


MOSTLY_A = Fixed([0, 0, 0.25, 0.5, 0.25, 0])
MOSTLY_C = Fixed([0, 0, 0.25, 0, 0.25, 0.5])


@pytest.fixture(scope="module")
def models() -> list[NgramModel]:
    return [NgramModel.train(TEXT, order, smoothing="witten-bell") for order in (1, 2, 3)]


@pytest.mark.parametrize("kind", [LinearMixture, LogLinearMixture])
def test_mixtures_sum_to_one_and_steps_agree(kind: type[LinearMixture], models: list[NgramModel]) -> None:
    mixture = kind(models, [0.2, 0.5, 0.3])
    for history in ("", "a b", "c c c", "zebra"):
        state = mixture.state_after(history)
        values = mixture.log_probabilities(state)
        assert np.exp(values).sum() == pytest.approx(1)
        for word_id in (0, 2, 4):
            assert mixture.step_id(state, word_id)[0] == pytest.approx(values[word_id])
    text = [["a", "b"], [], ["zebra", "c"]]
    assert mixture.score_all(text) == pytest.approx([mixture.score(sentence) for sentence in text])
    assert mixture.score("a b", start=False) > -np.inf


def test_mixtures_by_hand() -> None:
    linear = LinearMixture([MOSTLY_A, MOSTLY_C], [3, 1])
    assert np.exp(linear.log_probabilities(linear.start())) == pytest.approx([0, 0, 0.25, 0.375, 0.25, 0.125])
    both = LogLinearMixture([Fixed([0, 0, 0.25, 0.5, 0.25, 0]), Fixed([0, 0, 0.25, 0.25, 0.5, 0])], [2, 1])
    weights = np.array([0, 0, 0.25**3, 0.5**2 * 0.25, 0.25**2 * 0.5, 0])
    assert np.exp(both.log_probabilities(both.start())) == pytest.approx(weights / weights.sum())


def test_em_finds_the_weights_of_the_text() -> None:
    # a and c come 3 to 1, and each is possible under one model only: the weights are 3/4 and 1/4
    mixture = LinearMixture([MOSTLY_A, MOSTLY_C]).fit([["a"], ["a"], ["a"], ["c"]] * 5)
    assert mixture.weights == pytest.approx([0.75, 0.25], abs=1e-5)


def test_em_never_makes_it_worse(models: list[NgramModel]) -> None:
    held_out = [["a", "b", "c"], ["b", "c", "a", "b"]]
    mixture = LinearMixture(models)
    before = mixture.perplexity(held_out).perplexity
    fitted = mixture.fit(held_out)
    after = fitted.perplexity(held_out).perplexity
    assert after <= before
    assert after <= min(model.perplexity(held_out).perplexity for model in models) + 1e-3
    assert fitted.weights.sum() == pytest.approx(1)


def test_newton_finds_a_maximum(models: list[NgramModel]) -> None:
    held_out = [["a", "b", "c"], ["b", "c", "a", "b"], ["c", "b", "zebra"]]
    fitted = LogLinearMixture(models[:2]).fit(held_out)
    best = fitted.perplexity(held_out).perplexity
    for change in ([0.05, 0], [0, 0.05], [-0.05, 0], [0, -0.05]):
        other = LogLinearMixture(models[:2], np.maximum(fitted.weights + change, 1e-9).tolist())
        assert other.perplexity(held_out).perplexity >= best - 1e-9


def test_mixtures_that_make_no_sense(models: list[NgramModel]) -> None:
    other = NgramModel.train([["x", "y"]], 1, smoothing="witten-bell")
    for arguments in (
        ([models[0]],),
        ([models[0], other],),
        (models, [1.0]),
        (models, [0, 0, 0]),
        (models, [-1, 1, 1]),
    ):
        with pytest.raises(OptionError, match="expected"):
            LinearMixture(*arguments)
