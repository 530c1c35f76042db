"""Subwords: a word's input vector as the mean of several rows (Bojanowski et al. 2017, "Enriching Word Vectors with
Subword Information").

Each word w has a list G_w of n_w rows of a matrix Z: its own row, and those of its character n-grams. Its vector is

    v_w = (1/n_w) sum over g in G_w of z_g,   V = A Z   with A (words, rows), A_wg = (how often g is in G_w) / n_w.

The objectives are those of whole words, with these v_w in place of the input rows. So by the chain rule

    dE/dZ = A^T dE/dV,   dE/dz_g = sum over the words w of A_wg dE/dv_w:

each row of a word's list receives 1/n_w of the gradient of the word's vector, twice that if it is there twice, since
two n-grams may share a bucket. fastText adds the whole of dE/dv_w to each row; ``subword_gradient="fasttext"`` does so
too, for comparison. Where all words have the same number of rows, the two differ in the length of the step alone;
otherwise long words get more weight in the rows that they share with short ones.

Bojanowski et al. write the sum in place of the mean (equation 2); their program takes the mean, and so does this one.
A step of length s along the corrected gradient moves v_w by s/n_w of dE/dv_w, and not by s of it, for each of its n_w
rows moves by s/n_w and has the share 1/n_w: rows of n-grams need longer steps than rows of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from firth.objectives.examples import Example
from firth.objectives.gradients import Objective, loss_and_gradients
from firth.objectives.logistic import Array


def averages(lists: Sequence[Sequence[int]], rows: int) -> Array:
    """A (words, rows): the share of each row in the vector of each word; all zero for a word without rows."""
    shares = np.zeros((len(lists), rows))
    for word, members in enumerate(lists):
        for row in members:
            shares[word, row] += 1.0 / len(members)
    return shares


def subword_loss_and_gradients(
    examples: Iterable[Example],
    lists: Sequence[Sequence[int]],
    subword_vectors: Array,
    output_vectors: Array,
    objective: Objective,
    *,
    cbow_gradient: str = "corrected",
    subword_gradient: str = "corrected",
) -> tuple[float, Array, Array]:
    """The loss summed over the examples, and its gradients for both matrices, float64.

    Args:
        examples: word ids, as for :func:`firth.objectives.gradients.loss_and_gradients`.
        lists: the rows of each word.
        subword_vectors: (rows, dims) Z.
        output_vectors: (words or inner nodes, dims).
        objective: of a hidden vector.
        cbow_gradient, subword_gradient: ``"corrected"``, or the gradient of a program that does not divide it.
    """
    shares = averages(lists, len(subword_vectors))
    loss, word_gradient, output_gradient = loss_and_gradients(
        examples, shares @ subword_vectors, output_vectors, objective, cbow_gradient
    )
    if subword_gradient == "fasttext":
        shares = shares * np.array([len(members) for members in lists])[:, None]
    return loss, shares.T @ word_gradient, output_gradient
