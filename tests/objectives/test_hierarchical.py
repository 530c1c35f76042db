"""Probabilities under the Huffman tree, against the product of decisions by hand and against the loss of one word."""

import numpy as np
import pytest

from firth.objectives.hierarchical import (
    hierarchical_softmax,
    huffman_tree,
    log_probabilities,
    path_entries,
    target_log_probabilities,
)

COUNTS = np.array([9, 7, 4, 4, 2, 1, 1])
TREE = huffman_tree(COUNTS)
RANDOM = np.random.default_rng(3)
HIDDEN, NODES = RANDOM.normal(size=(5, 3)), RANDOM.normal(size=(6, 3))


def test_three_words_by_hand():
    """Counts 2, 1, 1: the first word is one decision away from the root, on the right; the others are two."""
    tree = huffman_tree(np.array([2, 1, 1]))
    scores = np.log([[3.0, 1.0]])  # sigma is 3/4 and 1/2
    np.testing.assert_allclose(np.exp(log_probabilities(scores, tree)), [[1 / 4, 3 / 8, 3 / 8]], rtol=1e-12)


def test_all_words_are_the_loss_of_each_and_sum_to_one():
    for h in HIDDEN:
        logs = log_probabilities(NODES @ h, TREE)
        losses = [hierarchical_softmax(h, NODES, TREE, word)[0] for word in range(len(COUNTS))]
        np.testing.assert_allclose(logs, [-loss for loss in losses], rtol=1e-12)
        assert np.exp(logs).sum() == pytest.approx(1)


def test_targets_are_picked_from_all_words():
    targets = np.array([6, 0, 3, 3, 5])
    rows = log_probabilities(HIDDEN @ NODES.T, TREE)
    found = target_log_probabilities(HIDDEN, NODES, TREE, targets)
    np.testing.assert_allclose(found, rows[np.arange(5), targets], rtol=1e-12)


def test_entries_of_paths():
    entries, owners, firsts = path_entries(TREE, np.array([6, 0]))
    nodes = TREE.nodes[entries]
    np.testing.assert_array_equal(nodes[owners == 0], TREE.path(6)[0])
    np.testing.assert_array_equal(nodes[owners == 1], TREE.path(0)[0])
    assert firsts.tolist() == [0, len(TREE.path(6)[0])]


def test_one_word_and_no_examples():
    tree = huffman_tree(np.array([5]))
    assert log_probabilities(np.empty((2, 0)), tree).tolist() == [[0.0], [0.0]]
    assert target_log_probabilities(HIDDEN[:2], np.empty((0, 3)), tree, np.array([0, 0])).tolist() == [0.0, 0.0]
    assert target_log_probabilities(HIDDEN[:0], NODES, TREE, np.array([], np.int64)).tolist() == []
