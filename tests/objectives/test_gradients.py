"""Every objective with every architecture, by central differences in float64; and laws that each must keep."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firth.objectives.examples import Example, cbow, skipgram
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.hierarchical import hierarchical_softmax, huffman_tree
from firth.objectives.logistic import log_sigmoid, logistic, sigmoid
from firth.objectives.negative import exact_objective, negative_sampling, noise_distribution
from firth.objectives.softmax import log_softmax, softmax

WORDS, DIMS = 6, 3
SENTENCE = [0, 3, 1, 0, 5, 2, 4, 1]
TREE = huffman_tree(np.array([9, 5, 4, 3, 1, 1]))
NOISE = np.array([2, 2, 5, 0])
WEIGHTS = np.array([0.5, 1.0, 2.0, 1.25])

OBJECTIVES = {
    "negative": lambda h, u, example: negative_sampling(h, u, example.target, NOISE, WEIGHTS),
    "hierarchical": lambda h, u, example: hierarchical_softmax(h, u, TREE, example.target),
    "softmax": lambda h, u, example: softmax(h, u, example.target),
}


def matrices(objective, seed=0):
    rng = np.random.default_rng(seed)
    rows = WORDS - 1 if objective == "hierarchical" else WORDS
    return rng.normal(size=(WORDS, DIMS)), rng.normal(size=(rows, DIMS))


def numeric_gradient(loss, matrix, step=1e-6):
    """Central differences of ``loss()`` for each entry of ``matrix``, which is changed in place and restored."""
    gradient = np.zeros_like(matrix)
    for index in np.ndindex(*matrix.shape):
        kept = matrix[index]
        matrix[index] = kept + step
        above = loss()
        matrix[index] = kept - step
        below = loss()
        matrix[index] = kept
        gradient[index] = (above - below) / (2 * step)
    return gradient


@pytest.mark.parametrize("architecture", [skipgram, cbow])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_gradients_by_central_differences(architecture, objective):
    v, u = matrices(objective)
    examples = list(architecture(SENTENCE, 2))

    def loss():
        return loss_and_gradients(examples, v, u, OBJECTIVES[objective])[0]

    _, v_gradient, u_gradient = loss_and_gradients(examples, v, u, OBJECTIVES[objective])
    np.testing.assert_allclose(v_gradient, numeric_gradient(loss, v), atol=1e-7)
    np.testing.assert_allclose(u_gradient, numeric_gradient(loss, u), atol=1e-7)


def test_word2vecs_cbow_gradient_is_c_times_too_long():
    v, u = matrices("softmax")
    example = [Example((0, 3, 1), 4)]
    _, exact, _ = loss_and_gradients(example, v, u, OBJECTIVES["softmax"])
    _, uncorrected, _ = loss_and_gradients(example, v, u, OBJECTIVES["softmax"], cbow_gradient="word2vec")
    np.testing.assert_allclose(uncorrected, 3 * exact)


def test_exact_objective_by_central_differences_and_by_hand():
    v, u = matrices("negative")
    sentences = [[0, 1, 2], [3, 1]]

    def loss():
        return exact_objective(sentences, v, u, window=1)[0]

    total, v_gradient, u_gradient = exact_objective(sentences, v, u, window=1)
    np.testing.assert_allclose(v_gradient, numeric_gradient(loss, v), atol=1e-7)
    np.testing.assert_allclose(u_gradient, numeric_gradient(loss, u), atol=1e-7)
    seen = [(0, 1), (1, 0), (1, 2), (2, 1), (3, 1), (1, 3)]
    by_hand = -sum(log_sigmoid(v[w] @ u[c]) for w, c in seen) - sum(
        log_sigmoid(-v[w] @ u[c]) for w in range(6) for c in range(6) if w != c and (w, c) not in seen
    )
    assert total == pytest.approx(by_hand)


def test_sigmoid_by_hand_and_at_the_extremes():
    np.testing.assert_allclose(sigmoid([0.0, math.log(3), -math.log(3)]), [0.5, 0.75, 0.25])
    np.testing.assert_array_equal(sigmoid([1000.0, -1000.0]), [1.0, 0.0])
    np.testing.assert_allclose(log_sigmoid([0.0, -1000.0]), [-math.log(2), -1000.0])
    assert log_sigmoid(40.0) == pytest.approx(-math.exp(-40), rel=1e-12)


def test_one_decision_by_hand():
    # u.h = log 3, so sigma = 3/4: a positive costs log(4/3), a negative log 4.
    h, u = np.array([math.log(3), 5.0]), np.array([[1.0, 0.0]])
    loss, h_gradient, u_gradient = logistic(h, u, [1])
    assert loss == pytest.approx(math.log(4 / 3))
    np.testing.assert_allclose(h_gradient, [-0.25, 0.0])
    np.testing.assert_allclose(u_gradient, [-0.25 * h])
    loss, h_gradient, _ = logistic(h, u, [0], weights=2.0)
    assert loss == pytest.approx(2 * math.log(4))
    np.testing.assert_allclose(h_gradient, [1.5, 0.0])


def test_untrained_losses():
    # Output vectors start at zero: 1 + 5 even decisions, an even choice among words, as many even decisions as nodes.
    h, u = np.ones(4), np.zeros((6, 4))
    assert negative_sampling(h, u, 1, np.array([0, 1, 2, 0, 1]))[0] == pytest.approx(6 * math.log(2))
    assert softmax(h, u, 1)[0] == pytest.approx(math.log(6))
    assert hierarchical_softmax(h, u, TREE, 0)[0] == pytest.approx(len(TREE.path(0)[0]) * math.log(2))


def test_skipgrams_panels_are_examples_that_share_a_hidden_vector():
    v, u = matrices("softmax")
    together = softmax(v[0], u, np.array([1, 4, 4]))
    apart = [softmax(v[0], u, target) for target in (1, 4, 4)]
    for part in range(3):
        np.testing.assert_allclose(together[part], sum(one[part] for one in apart))


def test_softmax_is_stable_for_any_scores():
    np.testing.assert_allclose(np.exp(log_softmax([1e5, 0.0, -1e5])), [1, 0, 0])
    np.testing.assert_allclose(log_softmax([-1e5, -1e5]), [-math.log(2)] * 2)


def test_noise_distribution():
    np.testing.assert_allclose(noise_distribution([16, 1]), [8 / 9, 1 / 9])
    np.testing.assert_allclose(noise_distribution([3, 1], exponent=1), [0.75, 0.25])
    np.testing.assert_allclose(noise_distribution([9, 1, 4], exponent=0), [1 / 3] * 3)
    assert noise_distribution([5, 7, 11, 2]).sum() == pytest.approx(1.0)


def test_huffman_tree_by_hand():
    # 1 + 1 = 2, 2 + 3 = 5, 4 + 5 = 9, 5 + 9 = 14, 9 + 14 = 23: left + right, an inner node before a word of its count.
    assert [TREE.path(word)[1].tolist() for word in range(6)] == [
        [0], [1, 0], [1, 1, 0], [1, 1, 1, 1], [1, 1, 1, 0, 1], [1, 1, 1, 0, 0],
    ]  # fmt: skip
    assert all(TREE.path(word)[0][0] == 0 for word in range(6)), "every path begins at the root"
    assert TREE.inner_nodes == 5


@settings(max_examples=60)
@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=60), st.integers(0, 5))
def test_huffman_trees_are_shortest_and_their_leaves_sum_to_one(counts, seed):
    counts = np.array(sorted(counts, reverse=True))
    tree = huffman_tree(counts)
    lengths = np.diff(tree.bounds)
    assert (lengths * counts).sum() == shortest(counts.tolist())
    assert (np.diff(lengths) >= 0).all(), "no word has a longer path than a rarer one"
    rng = np.random.default_rng(seed)
    h, u = rng.normal(size=4), rng.normal(size=(tree.inner_nodes, 4))
    probabilities = [math.exp(-hierarchical_softmax(h, u, tree, word)[0]) for word in range(len(counts))]
    assert sum(probabilities) == pytest.approx(1.0)
    assert len(
        {tuple(zip(*map(np.ndarray.tolist, tree.path(word)), strict=True)) for word in range(len(counts))}
    ) == len(counts)


def shortest(counts):
    """Huffman's total path length by the textbook heap."""
    import heapq

    heapq.heapify(counts)
    total = 0
    while len(counts) > 1:
        joined = heapq.heappop(counts) + heapq.heappop(counts)
        total += joined
        heapq.heappush(counts, joined)
    return total
