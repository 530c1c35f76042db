"""A frozen run: the losses of ten epochs of each model, as numbers. Who changes what is learned changes them.

They were computed once, with one worker, on a processor with AVX-512, and hold to 1e-3 elsewhere: sums may be taken in
another order. A change of them is a change of the models' results, to be explained and measured; then run

    python tests/test_frozen.py
"""

import itertools

import numpy as np
import pytest

from firth import Word2Vec
from firth.training.configuration import Configuration

LOSSES = {
    ("skipgram", "negative"): [2.68147, 1.76551, 1.72003, 1.71106, 1.69793, 1.62558, 1.64219, 1.5965, 1.57501, 1.53894],
    ("skipgram", "hierarchical"): [
        3.9346,
        3.21581,
        3.12214,
        3.08736,
        3.07041,
        3.04799,
        3.04596,
        3.03114,
        3.0142,
        2.99887,
    ],
    ("skipgram", "softmax"): [3.74063, 3.08204, 3.05964, 3.04338, 3.03701, 3.022, 3.0246, 3.00824, 2.9979, 2.98518],
    ("cbow", "negative"): [2.55794, 1.78405, 1.7672, 1.64216, 1.69998, 1.69231, 1.6704, 1.60865, 1.57867, 1.57646],
    ("cbow", "hierarchical"): [
        3.74277,
        3.19693,
        3.13656,
        3.10089,
        3.07545,
        3.05027,
        3.04184,
        3.01975,
        2.99644,
        2.97703,
    ],
    ("cbow", "softmax"): [3.80183, 3.09894, 3.06357, 3.0438, 3.03211, 3.01636, 3.01825, 3.00575, 2.99276, 2.98144],
}

# Several lanes of a job begin a round at the same rows; full softmax learns as it does without.
DETERMINISTIC = {
    ("skipgram", "negative"): [
        2.79185,
        1.84461,
        1.76592,
        1.73783,
        1.70132,
        1.66914,
        1.62652,
        1.59768,
        1.58237,
        1.55506,
    ],
    ("skipgram", "hierarchical"): [
        4.00902,
        3.23197,
        3.12074,
        3.08708,
        3.07011,
        3.04675,
        3.0455,
        3.03084,
        3.01445,
        2.99952,
    ],
    ("cbow", "negative"): [2.61954, 1.78514, 1.72475, 1.66651, 1.67811, 1.70127, 1.63156, 1.59205, 1.58367, 1.58766],
    ("cbow", "hierarchical"): [3.77667, 3.20721, 3.14114, 3.10523, 3.08031, 3.05326, 3.0427, 3.02002, 2.9966, 2.97758],
}


def text():
    """Sentences of 24 words over 120 words in four topics, frequent and rare ones."""
    random = np.random.default_rng(11)
    shares = 1 / np.arange(1, 31)
    ranks = random.choice(30, (400, 24), p=shares / shares.sum())
    return [[f"w{4 * rank + number % 4}" for rank in sentence] for number, sentence in enumerate(ranks)]


def losses(architecture, objective, deterministic=False):
    rate = Configuration(architecture=architecture, objective=objective).first_learning_rate  # of a long text
    model = Word2Vec(
        architecture=architecture, objective=objective, vector_size=24, window=4, min_count=1, sample=0.01, epochs=10,
        workers=1, seed=1, deterministic=deterministic, learning_rate=rate,
    )  # fmt: skip
    return model.fit(text()).loss_


@pytest.mark.parametrize(("architecture", "objective"), LOSSES)
def test_the_losses_are_what_they_were(architecture, objective):
    np.testing.assert_allclose(losses(architecture, objective), LOSSES[architecture, objective], rtol=1e-3)


@pytest.mark.parametrize(("architecture", "objective"), LOSSES)
def test_so_are_those_of_deterministic_training(architecture, objective):
    expected = {**LOSSES, **DETERMINISTIC}[architecture, objective]
    np.testing.assert_allclose(losses(architecture, objective, deterministic=True), expected, rtol=1e-3)


if __name__ == "__main__":
    for deterministic in (False, True):
        for model in itertools.product(["skipgram", "cbow"], ["negative", "hierarchical", "softmax"]):
            print(f"    {model}: {[round(loss, 5) for loss in losses(*model, deterministic=deterministic)]},")
