r"""A trained CBOW model read as a language model: word2vec's own probability, on the words to the left alone.

CBOW trained by softmax or hierarchical softmax defines p(w | h) for h = (1/C) sum of the input vectors of the context.
Here the context is the C words before w, at most ``window`` of them; in training it also held those behind w. With no
word before it, h = 0. Negative sampling defines no such probability.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.kernels.ngram.nodes import START_ID
from firth.lm.language_model import Floats, LanguageModel, State
from firth.lm.neural import as_stream
from firth.lm.sentences import END, SPECIAL_WORDS, START, Sentences
from firth.objectives.hierarchical import huffman_tree, log_probabilities, target_log_probabilities
from firth.objectives.softmax import log_softmax

_BATCH = 256  # tokens scored at a time

Matrix = npt.NDArray[np.floating]


class CbowModel(LanguageModel):
    """The language model in the matrices of a CBOW model.

    Args:
        words: the model's vocabulary, most frequent first; the sentences that it was trained on ended in ``</s>``.
        counts: (words,) occurrences.
        input_vectors: (words, dims).
        output_vectors: (words, dims) for ``"softmax"``, (words - 1, dims) for ``"hierarchical"``.
        objective: which of the two.
        window: words to look back on.

    Raises:
        OptionError: the objective is another, the shapes do not fit, or ``</s>`` is not among the words, or ``<s>`` is.
    """

    def __init__(
        self,
        words: Sequence[str],
        counts: npt.NDArray[np.int64],
        input_vectors: Matrix,
        output_vectors: Matrix,
        *,
        objective: str,
        window: int,
    ) -> None:
        if objective not in ("softmax", "hierarchical"):
            raise OptionError(f"a model trained by {objective}, expected softmax or hierarchical")
        if END not in words or START in words:
            raise OptionError(
                f"expected {END} and no {START} among the words", hint="train on sentences that end in </s>"
            )
        rows = len(words) - (objective == "hierarchical")
        if len(input_vectors) != len(words) or len(output_vectors) != rows:
            raise OptionError(
                f"{len(input_vectors)} input and {len(output_vectors)} output vectors for {len(words)} words, "
                f"expected {len(words)} and {rows}"
            )
        self.window = whole("window", window, 1)
        self.words = [*SPECIAL_WORDS, *(word for word in words if word not in SPECIAL_WORDS)]
        row_of = {word: row for row, word in enumerate(words)}
        # Words without a row of their own share the row of zeros behind the others.
        self.rows = np.array([row_of.get(word, len(words)) for word in self.words])
        self.is_known = self.rows < len(words)
        self.input_vectors = np.vstack([input_vectors, np.zeros((1, input_vectors.shape[1]))])
        self.output_vectors = np.asarray(output_vectors, np.float64)
        self.tree = huffman_tree(counts) if objective == "hierarchical" else None

    def start(self) -> State:
        return (START_ID,) * self.window

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        hidden = self._hidden(np.array([list(state)], np.int64).reshape(1, -1))
        return float(self._target_values(hidden, np.array([word_id]))[0]), (*state, word_id)[-self.window :]

    def log_probabilities(self, state: State) -> Floats:
        hidden = self._hidden(np.array([list(state)], np.int64).reshape(1, -1))[0]
        scores = self.output_vectors @ hidden
        values = log_softmax(scores) if self.tree is None else log_probabilities(scores, self.tree)
        return np.asarray(np.append(values, -np.inf)[self.rows])

    def token_log_probabilities(self, sentences: Sentences, *, workers: int | None = None) -> Floats:
        del workers
        stream, places = as_stream(sentences, self.window)
        behind = np.arange(-self.window, 0)
        out = np.empty(len(places))
        for start in range(0, len(places), _BATCH):
            batch = places[start : start + _BATCH]
            hidden = self._hidden(stream[batch[:, None] + behind])
            out[start : start + _BATCH] = self._target_values(hidden, stream[batch])
        return out

    def _hidden(self, contexts: npt.NDArray[np.integer]) -> Floats:
        """The mean of the vectors of the known words of each context. # (batch, window) -> (batch, dims)"""
        known = self.is_known[contexts].sum(axis=1)
        total = self.input_vectors[self.rows[contexts]].sum(axis=1)
        return np.asarray(total / np.maximum(known, 1)[:, None], np.float64)

    def _target_values(self, hidden: Floats, targets: npt.NDArray[np.integer]) -> Floats:
        values = np.full(len(targets), -np.inf)
        known = self.is_known[targets]
        rows = self.rows[targets[known]]
        if not len(rows):
            return values
        if self.tree is None:
            values[known] = log_softmax(hidden[known] @ self.output_vectors.T)[np.arange(len(rows)), rows]
        else:
            values[known] = target_log_probabilities(hidden[known], self.output_vectors, self.tree, rows)
        return values
