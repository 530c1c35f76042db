"""What is written once over the interface, on a model small enough to work out by hand."""

import math

import numpy as np
import pytest

from firth.errors import OptionError
from firth.lm import LanguageModel, language_model
from firth.lm.language_model import Floats, State


class Weather(LanguageModel):
    """Sun and rain follow each other by a table; a sentence ends with probability 0.1 after any word."""

    def __init__(self) -> None:
        self.words = ["<unk>", "<s>", "</s>", "sun", "rain"]

    table = np.array([[0.05, 0, 0.1, 0.6, 0.25], [0.05, 0, 0.1, 0.75, 0.1], [0.05, 0, 0.1, 0.15, 0.7]])

    def start(self) -> State:
        return (0,)

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        return float(self.log_probabilities(state)[word_id]), (max(word_id - 2, 0),)

    def log_probabilities(self, state: State) -> Floats:
        with np.errstate(divide="ignore"):
            return np.log(self.table[state[0] if state else 0])


MODEL = Weather()


def test_score_multiplies_the_steps() -> None:
    expected = math.log(0.6 * 0.75 * 0.1 * 0.1)
    assert MODEL.score("sun sun rain") == pytest.approx(expected)
    assert MODEL.score(["sun", "sun", "rain"]) == pytest.approx(expected)
    assert MODEL.score("sun sun rain", end=False) == pytest.approx(expected - math.log(0.1))
    assert MODEL.score("", end=True) == pytest.approx(math.log(0.1))
    assert MODEL.score_all([["sun"], [], ["snow"]]) == pytest.approx([math.log(p) for p in (0.06, 0.1, 0.005)])


def test_perplexity_counts_what_it_says() -> None:
    text = [["sun", "snow"], ["rain"]]
    probabilities = [0.6, 0.05, 0.1, 0.25, 0.1]  # sun snow </s> rain </s>
    result = MODEL.perplexity(text)
    assert (result.tokens, result.sentences, result.unknown, result.with_end) == (5, 2, 1, True)
    assert result.perplexity == pytest.approx(np.prod(probabilities) ** (-1 / 5))
    assert result.known_perplexity == pytest.approx((np.prod(probabilities) / 0.05) ** (-1 / 4))
    words_only = MODEL.perplexity(text, end=False)
    assert (words_only.tokens, words_only.unknown, words_only.with_end) == (3, 1, False)
    assert words_only.perplexity == pytest.approx((0.6 * 0.05 * 0.25) ** (-1 / 3))


def test_progress_counts_the_tokens_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_model, "_REPORTED", 3)
    told: list[tuple[int, int | None]] = []
    text = [["sun", "rain"], [], ["rain", "sun", "snow", "sun"], ["sun"]] * 3
    assert MODEL.perplexity(text, progress=lambda *done: told.append(done)) == MODEL.perplexity(text)
    assert told[-1] == (33, 33)
    assert len(told) > 3
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    np.testing.assert_array_equal(MODEL.score_all(text, progress=lambda *_: None), MODEL.score_all(text))


def test_predict_gives_the_best_first() -> None:
    assert MODEL.predict("sun", 3) == [
        ("sun", pytest.approx(0.75)),
        ("</s>", pytest.approx(0.1)),
        ("rain", pytest.approx(0.1)),
    ]
    assert [word for word, _ in MODEL.predict((), 99)] == ["sun", "rain", "</s>", "<unk>"]  # never <s>


def test_generate_draws_from_the_distribution() -> None:
    firsts = [MODEL.generate(seed=seed, max_words=1) for seed in range(2000)]
    share = sum(words == ["sun"] for words in firsts) / len(firsts)
    assert ["<unk>"] not in firsts
    assert share == pytest.approx(0.6 / 0.95, abs=0.04)
    assert MODEL.generate("sun", seed=3) == MODEL.generate("sun", seed=3)
    assert MODEL.generate(temperature=0, max_words=3) == ["sun"] * 3
    assert MODEL.generate("rain", top_k=1, max_words=3) == ["rain"] * 3
    lengths = [len(MODEL.generate(seed=seed, max_words=1000)) for seed in range(2000)]
    assert np.mean(lengths) == pytest.approx(8.5, abs=0.6)  # </s> with 0.1 / 0.95: mean (1 - q) / q


def test_low_temperatures_prefer_the_best() -> None:
    cold = [MODEL.generate(seed=seed, temperature=0.5, max_words=1) for seed in range(1500)]
    weights = np.array([0.1, 0.6, 0.25]) ** 2
    assert sum(words == ["sun"] for words in cold) / 1500 == pytest.approx(weights[1] / weights.sum(), abs=0.04)


@pytest.mark.parametrize("option", [{"temperature": -1}, {"top_k": 0}])
def test_options_that_make_no_sense(option: dict[str, float]) -> None:
    with pytest.raises(OptionError, match="expected"):
        MODEL.generate(**option)
