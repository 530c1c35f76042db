"""Scoring a text at once gives what scoring it step by step gives, wherever it is cut."""

import warnings

import numpy as np
import pytest

from firth.lm import NgramModel, batches
from firth.lm.sentences import Sentences
from firth.lm.smoothing import SMOOTHINGS, DiscountWarning

RANDOM = np.random.default_rng(11)
TEXT = [[f"w{i}" for i in np.minimum(RANDOM.zipf(1.4, size), 30)] for size in (40, 0, 3, 1, 25, 60, 0, 2)]
OTHER = [["w1", "w30", "w30", "w29", "w2", "w1"], [], ["new", "w1", "new", "new", "w1", "w2", "w3"], *TEXT[2:5]]


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
