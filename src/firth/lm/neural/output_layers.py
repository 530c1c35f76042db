r"""The three output layers of the neural model, which compute the probability of each word from the vector z.

Each holds ``output_vectors``, with one row u for each word or inner node, and computes from (z, target) the loss, its
gradient for z, and updates of its own rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from firth.kernels.ngram.nodes import START_ID
from firth.objectives.hierarchical import huffman_tree, log_probabilities, path_entries, target_log_probabilities
from firth.objectives.logistic import log_sigmoid, sigmoid
from firth.objectives.negative import noise_distribution
from firth.parallel import in_threads

Array = npt.NDArray[Any]
Ids = npt.NDArray[np.integer]

_TOGETHER = 1024  # words whose scores a thread turns into probabilities at a time


class Update(NamedTuple):
    """Gradient of some rows of a matrix, or of all of them where ``rows`` is ``None``."""

    rows: Ids | None
    gradient: Array


class OutputLayer(Protocol):
    """The interface of an output layer."""

    output_vectors: Array

    def loss(self, z: Array, targets: Ids) -> tuple[float, Array, Update]:
        """Loss summed over the batch, its gradient for z (batch, output_size), and for the layer's own rows."""

    def log_probabilities(self, z: Array) -> Array:
        """log p of every word. # (batch, words)"""

    def target_log_probabilities(self, z: Array, targets: Ids) -> npt.NDArray[np.float64]:
        """log p of the targets only. # (batch,)"""


class Softmax:
    r"""p(w | z) = exp(u_w . z) / sum over w' of exp(u_w' . z), without ``<s>``, which nothing predicts (Bengio 2003,
    section 2).

    E = -log p(target), so dE/d(u_w . z) = p(w | z) - [w = target], and both gradients are matrix products.

    Args:
        counts: (words,) occurrences in the training text; the biases are initialized to the unigram log p.
        output_size: length of z, whose last number is the 1 that is multiplied by the bias.
        workers: number of threads.
    """

    def __init__(
        self, counts: Ids, output_size: int, *, dtype: npt.DTypeLike = np.float32, workers: int = 1, **_: Any
    ) -> None:
        self.output_vectors = np.zeros((len(counts), output_size), dtype)
        smoothed = np.maximum(counts, 0.5)
        self.output_vectors[:, -1] = np.log(smoothed / smoothed.sum())
        self.workers = workers

    def loss(self, z: Array, targets: Ids) -> tuple[float, Array, Update]:
        # p as exponentials over their totals: these divide z and its gradient, which are smaller
        exponentials, totals, log_targets = self._exponentials(z, targets)
        exponentials[targets, np.arange(len(targets))] -= totals
        shares = (1 / totals)[:, None]
        z_gradient = (exponentials.T @ self.output_vectors) * shares
        return -float(log_targets.sum()), z_gradient, Update(None, exponentials @ (z * shares))

    def log_probabilities(self, z: Array) -> Array:
        scores = z @ self.output_vectors.T
        scores[:, START_ID] = -np.inf
        scores -= scores.max(axis=1, keepdims=True)
        return np.asarray(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))

    def target_log_probabilities(self, z: Array, targets: Ids) -> npt.NDArray[np.float64]:
        return self._exponentials(z, targets)[2]

    def _exponentials(self, z: Array, targets: Ids) -> tuple[Array, Array, npt.NDArray[np.float64]]:
        """exp(u_w . z - m) with m the highest score (words, batch); their totals (batch,); log p of the targets."""
        scores = self.output_vectors @ z.T
        scores[START_ID] = -np.inf
        starts = range(0, len(scores), _TOGETHER)
        highest = np.array(
            in_threads(lambda start: scores[start : start + _TOGETHER].max(axis=0), starts, self.workers)
        )
        highest = highest.max(axis=0)
        of_targets = (scores[targets, np.arange(len(targets))] - highest).astype(np.float64)

        def exponentiate(start: int) -> Array:
            part = scores[start : start + _TOGETHER]
            part -= highest
            return np.asarray(np.exp(part, out=part).sum(axis=0))

        totals = np.sum(in_threads(exponentiate, starts, self.workers), axis=0)
        return scores, totals, of_targets - np.log(totals)


