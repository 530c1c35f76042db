"""What learners tell of a text that they do not learn from."""

import numpy as np
import pytest

from firth.objectives.hierarchical import huffman_tree
from firth.training.configuration import Configuration
from firth.training.jobs import Chunk
from firth.training.learners import new_learner
from firth.training.weights import initial_weights

SENTENCE = ["川建国", "同志", "一名", "优秀", "党员"]


def chunk_of(ids, seed):
    """A sentence, to be evaluated, with random states of its own."""
    state, widths = np.random.SeedSequence(seed).generate_state(2, np.uint64)
    return Chunk(ids, np.array([0, len(ids)]), (0.1, 0.1), np.array([state]), np.array([widths]), 0, evaluate=True)


def told_of_the_sentence(**options):
    """What a learner tells of the sentence while all scores are 0, so that every decision between two costs log 2."""
    words = len(SENTENCE)
    configuration = Configuration(vector_size=4, sample=0, workers=1, **options)
    rows = words - (configuration.objective == "hierarchical")
    weights = initial_weights(words, rows, 4, 1)
    worker = new_learner(configuration, np.ones(words, np.int64)).worker(weights, words)
    return worker.learn(chunk_of(np.arange(words, dtype=np.int32), 7))


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("objective", ["negative", "hierarchical", "softmax"])
def test_worked_example(architecture, objective):
    """Window 1 gives 8 pairs, 1 2 2 2 1 of the five words, each with another word than its own to predict."""
    told = told_of_the_sentence(architecture=architecture, objective=objective, window=1)
    pairs = np.array([1, 2, 2, 2, 1]) if architecture == "skipgram" else np.ones(5)
    assert told.examples == pairs.sum()
    if objective == "hierarchical":
        lengths = np.diff(huffman_tree(np.ones(5, np.int64)).bounds)
        assert sorted(lengths) == [2, 2, 2, 3, 3]
        expected = (pairs * lengths).sum() * np.log(2)  # each word is as often predicted as it predicts
    else:
        expected = pairs.sum() * (6 * np.log(2) if objective == "negative" else np.log(5))
    assert told.loss == pytest.approx(expected, rel=1e-5)


def test_pairs_weigh_what_random_widths_would_count_on_average():
    """8 pairs next to each other are in windows of 1 and 2, 6 at distance 2 in half of the windows."""
    shrunk = told_of_the_sentence(window=2)
    assert shrunk.examples == 8 + 6 / 2
    assert shrunk.loss == pytest.approx(11 * 6 * np.log(2), rel=1e-5)
    assert told_of_the_sentence(window=2, shrink_windows=False).examples == 14


def test_the_held_out_loss_of_cbow_counts_all_noise_words():
    """A loss by a single noise word a block would vary sqrt(11) times as much."""
    words, tokens = 200, 600
    configuration = Configuration(architecture="cbow", vector_size=8, sample=0, workers=1)
    weights = initial_weights(words, words, 8, 1)
    weights.input_vectors[:, 0] = 1.0
    scores = np.random.default_rng(2).normal(0, 3, words).astype(np.float32)
    weights.output_vectors[:, 0] = scores  # so the score of a word is its own, whatever the context
    before = weights.input_vectors.copy(), weights.output_vectors.copy()
    worker = new_learner(configuration, np.full(words, 10)).worker(weights, tokens)
    ids = np.random.default_rng(3).integers(0, words, tokens).astype(np.int32)
    losses = []
    for seed in range(200):
        losses.append(worker.learn(chunk_of(ids, seed)).loss / tokens)
    assert np.array_equal(weights.input_vectors, before[0])
    assert np.array_equal(weights.output_vectors, before[1])

    costs = 5 * np.logaddexp(0, scores)
    expected = np.logaddexp(0, -scores[ids]).mean() + costs.mean()
    blocks = tokens / 6
    error = costs.std() / np.sqrt(11 * blocks)
    assert abs(np.mean(losses) - expected) < 5 * error / np.sqrt(len(losses)) + 1e-3
    assert 0.8 * error < np.std(losses) < 1.25 * error
