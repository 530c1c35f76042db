"""Full softmax (Rong 2014, "word2vec Parameter Learning Explained").

With the scores u_j = v'_j . h of all words (v'_j the output row of word j), the model is

    p(w_j | h) = exp(u_j) / sum over j' of exp(u_j')                                            (eq. 5)
    E = -log p(w_O | h) = -u_O + log sum over j' of exp(u_j')                                   (eq. 7)
    dE/du_j = y_j - t_j = e_j,  y_j = p(w_j | h),  t_j = 1 for the target and 0 for the rest    (eq. 8)
    dE/dv'_j = e_j h                                                                            (eq. 9)
    dE/dh = sum over j of e_j v'_j = EH                                                         (eq. 12)

so output rows get -rate * e_j * h and the input gets -rate * EH. For one context word h = v_w. For CBOW
h = (1/C) sum of v, so each of the C input rows gets -rate * (1/C) * EH (eq. 23). Skip-gram has C output panels that
share these weights (eq. 26-33): E is the sum over the panels, and the errors of the panels add up,
EI_j = sum over c of e_{c,j}: the same as C examples that share one hidden vector.

log sum exp is taken as m + log sum exp(u - m) with m the largest score, which is stable for any scores.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.objectives.logistic import Array


def log_softmax(scores: npt.ArrayLike) -> Array:
    """log p of each score along the last axis, stable for any scores."""
    scores = np.asarray(scores, np.float64)
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def softmax(hidden: Array, output_vectors: Array, targets: int | npt.NDArray[np.integer]) -> tuple[float, Array, Array]:
    """Loss of one hidden vector with one target, or with the C targets of skip-gram's panels, and its gradients.

    Args:
        hidden: (dims,) h.
        output_vectors: (words, dims) v'.
        targets: a word id, or (C,) word ids.

    Returns:
        The loss, summed over the targets; its gradients for ``hidden`` and ``output_vectors``.
    """
    panels = np.atleast_1d(targets)
    log_probabilities = log_softmax(output_vectors @ hidden)
    errors = len(panels) * np.exp(log_probabilities)
    np.subtract.at(errors, panels, 1.0)
    return float(-log_probabilities[panels].sum()), errors @ output_vectors, np.outer(errors, hidden)
