"""Scoring a text at once gives what scoring it step by step gives, wherever it is cut."""

import warnings

import numpy as np
import pytest

from firth.lm import NgramModel, batches, tables
from firth.lm.sentences import Sentences
from firth.lm.smoothing import SMOOTHINGS, DiscountWarning

RANDOM = np.random.default_rng(11)
TEXT = [[f"w{i}" for i in np.minimum(RANDOM.zipf(1.4, size), 30)] for size in (40, 0, 3, 1, 25, 60, 0, 2)]
OTHER = [["w1", "w30", "w30", "w29", "w2", "w1"], [], ["new", "w1", "new", "new", "w1", "w2", "w3"], *TEXT[2:5]]
OTHER += [["w1", "<s>", "w2"], TEXT[5] * 3, TEXT[0]]  # <s> is never predicted; more than are looked up together


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize("worth", [1 << 20, 0], ids=["table", "trie"])
def test_batches_are_steps(smoothing: str, order: int, chunk: int, worth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DiscountWarning)
        model = NgramModel.train(TEXT, order, smoothing=smoothing)
    monkeypatch.setattr(batches, "CHUNK", chunk)
    monkeypatch.setattr(batches, "WORTH", worth)
    expected = []
    for sentence in OTHER:
        state = model.start()
        for word in [*sentence, "</s>"]:
            value, state = model.step(state, word)
            expected.append(value)
    index = model.index
    ids = [index.get(word, 0) for sentence in OTHER for word in sentence]
    bounds = np.cumsum([0, *(len(sentence) for sentence in OTHER)])
    found = model.token_log_probabilities(Sentences(np.array(ids, np.int32), bounds), workers=2)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_n_grams_that_wrap_round_their_level_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that starts near the end of a level goes on at the level's first slot."""
    monkeypatch.setattr(batches, "WORTH", 1 << 20)
    wrapped = 0
    for seed in range(30):
        random = np.random.default_rng(seed)
        text = [[f"w{i}" for i in random.integers(0, 9, 12)] for _ in range(4)]
        model = NgramModel.train(text, 3, smoothing="witten-bell")
        scores = model.score_all(text, workers=1)
        assert scores == pytest.approx([model.score(sentence) for sentence in text])
        starts = tables.slots_of(model.trie)
        for level in (1, 2):
            keys = model._slots["key"][starts[level] : starts[level + 1]]
            homes = np.array([tables.home_of(key, len(keys)) if key else 0 for key in keys])
            wrapped += int((homes > np.arange(len(keys))).sum())
    assert wrapped > 0
