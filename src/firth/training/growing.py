"""Adding the words of a new text to the vocabulary of a trained model."""

from __future__ import annotations

from typing import NamedTuple

from firth.corpus import Vocabulary
from firth.training.configuration import Configuration
from firth.training.weights import Weights, initial_weights, input_rows


class VocabularyChange(NamedTuple):
    """The changes made by :meth:`firth.Word2Vec.update_vocabulary`."""

    added: list[str]
    dropped: list[str]  # beyond max_words
    tree_rebuilt: bool  # and so its node vectors begin at zero

    def __str__(self) -> str:
        tree = "; the Huffman tree is new, its node vectors begin at zero" if self.tree_rebuilt else ""
        return f"{len(self.added):,} words added, {len(self.dropped):,} dropped{tree}"


def grown(
    configuration: Configuration, old: Vocabulary, weights: Weights, text: Vocabulary
) -> tuple[Vocabulary, Weights, VocabularyChange]:
    """The vocabulary and the weights with the words of a new text that occur at least ``min_count`` times in it.

    Args:
        configuration: the model's.
        old: the words so far.
        weights: their vectors; left as they are.
        text: all words of the new text, with their counts.
    """
    new = {word: count for word, count in zip(text.words, text.counts.tolist(), strict=True)
           if word in old or count >= configuration.min_count}  # fmt: skip
    both = old.merge(Vocabulary(list(new), list(new.values())))
    words = both.words[: configuration.max_words]
    vocabulary = Vocabulary(words, both.counts[: configuration.max_words])

    tree = configuration.objective == "hierarchical"
    rows = input_rows(len(words), configuration)
    fresh = initial_weights(rows, len(words) - tree, weights.vector_size, configuration.seed + len(old))
    here = [row for row, word in enumerate(words) if word in old]
    before = [old.word_id(words[row]) for row in here]
    if not configuration.hashes or not configuration.subwords:
        fresh.input_vectors[here] = weights.input_vectors[before]
    if configuration.subwords:
        fresh.input_vectors[-configuration.buckets :] = weights.input_vectors[-configuration.buckets :]
    if not tree:
        fresh.output_vectors[here] = weights.output_vectors[before]
    added = [word for word in words if word not in old]
    dropped = [word for word in old.words if word not in vocabulary]
    return vocabulary, fresh, VocabularyChange(added, dropped, tree_rebuilt=tree)
