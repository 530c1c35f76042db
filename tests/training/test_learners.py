"""What learners tell of a text that they do not learn from."""

import numpy as np

from firth.training.configuration import Configuration
from firth.training.learners import NegativeSampling, Stretch
from firth.training.weights import initial_weights


def test_the_held_out_loss_of_cbow_counts_all_noise_words():
    """A loss by a single noise word a block would vary sqrt(11) times as much."""
    words, tokens = 200, 600
    configuration = Configuration(architecture="cbow", vector_size=8, sample=0, workers=1)
    weights = initial_weights(words, words, 8, 1)
    weights.input_vectors[:, 0] = 1.0
    scores = np.random.default_rng(2).normal(0, 3, words).astype(np.float32)
    weights.output_vectors[:, 0] = scores  # so the score of a word is its own, whatever the context
    before = weights.input_vectors.copy(), weights.output_vectors.copy()
    worker = NegativeSampling(configuration, np.full(words, 10), weights).worker(tokens)
    ids = np.random.default_rng(3).integers(0, words, tokens).astype(np.int32)
    losses = []
    for seed in range(200):
        stretch = Stretch(ids, np.array([0, tokens]), (0.1, 0.1), np.array([seed], np.uint64))
        losses.append(worker.learn(stretch, frozen=True).loss / tokens)
    assert np.array_equal(weights.input_vectors, before[0])
    assert np.array_equal(weights.output_vectors, before[1])

    costs = 5 * np.logaddexp(0, scores)
    expected = np.logaddexp(0, -scores[ids]).mean() + costs.mean()
    blocks = tokens / 6
    error = costs.std() / np.sqrt(11 * blocks)
    assert abs(np.mean(losses) - expected) < 5 * error / np.sqrt(len(losses)) + 1e-3
    assert 0.8 * error < np.std(losses) < 1.25 * error
