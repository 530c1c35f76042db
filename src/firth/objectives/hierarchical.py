"""Hierarchical softmax: a word is a path of yes-or-no decisions down a Huffman tree (Mikolov et al. 2013, eq. 3).

The leaves of a binary tree are the words; each of its V - 1 inner nodes n has a vector u_n. At each inner node of the
path from the root to word w the model decides for the left child (code 0) or the right one (code 1):

    p(left | n, h) = sigma(u_n . h),   p(right | n, h) = sigma(-u_n . h) = 1 - p(left | n, h)
    p(w | h) = product over the nodes n of w's path of sigma(s_n u_n . h),   s_n = 1 - 2 code_n

The two children of each node share its probability, so the leaves' probabilities sum to 1 for any vectors. The loss
E = -log p(w | h) is a list of logistic decisions (see ``logistic.py``) with labels t_n = 1 - code_n:

    dE/du_n = (sigma(u_n.h) - t_n) h,   dE/dh = sum over n of (sigma(u_n.h) - t_n) u_n.

Huffman's tree (1952) makes the expected path the shortest: frequent words have short paths.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.objectives.logistic import Array, log_sigmoid, logistic

Matrix = npt.NDArray[np.floating]


class HuffmanTree(NamedTuple):
    """Paths of all words, one after another: word w has entries ``bounds[w]`` to ``bounds[w + 1]``, root first.

    Inner nodes are numbered from the root, 0, outward, so that the nodes most often passed come first.
    """

    bounds: npt.NDArray[np.int64]  # (words + 1,)
    nodes: npt.NDArray[np.int32]  # (sum of path lengths,) inner nodes
    codes: npt.NDArray[np.int8]  # (sum of path lengths,) 0 for the left child, 1 for the right

    def path(self, word: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int8]]:
        """The inner nodes from the root to a word, and the decision at each."""
        start, stop = self.bounds[word : word + 2]
        return self.nodes[start:stop], self.codes[start:stop]

    @property
    def inner_nodes(self) -> int:
        """The number of inner nodes of a tree with V words: V - 1."""
        return max(0, len(self.bounds) - 2)


def huffman_tree(counts: npt.NDArray[np.int64]) -> HuffmanTree:
    """The Huffman tree over word counts, which never grow from one word to the next.

    The two rarest nodes are joined until one is left. Sorted leaves make this linear: inner nodes are made in order of
    their counts, so the rarest node is always at the head of the leaves or of the inner nodes (van Leeuwen 1976).
    It is the tree of word2vec.c and fastText: of equally rare nodes inner ones are joined first, and the second of two
    becomes the right child.
    """
    words = len(counts)
    weights = np.concatenate([np.asarray(counts, np.int64)[::-1], np.zeros(max(0, words - 1), np.int64)]).tolist()
    parent, is_right = [0] * len(weights), [0] * len(weights)
    leaf, inner = 0, words  # heads of the two queues
    for made in range(words, len(weights)):
        for side in range(2):
            if leaf < words and (inner >= made or weights[leaf] < weights[inner]):
                child, leaf = leaf, leaf + 1
            else:
                child, inner = inner, inner + 1
            weights[made] += weights[child]
            parent[child], is_right[child] = made, side
    return _paths(words, np.array(parent, np.int64), np.array(is_right, np.int8))


def _paths(words: int, parent: npt.NDArray[np.int64], is_right: npt.NDArray[np.int8]) -> HuffmanTree:
    """Walk all words up to the root at once, a level at a time; then lay the paths out root first."""
    root = len(parent) - 1
    at = np.arange(words)
    levels: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int8], npt.NDArray[np.int64]]] = []
    leaves = np.arange(words)
    while True:
        leaves = leaves[at[leaves] != root] if words > 1 else leaves[:0]
        if not len(leaves):
            break
        child = at[leaves]
        levels.append((parent[child], is_right[child], leaves))
        at[leaves] = parent[child]
    lengths = np.zeros(words, np.int64)
    for _, _, leaves in levels:
        lengths[leaves] += 1
    lengths = lengths[::-1]  # leaf 0 is the last word
    bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    nodes, codes = np.zeros(bounds[-1], np.int32), np.zeros(bounds[-1], np.int8)
    for up, (joined, right, leaves) in enumerate(levels, 1):
        place = bounds[words - leaves] - up
        nodes[place], codes[place] = root - joined, right
    return HuffmanTree(bounds, nodes, codes)


def hierarchical_softmax(
    hidden: Array, node_vectors: Array, tree: HuffmanTree, target: int
) -> tuple[float, Array, Array]:
    """Loss of one example and its gradients.

    Args:
        hidden: (dims,) h.
        node_vectors: (V - 1, dims) u.
        tree: the paths.
        target: the word to predict.

    Returns:
        -log p(target | h); its gradients for ``hidden`` and ``node_vectors``.
    """
    nodes, codes = tree.path(target)
    loss, hidden_gradient, row_gradients = logistic(hidden, node_vectors[nodes], 1.0 - codes)
    node_gradient = np.zeros_like(node_vectors, np.float64)
    node_gradient[nodes] = row_gradients
    return loss, hidden_gradient, node_gradient


def log_probabilities(scores: Matrix, tree: HuffmanTree) -> Array:
    """log p(w | h) of every word w.

    Args:
        scores: (..., V - 1) u_n . h of every inner node.
        tree: the paths.

    Returns:
        (..., V) natural logarithms; 0 for the only word of a tree.
    """
    if not tree.inner_nodes:
        return np.zeros((*scores.shape[:-1], len(tree.bounds) - 1))
    decisions = log_sigmoid((1.0 - 2.0 * tree.codes) * scores[..., tree.nodes])
    return np.asarray(np.add.reduceat(decisions, tree.bounds[:-1], axis=-1))


def target_log_probabilities(
    hidden: Matrix, node_vectors: Matrix, tree: HuffmanTree, targets: npt.NDArray[np.integer]
) -> Array:
    """log p(w | h) of one word for each h, computed from its path alone.

    Args:
        hidden: (examples, dims) h.
        node_vectors: (V - 1, dims) u.
        tree: the paths.
        targets: (examples,) the words.

    Returns:
        (examples,) natural logarithms.
    """
    if not tree.inner_nodes or not len(targets):
        return np.zeros(len(targets))
    entries, owners, firsts = path_entries(tree, targets)
    scores = np.einsum("pi,pi->p", node_vectors[tree.nodes[entries]], hidden[owners])
    return np.asarray(np.add.reduceat(log_sigmoid((1.0 - 2.0 * tree.codes[entries]) * scores), firsts))


def path_entries(
    tree: HuffmanTree, words: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The entries of a tree on the paths of some words, whose they are, and where each word's begin among them."""
    lengths = tree.bounds[words + 1] - tree.bounds[words]
    firsts = np.cumsum(lengths) - lengths
    owners = np.repeat(np.arange(len(words)), lengths)
    return np.arange(len(owners)) + (tree.bounds[words] - firsts)[owners], owners, firsts
