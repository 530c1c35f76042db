"""CBOW matrices as a language model."""

import numpy as np
import pytest

from firth.errors import LanguageModelWarning, OptionError
from firth.lm import CbowModel
from firth.objectives.hierarchical import hierarchical_softmax, huffman_tree
from firth.objectives.softmax import softmax

WORDS = ["a", "</s>", "b", "c"]
COUNTS = np.array([9, 5, 3, 2])
RANDOM = np.random.default_rng(2)
INPUTS, OUTPUTS = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(4, 3))


def model(objective: str) -> CbowModel:
    outputs = OUTPUTS[: 3 if objective == "hierarchical" else 4]
    return CbowModel(WORDS, COUNTS, INPUTS, outputs, objective=objective, window=2)


@pytest.mark.parametrize("objective", ["softmax", "hierarchical"])
def test_probabilities_are_those_of_the_objective(objective: str) -> None:
    read = model(objective)
    assert read.words == ["<unk>", "<s>", "</s>", "a", "b", "c"]
    # behind "c a b" stand the vectors of a and b; behind nothing h = 0
    for history, hidden in (("c a b", (INPUTS[0] + INPUTS[2]) / 2), ("", np.zeros(3)), ("zebra a", INPUTS[0])):
        values = read.log_probabilities(read.state_after(history))
        assert np.exp(values).sum() == pytest.approx(1)
        for row, word in enumerate(WORDS):
            if objective == "softmax":
                expected = softmax(hidden, OUTPUTS, row)[0]
            else:
                expected = hierarchical_softmax(hidden, OUTPUTS[:3], huffman_tree(COUNTS), row)[0]
            assert -values[read.index[word]] == pytest.approx(expected)
            assert -read.step(read.state_after(history), word)[0] == pytest.approx(expected)
        assert values[0] == values[1] == -np.inf


@pytest.mark.parametrize("objective", ["softmax", "hierarchical"])
def test_batches_agree_with_steps(objective: str) -> None:
    read = model(objective)
    text = [["a", "b", "c", "a"], [], ["b"], ["a", "zebra", "b"]]
    assert read.score_all(text) == pytest.approx([read.score(sentence) for sentence in text])
    with pytest.warns(LanguageModelWarning, match="only the one without unknown words"):
        assert np.isfinite(read.perplexity(text).known_perplexity)


def test_what_is_no_language_model() -> None:
    for words, objective, outputs in (
        (WORDS, "negative", OUTPUTS),
        (WORDS, "hierarchical", OUTPUTS),
        (["a", "b", "c", "d"], "softmax", OUTPUTS),
        (["a", "</s>", "<s>", "d"], "softmax", OUTPUTS),
    ):
        with pytest.raises(OptionError, match="expected"):
            CbowModel(words, COUNTS, INPUTS, outputs, objective=objective, window=2)
