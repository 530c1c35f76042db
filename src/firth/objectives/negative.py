"""Negative sampling: the noise distribution, and the objective of Mikolov et al. (2013).

For a pair (w, c) seen in the text, Mikolov et al. 2013 ("Distributed Representations of Words and Phrases and their
Compositionality", eq. 4) replace log p(c | w) by

    log sigma(u_c . v_w) + sum over k noise words n, drawn from P_n, of log sigma(-u_n . v_w)

and Goldberg and Levy 2014 ("word2vec Explained", section 2) read the sum over a whole text as a likelihood: with D the
pairs seen and D' the pairs (w, n) sampled,

    maximise  sum over (w, c) in D of log sigma(u_c . v_w)  +  sum over (w, n) in D' of log sigma(-u_n . v_w).

The loss is the negative of that. Each pair is a list of logistic decisions about the hidden vector v_w (see
``logistic.py``): the label of c is 1 and that of each noise word is 0, so that

    dE/dv_w = (sigma(u_c.v_w) - 1) u_c + sum over n of sigma(u_n.v_w) u_n
    dE/du_c = (sigma(u_c.v_w) - 1) v_w
    dE/du_n = sigma(u_n.v_w) v_w

A pair whose K noise words are shared with others gives each of them the weight k / K: in expectation over the draws
both sums are k E[log sigma(-u_n . v_w)], n ~ P_n, so the expected loss and gradient are those of the paper.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.objectives.logistic import Array, logistic


def noise_distribution(counts: npt.ArrayLike, exponent: float = 0.75) -> Array:
    """P_n(w) = count(w)**exponent / sum over w' of count(w')**exponent (Mikolov et al. 2013, section 2.2).

    Args:
        counts: (words,) how often each word occurs.
        exponent: 3/4 in the paper; 1 draws words as the text does, 0 draws all alike.
    """
    powers = np.asarray(counts, np.float64) ** exponent
    return powers / powers.sum()


def negative_sampling(
    input_vectors: Array,
    output_vectors: Array,
    pairs: npt.NDArray[np.integer],
    noise_words: npt.NDArray[np.integer],
    weights: npt.ArrayLike = 1.0,
) -> tuple[float, Array, Array]:
    """Loss of skip-gram over pairs, each with noise words of its own, and its gradients.

    Args:
        input_vectors: (words, dims) v.
        output_vectors: (words, dims) u.
        pairs: (pairs, 2) word ids (w, c).
        noise_words: (pairs, K) word ids n.
        weights: one number or (pairs, K): how often each noise word counts; k / K where K are shared.

    Returns:
        The loss summed over the pairs; its gradients for ``input_vectors`` and ``output_vectors``.
    """
    loss = 0.0
    input_gradient = np.zeros_like(input_vectors, np.float64)
    output_gradient = np.zeros_like(output_vectors, np.float64)
    noise_weights = np.broadcast_to(np.asarray(weights, np.float64), noise_words.shape)
    for (word, context), noise, weight in zip(pairs, noise_words, noise_weights, strict=True):
        rows = np.concatenate([[context], noise])
        labels = np.concatenate([[1.0], np.zeros(len(noise))])
        pair_loss, hidden_gradient, row_gradients = logistic(
            input_vectors[word], output_vectors[rows], labels, np.concatenate([[1.0], weight])
        )
        loss += pair_loss
        input_gradient[word] += hidden_gradient
        np.add.at(output_gradient, rows, row_gradients)
    return loss, input_gradient, output_gradient
