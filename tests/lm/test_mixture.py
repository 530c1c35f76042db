"""Mixtures: sums, weights known in advance, and what EM and Newton's method must find."""

import numpy as np
import pytest
import scipy.optimize
from scipy.special import logsumexp

from firth.errors import OptionError
from firth.lm import LanguageModel, LinearMixture, LogLinearMixture, NgramModel, language_model, mixture
from firth.lm.language_model import State
from firth.lm.token_scores import Floats

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

    def log_probabilities(self, state: State) -> Floats:
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


SHARP = [Fixed([0, 0, 0.085, 0.7085, 0.2065, 0]), Fixed([0, 0, 0.997, 0.0006, 0.0024, 0])]
FLAT = [Fixed([0, 0, 0.25, 0.26, 0.25, 0.24]), Fixed([0, 0, 0.3, 0.2, 0.25, 0.25])]
BEST_ALONE = [Fixed([0, 0, 0.25, 0.5, 0.25, 0]), Fixed([0, 0, 0.25, 0.05, 0.7, 0])]
TEXTS = {
    "n-grams": [["a", "b", "c"], ["b", "c", "a", "b"], ["c", "b", "zebra"]],
    "three n-grams": [["a", "b", "c"], ["b", "c", "a", "b"], ["c", "b", "zebra"]],
    "sharp": [["a", "a", "b"], ["a"], ["a"]],  # a full step of Newton's overshoots
    "flat": [["a", "a", "b", "a"], ["a"]],  # weights of many times 1
    "one of no use": [["a", "a", "a"], ["a", "b"]],  # would be below 0
}


def each_log_probability(models: list[LanguageModel], text: list[list[str]]) -> list[tuple[np.ndarray, int]]:
    """log p of the words that all models hold possible (models, words), and the place of the word that came."""
    found = []
    for sentence in text:
        for place, word in enumerate([*sentence, "</s>"]):
            values = np.stack([model.log_probabilities(model.state_after(sentence[:place])) for model in models])
            possible = np.isfinite(values).all(axis=0)
            target = models[0].index.get(word, 0)
            assert possible[target]
            found.append((values[:, possible], int(possible[:target].sum())))
    return found


def test_models_that_are_all_worse_than_none_leave_every_word_the_same() -> None:
    wrong = LogLinearMixture([Fixed([0, 0, 0.1, 0.8, 0.1, 0]), Fixed([0, 0, 0.2, 0.7, 0.1, 0])]).fit([["b"]] * 3)
    assert wrong.weights.tolist() == [0, 0]
    assert np.exp(wrong.log_probabilities(wrong.start())) == pytest.approx([0, 0, 1 / 3, 1 / 3, 1 / 3, 0])


@pytest.mark.parametrize("name", TEXTS)
def test_log_linear_weights_are_those_of_another_optimiser(name: str, models: list[NgramModel]) -> None:
    mixed: list[LanguageModel] = list(
        {
            "n-grams": models[:2], "three n-grams": models, "sharp": SHARP, "flat": FLAT, "one of no use": BEST_ALONE
        }[name]
    )  # fmt: skip
    values = each_log_probability(mixed, TEXTS[name])

    def loss(weights: np.ndarray) -> float:
        return float(-sum(weights @ v[:, target] - logsumexp(weights @ v) for v, target in values))

    bounds = [(0, None)] * len(mixed)
    start = np.full(len(mixed), 1 / len(mixed))
    best = scipy.optimize.minimize(loss, start, bounds=bounds, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-9})
    told: list[tuple[int, int | None]] = []
    fitted = LogLinearMixture(mixed).fit(TEXTS[name], progress=lambda *done: told.append(done))
    assert fitted.weights == pytest.approx(best.x, rel=1e-3, abs=1e-4)
    assert loss(fitted.weights) <= best.fun + 1e-9
    assert -fitted.score_all(TEXTS[name]).sum() == pytest.approx(loss(fitted.weights))
    # concave: no chord lies above the curve
    random = np.random.default_rng(4)
    for first, second in random.exponential(2, (20, 2, len(mixed))):
        assert loss((first + second) / 2) <= (loss(first) + loss(second)) / 2 + 1e-9


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


def test_weights_do_not_depend_on_how_many_tokens_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    text = [["a"], ["a", "c"], ["c"], ["zebra"]] * 9
    expected = LinearMixture([MOSTLY_A, MOSTLY_C]).fit(text).weights
    monkeypatch.setattr(mixture, "_AT_A_TIME", 5)
    monkeypatch.setattr(language_model, "_AT_A_TIME", 7)
    assert LinearMixture([MOSTLY_A, MOSTLY_C]).fit(text).weights == pytest.approx(expected)
