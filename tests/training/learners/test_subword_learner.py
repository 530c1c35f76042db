"""Models over n-grams: against those of whole words, and against the objective in float64."""

import numpy as np
import pytest

from firth.objectives.examples import cbow, skipgram
from firth.objectives.hierarchical import hierarchical_softmax, huffman_tree
from firth.objectives.subwords import subword_loss_and_gradients
from firth.training.configuration import Configuration
from firth.training.jobs import Chunk
from firth.training.learners import new_learner
from firth.training.learners.subword_learner import factors_of
from firth.training.weights import Weights, initial_weights
from firth.vectors.subwords import WordBags

WORDS, DIMS = 12, 20
COUNTS = np.arange(60, 0, -5)
MODELS = [
    (architecture, objective) for architecture in ("skipgram", "cbow") for objective in ("negative", "hierarchical")
]


def bags_of(lists):
    return WordBags(np.cumsum([0, *map(len, lists)]), np.concatenate(lists).astype(np.int32))


def chunk_of(ids, rate):
    state, widths = np.random.SeedSequence(4).generate_state(2, np.uint64)
    return Chunk(ids, np.array([0, len(ids)]), (rate, rate), np.array([state]), np.array([widths]), 0, evaluate=False)


def weights_of(rows, outputs):
    weights = initial_weights(rows, outputs, DIMS, 1)
    rng = np.random.default_rng(2)
    for matrix in weights[:2]:
        matrix[:, :DIMS] = rng.normal(0, 0.3, (len(matrix), DIMS))
    return weights


def copied(weights):
    return Weights(weights.input_vectors.copy(), weights.output_vectors.copy(), weights.vector_size)


@pytest.mark.parametrize(("architecture", "objective"), MODELS)
@pytest.mark.parametrize("gradient", ["corrected", "fasttext"])
def test_bags_of_one_row_are_whole_words(architecture, objective, gradient):
    options = {"architecture": architecture, "objective": objective, "vector_size": DIMS, "sample": 0, "window": 3}
    plain = Configuration(**options, learning_rate=0.02)
    bagged = Configuration(**options, learning_rate=0.02, subwords=True, subword_gradient=gradient)
    ids = np.random.default_rng(3).integers(0, WORDS, 400).astype(np.int32)
    weights = weights_of(WORDS, WORDS - (objective == "hierarchical"))
    told, changed = [], []
    for configuration, bags in ((plain, None), (bagged, bags_of([[word] for word in range(WORDS)]))):
        mine = copied(weights)
        told.append(new_learner(configuration, COUNTS, bags).worker(mine, len(ids)).learn(chunk_of(ids, 0.02)))
        changed.append(mine)
    assert told[1].examples == told[0].examples
    assert told[1].loss == pytest.approx(told[0].loss, rel=2e-3)  # blocks end where pieces do
    for plain_matrix, bagged_matrix in zip(changed[0][:2], changed[1][:2], strict=True):
        before = weights.input_vectors if plain_matrix is changed[0].input_vectors else weights.output_vectors
        step = np.abs(plain_matrix - before).max()
        assert np.abs(plain_matrix - bagged_matrix).max() < 0.1 * step


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("gradient", ["corrected", "fasttext"])
def test_a_step_is_down_the_gradient_of_the_objective(architecture, gradient):
    """One block by hierarchical softmax, where nothing is drawn; the step is so short that no word's is shortened."""
    rng = np.random.default_rng(5)
    lists = [[word, *rng.integers(WORDS, WORDS + 9, word % 4)] for word in range(WORDS)]
    ids, rate = np.array([3, 1, 7, 2], np.int32), 1e-3
    configuration = Configuration(
        architecture=architecture, objective="hierarchical", vector_size=DIMS, sample=0, window=2, shrink_windows=False,
        learning_rate=rate, subwords=True, subword_gradient=gradient,
    )  # fmt: skip
    weights = weights_of(WORDS + 9, WORDS - 1)
    z, u = (matrix[:, :DIMS].astype(np.float64) for matrix in weights[:2])
    told = new_learner(configuration, COUNTS, bags_of(lists)).worker(weights, 4).learn(chunk_of(ids, rate))
    tree = huffman_tree(COUNTS)
    examples = list((skipgram if architecture == "skipgram" else cbow)(ids.tolist(), 2))
    loss, z_gradient, u_gradient = subword_loss_and_gradients(
        examples, lists, z, u, lambda h, rows, example: hierarchical_softmax(h, rows, tree, example.target),
        subword_gradient=gradient,
    )  # fmt: skip
    longer = 1.0
    if gradient == "corrected":  # the step of input rows is longer than that of output rows
        sizes = np.array(list(map(len, lists)))
        longer = COUNTS.sum() / (COUNTS / sizes).sum()
    assert told.loss == pytest.approx(loss, rel=1e-5)
    np.testing.assert_allclose(weights.input_vectors[:, :DIMS] - z, -rate * longer * z_gradient, atol=2e-6)
    np.testing.assert_allclose(weights.output_vectors[:, :DIMS] - u, -rate * u_gradient, atol=2e-6)
    assert np.abs(rate * z_gradient).max() > 1e-4


def test_factors_by_hand():
    sizes, tokens = np.array([1, 4, 2]), np.array([2, 4, 2])
    factors = factors_of(sizes, tokens, corrected=True)
    np.testing.assert_allclose(factors, np.array([1, 0.25, 0.5]) * 8 / (2 + 1 + 1))
    assert (tokens @ factors) / tokens.sum() == pytest.approx(1)  # as fast as without n-grams
    np.testing.assert_array_equal(factors_of(sizes, tokens, corrected=False), 1)