class Sampled(Softmax):
    r"""The same probabilities, trained by noise-contrastive estimation (Mnih and Teh 2012, eq. 8 to 13).

    Each target is distinguished from K noise words, drawn once for the batch from P_n, the unigram distribution of
    ``firth.objectives.negative``. A word w is decided to be the target rather than noise with probability sigma(s),
    where

        s = u_w . z - log(K P_n(w))        E = -log sigma(s_target) - sum over the noise words of log sigma(-s_noise)

    and, as for every logistic decision (``firth.objectives.logistic``), dE/ds = sigma(s) - label. The more noise
    words, the nearer is the gradient to that of the softmax, and exp(u_w . z) to a probability; what is reported is
    always normalised.

    Args:
        noise_words: K.
        seed: of the draws.
    """

    def __init__(
        self, counts: Ids, output_size: int, *, noise_words: int = 1024, seed: int = 1, **options: Any
    ) -> None:
        super().__init__(counts, output_size, **options)
        self.noise_words = noise_words
        self.noise = noise_distribution(counts, 1.0)
        self.cumulative = np.cumsum(self.noise)
        self.random = np.random.default_rng(seed)

    def loss(self, z: Array, targets: Ids) -> tuple[float, Array, Update]:
        drawn = np.searchsorted(
            self.cumulative, self.random.random(self.noise_words) * self.cumulative[-1], side="right"
        )
        return self.loss_against(z, targets, drawn)

    def loss_against(self, z: Array, targets: Ids, drawn: Ids) -> tuple[float, Array, Update]:
        """The loss with the noise words ``drawn``, and its gradients."""
        offsets = np.log(len(drawn) * np.maximum(self.noise, 1e-12)).astype(z.dtype)
        of_targets, of_noise = self.output_vectors[targets], self.output_vectors[drawn]
        target_scores = np.einsum("bi,bi->b", of_targets, z) - offsets[targets]
        target_errors = (sigmoid(target_scores) - 1).astype(z.dtype)[:, None]
        noise_scores = of_noise @ z.T  # (K, batch)
        noise_scores -= offsets[drawn][:, None]
        e = np.exp(-np.abs(noise_scores))  # -log sigma(-s) = max(s, 0) + log(1 + exp(-|s|))
        loss = float(np.maximum(noise_scores, 0).sum(dtype=np.float64) + np.log1p(e).sum(dtype=np.float64))
        loss -= float(log_sigmoid(target_scores).sum())
        noise_errors = np.where(noise_scores >= 0, 1, e) / (1 + e)
        z_gradient = target_errors * of_targets + noise_errors.T @ of_noise
        rows = np.concatenate([targets, drawn])
        return loss, z_gradient, Update(rows, np.concatenate([target_errors * z, noise_errors @ z]))


class Hierarchical:
    r"""p(w | z) as a path of decisions down the Huffman tree of ``firth.objectives.hierarchical`` (Morin and Bengio
    2005).

    The rows u are those of the inner nodes. Each node n on the path of the target is a logistic decision with label
    t_n:

        s_n = u_n . z        E = -sum of log sigma((2 t_n - 1) s_n)        dE/ds_n = sigma(s_n) - t_n

    The leaves are all words but ``<s>``, which nothing predicts.
    """

    def __init__(self, counts: Ids, output_size: int, *, dtype: npt.DTypeLike = np.float32, **_: Any) -> None:
        leaves = np.argsort(-counts, kind="stable")
        leaves = leaves[leaves != START_ID]
        self.leaf_of = np.zeros(len(counts), np.int64)
        self.leaf_of[leaves] = np.arange(len(leaves))
        self.tree = huffman_tree(counts[leaves])
        self.labels = 1.0 - self.tree.codes
        self.output_vectors = np.zeros((self.tree.inner_nodes, output_size), dtype)

    def loss(self, z: Array, targets: Ids) -> tuple[float, Array, Update]:
        entries, owners, firsts = path_entries(self.tree, self.leaf_of[targets])
        nodes, labels = self.tree.nodes[entries], self.labels[entries]
        rows, hidden = self.output_vectors[nodes], z[owners]
        scores = np.einsum("pi,pi->p", rows, hidden)
        loss = -float(log_sigmoid((2 * labels - 1) * scores).sum())
        errors = (sigmoid(scores) - labels).astype(z.dtype)[:, None]
        return loss, np.add.reduceat(errors * rows, firsts), Update(nodes, errors * hidden)

    def log_probabilities(self, z: Array) -> Array:
        out = np.full((len(z), len(self.leaf_of)), -np.inf)
        for row, scores in zip(out, z @ self.output_vectors.T, strict=True):
            row[:] = log_probabilities(scores, self.tree)[self.leaf_of]
        out[:, START_ID] = -np.inf
        return out

    def target_log_probabilities(self, z: Array, targets: Ids) -> npt.NDArray[np.float64]:
        values = target_log_probabilities(z, self.output_vectors, self.tree, self.leaf_of[targets])
        return np.where(targets == START_ID, -np.inf, values)


OUTPUT_LAYERS: dict[str, Callable[..., OutputLayer]] = {
    "softmax": Softmax,
    "sampled": Sampled,
    "hierarchical": Hierarchical,
}
