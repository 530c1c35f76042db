"""What is written once over the interface, on a model small enough to work out by hand."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firth.errors import OptionError, SourceError, WrongType
from firth.kernels.ngram import batches
from firth.lm import LanguageModel, LogLinearMixture, NgramModel, language_model
from firth.lm.language_model import State
from firth.lm.token_scores import Floats


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


@pytest.mark.parametrize("mark", ["<s>", "</s>"])
def test_marks_of_sentences_are_refused_wherever_a_sentence_is_given(mark: str) -> None:
    model = NgramModel.train([["a", "b"]], 2, smoothing="witten-bell")
    for sentence in (f"a {mark} b", ["a", mark, "b"]):
        for use in (model.score, model.full_scores, model.predict, model.generate, model.state_after):
            with pytest.raises(SourceError, match=f"the sentence holds the token {mark}, expected sentences without"):
                use(sentence)
    for use in (model.perplexity, model.score_all, model.full_scores_all):
        with pytest.raises(SourceError, match=f"the text holds the token {mark}, expected sentences without"):
            use([["a", mark]])


@pytest.mark.parametrize("sentence", [["a", 1], ["a", None], [b"a"], b"a", 3, ["a", float("nan")]])
def test_tokens_that_are_no_words_are_refused(sentence: object) -> None:
    for use in (MODEL.score, MODEL.full_scores, MODEL.predict, MODEL.generate):
        with pytest.raises(WrongType, match="expected"):
            use(sentence)  # type: ignore[operator]


def test_a_sentence_ends_where_only_unknown_words_were_seen() -> None:
    model = NgramModel.train([["a", "x"], ["a", "y"]], 2, smoothing="maximum-likelihood", min_count=2)
    assert model.predict(["a"]) == [("<unk>", pytest.approx(1))]
    for options in ({"seed": 1}, {"temperature": 0}, {"seed": 1, "top_k": 1}, {"seed": 1, "temperature": 1e-320}):
        assert model.generate(["a"], **options) == []
        assert model.generate(**options) == ["a"]  # after which <unk> alone follows
    mixture = LogLinearMixture([model, model])
    assert mixture.generate(["a"], seed=1) == []


def test_full_scores_are_the_parts_of_a_score() -> None:
    for options in ({}, {"start": False}, {"end": False}):
        parts = MODEL.full_scores("sun snow", **options)
        assert sum(part.log10_probability for part in parts) * math.log(10) == pytest.approx(
            MODEL.score("sun snow", **options)
        )
    assert [(part.ngram_length, part.is_unknown) for part in MODEL.full_scores("sun snow")] == [
        (None, False),
        (None, True),
        (None, False),
    ]
    everything = MODEL.full_scores_all([["sun", "snow"], [], ["rain"]])
    assert everything.bounds.tolist() == [0, 3, 4, 6]
    assert everything.is_unknown.tolist() == [False, True, False, False, False, False]
    assert everything.ngram_lengths is None
    assert 10**everything.log10_probabilities == pytest.approx([0.6, 0.05, 0.1, 0.1, 0.25, 0.1])


@pytest.mark.parametrize("order", [1, 2, 4])
def test_full_scores_are_those_of_kenlm(order: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kenlm = pytest.importorskip("kenlm")
    random = np.random.default_rng(5)
    text = [random.choice(list("abcdefgh"), size).tolist() for size in random.integers(0, 12, 200)]
    model = NgramModel.train(text, order, smoothing="witten-bell", min_count=12)
    model.write_arpa(tmp_path / "m.arpa")
    # KenLM begins with bigrams
    other = None if order == 1 else kenlm.Model(str(tmp_path / "m.arpa"))
    asked = [random.choice(list("abcdefghxyz"), size).tolist() for size in random.integers(1, 12, 60)]
    for options in ({"start": a, "end": b} for a in (True, False) for b in (True, False)):
        for sentence in asked if other else []:
            ours = model.full_scores(sentence, **options)
            theirs = list(other.full_scores(" ".join(sentence), bos=options["start"], eos=options["end"]))
            assert [part[1:] for part in ours] == [part[1:] for part in theirs]
            np.testing.assert_allclose([part[0] for part in ours], [part[0] for part in theirs], rtol=3e-6)
    one_by_one = [part for sentence in asked for part in model.full_scores(sentence)]
    for worth, has_table in ((0, False), (16, order > 1)):  # by binary search, and by the hash table
        monkeypatch.setattr(batches, "WORTH", worth)
        fresh = NgramModel(model.words, model.trie, model.log10_probabilities, model.log10_backoffs, model.info)
        for together in (fresh.full_scores_all(asked), fresh.full_scores_all(asked)):
            assert together.ngram_lengths is not None
            assert together.ngram_lengths.tolist() == [part.ngram_length for part in one_by_one]
            assert together.is_unknown.tolist() == [part.is_unknown for part in one_by_one]
            np.testing.assert_allclose(together.log10_probabilities, [part[0] for part in one_by_one], rtol=1e-12)
        assert (fresh._table is not None) == has_table or order == 1


@pytest.mark.parametrize(
    "option",
    [
        {"temperature": "warm"},
        {"temperature": math.nan},
        {"temperature": math.inf},
        {"top_k": 1.5},
        {"max_words": -1},
        {"max_words": "9"},
        {"seed": -1},
        {"seed": "x"},
    ],
)
def test_options_of_the_wrong_type_or_range(option: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match=f"{next(iter(option))}=.*, expected"):
        MODEL.generate(**option)
