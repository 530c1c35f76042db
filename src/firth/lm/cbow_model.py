r"""A trained CBOW model as a language model: word2vec's own probability, given only the words to the left.

CBOW trained by softmax or hierarchical softmax defines p(w | h) for h = (1/C) sum of the input vectors of the context.
Here the context is the C words before w, at most ``window`` of them; in training it also contained the words after w.
If there is no word before it, h = 0. Negative sampling defines no such probability.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import OptionError
from firth.kernels.ngram.nodes import START_ID
from firth.lm.language_model import LanguageModel, State
from firth.lm.sentences import END, SPECIAL_WORDS, START, Sentences
from firth.lm.token_scores import Floats
from firth.objectives.probabilities import NO_WORD, Matrix, Probabilities

_BATCH = 256  # tokens scored at a time


class CbowModel(LanguageModel):
    """A language model that uses the matrices of a CBOW model.

    Args:
        words: the model's vocabulary, most frequent first; the training sentences must have ended in ``</s>``.
        counts: (words,) occurrences.
        input_vectors: (words, dims).
        output_vectors: (words, dims) for ``"softmax"``, (words - 1, dims) for ``"hierarchical"``.
        objective: one of these two.
        window: maximum number of preceding words that are used.

    Raises:
        OptionError: the objective is another one, the shapes do not fit, or the words lack ``</s>`` or contain ``<s>``.
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
        if END not in words or START in words:
            raise OptionError(
                f"expected {END} and no {START} among the words", hint="train on sentences that end in </s>"
            )
        self.window = whole("window", window, 1)
        self.probabilities = Probabilities(objective, counts, input_vectors, output_vectors)
        self.words = [*SPECIAL_WORDS, *(word for word in words if word not in SPECIAL_WORDS)]
        row_of = {word: row for row, word in enumerate(words)}
        self.rows = np.array([row_of.get(word, NO_WORD) for word in self.words])

    def start(self) -> State:
        return (START_ID,) * self.window

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        value = self._of_targets(self._contexts(state), np.array([word_id]))[0]
        return float(value), (*state, word_id)[-self.window :]

    def log_probabilities(self, state: State) -> Floats:
        hidden = self.probabilities.hidden(self.rows[self._contexts(state)])
        values = np.append(self.probabilities.of_all_words(hidden)[0], -np.inf)
        return np.asarray(values[self.rows])  # NO_WORD is the last

    def token_log_probabilities(self, sentences: Sentences, *, workers: int | None = None) -> Floats:
        del workers
        stream, places = sentences.stream(self.window)
        behind = np.arange(-self.window, 0)
        out = np.empty(len(places))
        for start in range(0, len(places), _BATCH):
            batch = places[start : start + _BATCH]
            out[start : start + _BATCH] = self._of_targets(stream[batch[:, None] + behind], stream[batch])
        return out

    def _contexts(self, state: State) -> npt.NDArray[np.integer]:
        """The words of one state.  # (1, words)"""
        return np.array([list(state)], np.int64).reshape(1, -1)

    def _of_targets(self, contexts: npt.NDArray[np.integer], targets: npt.NDArray[np.integer]) -> Floats:
        """log p of one word in each context.  # (examples, words), (examples,) -> (examples,)"""
        values, rows = np.full(len(targets), -np.inf), self.rows[targets]
        known = rows != NO_WORD
        if known.any():
            hidden = self.probabilities.hidden(self.rows[contexts[known]])
            values[known] = self.probabilities.of_targets(hidden, rows[known])
        return values
