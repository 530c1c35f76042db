"""Negative sampling: the noise distribution, and the objective of Mikolov et al. (2013).

For a pair (w, c) seen in the text, Mikolov et al. 2013 ("Distributed Representations of Words and Phrases and their
Compositionality", eq. 4) replace log p(c | w) by

    log sigma(u_c . h) + sum over k noise words n, drawn from P_n, of log sigma(-u_n . h)

with h = v_w for skip-gram, and Goldberg and Levy 2014 ("word2vec Explained", section 2) read the sum over a whole text
as a likelihood: with D the pairs seen and D' the pairs (w, n) sampled,

    maximise  sum over (w, c) in D of log sigma(u_c . v_w)  +  sum over (w, n) in D' of log sigma(-u_n . v_w).

The loss is the negative of that. Each example is a list of logistic decisions about its hidden vector (see
``logistic.py``): the label of c is 1 and that of each noise word is 0, so that

    dE/dh   = (sigma(u_c.h) - 1) u_c + sum over n of sigma(u_n.h) u_n
    dE/du_c = (sigma(u_c.h) - 1) h
    dE/du_n = sigma(u_n.h) h

An example whose K noise words are shared with others gives each of them the weight k / K: in expectation over the
draws both sums are k E[log sigma(-u_n . h)], n ~ P_n, so the expected loss and gradient are those of the paper.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firth.objectives.examples import skipgram, unseen_pairs
from firth.objectives.logistic import Array, log_sigmoid, logistic, sigmoid


def noise_distribution(counts: npt.ArrayLike, exponent: float = 0.75) -> Array:
    """P_n(w) = count(w)**exponent / sum over w' of count(w')**exponent (Mikolov et al. 2013, section 2.2).

    Args:
        counts: (words,) how often each word occurs.
        exponent: 3/4 in the paper; 1 draws words as the text does, 0 draws all alike.
    """
    powers = np.asarray(counts, np.float64) ** exponent
    shares: Array = powers / powers.sum()
    return shares


def negative_sampling(
    hidden: Array,
    output_vectors: Array,
    target: int,
    noise_words: npt.NDArray[np.integer],
    weights: npt.ArrayLike = 1.0,
) -> tuple[float, Array, Array]:
    """Loss of one example and its gradients.

    Args:
        hidden: (dims,) h.
        output_vectors: (words, dims) u.
        target: the word c.
        noise_words: (K,) the words n.
        weights: one number or (K,): how often each noise word counts; k / K where K are shared.

    Returns:
        The loss; its gradients for ``hidden`` and ``output_vectors``.
    """
    rows = np.concatenate([[target], noise_words]).astype(np.int64)
    labels = np.zeros(len(rows))
    labels[0] = 1.0
    often = np.concatenate([[1.0], np.broadcast_to(np.asarray(weights, np.float64), len(rows) - 1)])
    loss, hidden_gradient, row_gradients = logistic(hidden, output_vectors[rows], labels, often)
    output_gradient = np.zeros_like(output_vectors, np.float64)
    np.add.at(output_gradient, rows, row_gradients)
    return loss, hidden_gradient, output_gradient


def exact_objective(
    sentences: Sequence[Sequence[int]], input_vectors: Array, output_vectors: Array, window: int
) -> tuple[float, Array, Array]:
    """The whole objective, over D and all of D', not an estimate; its gradients; small vocabularies can afford it.

    With S = V U^T the scores of all ordered pairs, D (words, words) how often the text shows each pair and D' 1 for
    each pair in ``unseen_pairs``,

        E = -sum D * log sigma(S) - sum D' * log sigma(-S),
        G = dE/dS = D * (sigma(S) - 1) + D' * sigma(S),   dE/dV = G U,   dE/dU = G^T V.

    Args:
        sentences: word ids.
        input_vectors: (words, dims) V.
        output_vectors: (words, dims) U.
        window: words on either side.
    """
    words = len(input_vectors)
    shown, unseen = np.zeros((words, words)), np.zeros((words, words))
    for sentence in sentences:
        for (word,), context in skipgram(sentence, window):
            shown[word, context] += 1.0
    for word, context in unseen_pairs(sentences, words, window):
        unseen[word, context] = 1.0
    scores = input_vectors @ output_vectors.T
    loss = -np.sum(shown * log_sigmoid(scores)) - np.sum(unseen * log_sigmoid(-scores))
    gradient = shown * (sigmoid(scores) - 1.0) + unseen * sigmoid(scores)
    return float(loss), gradient @ output_vectors, gradient.T @ input_vectors
