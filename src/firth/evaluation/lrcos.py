"""LRCos: an analogy as a class of words and a similarity.

Drozd, Gladkova and Matsuoka (2016), "Word Embeddings, Analogies, and Machine Learning: Beyond king - man + woman =
queen". The targets of a relation (queen, actress, ...) form a class; a logistic regression learns it from the other
pairs of the relation, and the answer to c is

    argmax over x of  P(x in the class) * cos(x, c).

The classifier of a pair has the targets of all other pairs as positive examples, and their source words and random
words as negative examples. Newton's method minimises

    |w|^2 / 2 + sum over examples of log(1 + exp(-y (w.x + b))),  y = +-1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.evaluation.correlation import Floats
from firth.evaluation.lexicon import Lexicon
from firth.vectors.search import Matrix

_STEPS = 50
_PRECISION = 1e-8


def lrcos_rows(
    lexicon: Lexicon, sources: npt.NDArray[np.int64], targets: list[list[int]], *, randoms: int = 50, seed: int = 1
) -> npt.NDArray[np.int64]:
    """The row that answers each source word of one relation, excluding the word itself.

    Args:
        lexicon: the words and their vectors.
        sources: (pairs,) rows.
        targets: for each pair, the rows of its targets.
        randoms: number of random words among the negative examples of each classifier.
        seed: seed of the random words.
    """
    rng = np.random.default_rng(whole("seed", seed, 0))
    units = lexicon.units
    usable = np.flatnonzero(lexicon.usable)
    answers = np.empty(len(sources), np.int64)
    for pair, source in enumerate(sources.tolist()):
        others = [other for other in range(len(sources)) if other != pair]
        positive = np.array([row for other in others for row in targets[other]], np.int64)
        negative = np.concatenate([sources[others], rng.choice(usable, min(randoms, len(usable)), replace=False)])
        labels = np.repeat([1.0, 0.0], [len(positive), len(negative)])
        weights, bias = logistic_regression(units[np.concatenate([positive, negative])].astype(np.float64), labels)
        logits: Matrix = units @ weights.astype(np.float32) + np.float32(bias)
        scores = (units @ units[source]) / (1 + np.exp(-logits))
        scores[~lexicon.usable] = -np.inf
        scores[lexicon.first_spelling == source] = -np.inf
        answers[pair] = scores.argmax()
    return answers


def logistic_regression(examples: Floats, labels: Floats) -> tuple[Floats, float]:
    """Weights (dims,) and bias of a logistic regression with an L2 penalty of 1/2 on the weights, none on the bias.

    Args:
        examples: (examples, dims).
        labels: (examples,), 1 or 0, both present.
    """
    x = np.hstack([examples, np.ones((len(examples), 1))])
    penalty = np.ones(x.shape[1])
    penalty[-1] = 0
    w = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - labels) + penalty * w
        curvature = (x.T * (p * (1 - p))) @ x + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        w -= step
        if np.abs(step).max() < _PRECISION:
            break
    return w[:-1], float(w[-1])
