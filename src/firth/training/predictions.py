"""What a trained model predicts: words from their context, and the probability of sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from firth.arguments import Word, whole
from firth.errors import OptionError
from firth.objectives.probabilities import Probabilities
from firth.training.model import Model


class Predictions:
    """The predictions of a model whose objective defines probabilities.

    Args:
        model: the model.

    Raises:
        FirthError: it has not been trained.
    """

    def __init__(self, model: Model) -> None:
        self._configuration, self._vocabulary = model.configuration, model.vocabulary
        self._vectors = model.input_vectors, model.output_vectors

    def _probabilities(self) -> Probabilities:
        return Probabilities(self._configuration.objective, self._vocabulary.counts, *self._vectors)

    def words(self, context_words: Sequence[Word], topn: int) -> list[tuple[Any, float]]:
        """The most probable words given their context: see :meth:`firth.Word2Vec.predict`."""
        if isinstance(context_words, str | int):
            context_words = [context_words]
        if not context_words or (self._configuration.architecture == "skipgram" and len(context_words) != 1):
            expected = "one word" if self._configuration.architecture == "skipgram" else "at least one word"
            raise OptionError(f"{len(context_words)} context words, expected {expected}")
        topn = whole("topn", topn, 0)
        probabilities, words = self._probabilities(), self._vocabulary
        inputs = np.array([[words.word_id(word) for word in context_words]])
        logs = probabilities.of_all_words(probabilities.hidden(inputs))[0]
        best = np.argsort(-logs, kind="stable")[:topn]
        return [(words.words[word], float(np.exp(logs[word]))) for word in best]

    def sentences(self, sentences: Iterable[Sequence[Word]]) -> list[float]:
        """log p of each sentence: see :meth:`firth.Word2Vec.score`."""
        probabilities = self._probabilities()
        architecture, window = self._configuration.architecture, self._configuration.widest_window
        scores = []
        for sentence in sentences:
            if isinstance(sentence, str):
                raise OptionError(f"the string {sentence!r} in place of a sentence", hint="sentence.split()")
            known = [self._vocabulary.word_id(word) for word in sentence if word in self._vocabulary]
            scores.append(probabilities.of_sentence(known, architecture, window))
        return scores
