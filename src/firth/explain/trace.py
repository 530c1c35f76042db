"""One step of training as plain data: every number of it, as :mod:`firth.objectives` computes them in float64."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from firth.arguments import real, whole, word_list
from firth.errors import OptionError
from firth.explain.chain_rule import Factor, factors
from firth.explain.derivation import derivation
from firth.explain.lesson import WIDEST_WINDOW, check_size
from firth.objectives.examples import Example, cbow, skipgram, unseen_pairs
from firth.objectives.gradients import Objective as Loss
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.hierarchical import HuffmanTree, hierarchical_softmax, huffman_tree, log_probabilities
from firth.objectives.logistic import Array, sigmoid
from firth.objectives.negative import negative_sampling, noise_distribution
from firth.objectives.softmax import log_softmax, softmax
from firth.training.options import OPTIONS, Architecture, Objective

EXPONENTS = (0.0, 0.75, 1.0)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Trace:
    """One step of training: the text, one example of it, and the numbers on its way. Arrays are float64.

    ``outputs`` names the output rows that the step reads and changes, ``labels`` says what each should answer: the
    target and the noise words for negative sampling, the inner nodes of the target's path for hierarchical softmax
    (node 0 is the root), and all words for full softmax. A noise word that was drawn twice is there twice.
    """

    architecture: Architecture
    objective: Objective
    window: int
    learning_rate: float
    sentences: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    """The vocabulary, most frequent word first; a word's id is its place."""
    counts: tuple[int, ...]
    shown: Pairs
    """D: (word, context word), each as often as the text shows it."""
    unseen: Pairs
    """D': all ordered pairs of different words that the text does not show."""
    examples: tuple[Example, ...]
    """All examples of the text, as word ids."""
    place: int
    """Which of them the step learns, from 0."""
    one_hot: Array  # (inputs, words)
    hidden: Array  # (dims,)
    outputs: tuple[int, ...]
    labels: Array  # (outputs,)
    scores: Array  # (outputs,)
    probabilities: Array  # (outputs,)
    errors: Array  # (outputs,)
    """Probability minus label, the derivative of the loss by each score."""
    loss: float
    loss_after: float
    """The loss of the same example, with the same noise words, after the step."""
    hidden_gradient: Array  # (dims,)
    input_gradient: Array  # (words, dims)
    output_gradient: Array  # (words, dims), or (words - 1, dims) for hierarchical softmax
    input_before: Array
    input_after: Array
    output_before: Array
    output_after: Array
    word_probabilities: Array | None  # (words,)
    """p(word | inputs) of every word; ``None`` for negative sampling, which defines none."""
    paths: tuple[tuple[tuple[int, int], ...], ...]
    """Each word's path in the Huffman tree: (inner node, code), root first; code 0 is left and 1 is right."""
    noise: Mapping[float, Array]
    """The noise distribution over the words, for the exponents 0, 3/4 and 1."""
    factors: tuple[Factor, ...]
    """The first sentence of two words or more by the chain rule, from counted pairs of words."""
    neural_history: tuple[str, ...]
    """Its first two words, from which a neural language model predicts the next one."""
    neural_input: Array  # (2 * dims,)
    """Their vectors one after the other, the input of that model (Bengio et al. 2003)."""

    @property
    def example(self) -> Example:
        """The example that the step learns."""
        return self.examples[self.place]

    @property
    def codes(self) -> tuple[str, ...]:
        """The Huffman code of each word."""
        return tuple("".join(str(code) for _, code in path) for path in self.paths)

    @property
    def cost(self) -> dict[str, int]:
        """Output rows that this example needs under each objective.

        Negative sampling counts the noise words of this step, and 5 if the step is of another objective.
        """
        drawn = len(self.outputs) - 1 if self.objective == "negative" else 5
        return {
            "softmax": len(self.words),
            "hierarchical": len(self.paths[self.example.target]),
            "negative": 1 + drawn,
        }

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(chr(10).join(derivation(self)))}</pre>"


def explain(
    sentences: Iterable[Iterable[str]],
    *,
    architecture: Architecture = "skipgram",
    objective: Objective = "negative",
    window: int = 2,
    negative: int | None = None,
    vector_size: int = 4,
    learning_rate: float = 0.2,
    seed: int = 1,
    example: int = 1,
) -> Trace:
    """Take one step of training on a small text.

    Args:
        sentences: tokens; at most 500 of at most 60 different words.
        architecture, objective: the model.
        window: maximum distance between a word and its context words, 1 to 10.
        negative: noise words drawn for the example, 1 to 20, from the distribution with exponent 3/4 and never the
            target; by default, all words but the input words and those that the text shows with the same input words.
        vector_size: dimensions, 2 to 10.
        learning_rate: of the step, 0.01 to 2.5.
        seed: of the vectors, which start between -0.5 and 0.5 divided by the dimensions, and of the noise words.
        example: which example of the text is learned, from 1.

    Raises:
        OptionError: an option is out of its range, or the text is too long to be shown or too short to learn from.
        WrongType: a sentence is not a list of tokens.
    """
    architecture = OPTIONS["architecture"].checked(architecture)
    objective = OPTIONS["objective"].checked(objective)
    window = whole("window", window, 1, WIDEST_WINDOW)
    dims = whole("vector_size", vector_size, 2, 10)
    drawn = whole("negative", negative, 1, 20, optional=True)
    rate = real("learning_rate", learning_rate, 0.01, 2.5)
    rng = np.random.default_rng(OPTIONS["seed"].checked(seed))

    lists = [tokens for tokens in map(word_list, sentences) if tokens]
    ranked = Counter(token for tokens in lists for token in tokens).most_common()
    check_size(sum(count for _, count in ranked), len(ranked), max(map(len, lists), default=0))
    words, counts = tuple(word for word, _ in ranked), np.array([count for _, count in ranked])
    ids = {word: word_id for word_id, word in enumerate(words)}
    texts = [[ids[token] for token in tokens] for tokens in lists]
    shown = [(one.inputs[0], one.target) for text in texts for one in skipgram(text, window)]
    unseen = unseen_pairs(texts, len(words), window)
    examples = [one for text in texts for one in (skipgram if architecture == "skipgram" else cbow)(text, window)]
    place = whole("example", example, 1)
    if place > len(examples):
        raise OptionError(f"example={place}, expected at most {len(examples)}, the number of examples of the text")
    chosen = examples[place - 1]

    tree = huffman_tree(counts)
    rows = tree.inner_nodes if objective == "hierarchical" else len(words)
    vectors = rng.uniform(-0.5, 0.5, (len(words), dims)) / dims
    output = rng.uniform(-0.5, 0.5, (rows, dims)) / dims
    noise = _noise_words(chosen, examples, counts, drawn, rng)
    outputs, labels, loss_of = _decisions(objective, chosen, len(words), tree, noise)
    loss, input_gradient, output_gradient = loss_and_gradients([chosen], vectors, output, loss_of)
    vectors_after, output_after = vectors - rate * input_gradient, output - rate * output_gradient

    sentence = next(tokens for tokens in lists if len(tokens) > 1)
    hidden = vectors[list(chosen.inputs)].mean(axis=0)
    scores = output[outputs] @ hidden
    log_words = None
    if objective == "softmax":
        log_words = log_softmax(scores)
    elif objective == "hierarchical":
        log_words = log_probabilities(output @ hidden, tree)
    probabilities = np.exp(log_softmax(scores)) if objective == "softmax" else sigmoid(scores)
    return Trace(
        architecture=architecture,
        objective=objective,
        window=window,
        learning_rate=rate,
        sentences=tuple(map(tuple, lists)),
        words=words,
        counts=tuple(counts.tolist()),
        shown=tuple((words[w], words[c]) for w, c in shown),
        unseen=tuple((words[w], words[c]) for w, c in unseen),
        examples=tuple(examples),
        place=place - 1,
        one_hot=np.eye(len(words))[list(chosen.inputs)],
        hidden=hidden,
        outputs=tuple(outputs),
        labels=labels,
        scores=scores,
        probabilities=probabilities,
        errors=probabilities - labels,
        loss=loss,
        loss_after=loss_and_gradients([chosen], vectors_after, output_after, loss_of)[0],
        hidden_gradient=loss_of(hidden, output, chosen)[1],
        input_gradient=input_gradient,
        output_gradient=output_gradient,
        input_before=vectors,
        input_after=vectors_after,
        output_before=output,
        output_after=output_after,
        word_probabilities=None if log_words is None else np.exp(log_words),
        paths=tuple(_path(tree, word) for word in range(len(words))),
        noise={exponent: noise_distribution(counts, exponent) for exponent in EXPONENTS},
        factors=factors(lists, sentence),
        neural_history=tuple(sentence[:2]),
        neural_input=np.concatenate([vectors[ids[word]] for word in sentence[:2]]),
    )


def _noise_words(
    example: Example, examples: list[Example], counts: Array, drawn: int | None, rng: np.random.Generator
) -> list[int]:
    if drawn is None:
        same = [one for one in examples if sorted(one.inputs) == sorted(example.inputs)]
        return sorted(set(range(len(counts))) - {one.target for one in same} - set(example.inputs))
    shares = noise_distribution(counts)
    shares[example.target] = 0.0
    return [int(word) for word in rng.choice(len(counts), drawn, p=shares / shares.sum())]


def _decisions(
    objective: str, example: Example, words: int, tree: HuffmanTree, noise: list[int]
) -> tuple[list[int], Array, Loss]:
    """The output rows of an example, their labels, and its loss."""
    target = example.target
    if objective == "negative":
        labels = np.array([1.0] + [0.0] * len(noise))
        drawn = np.array(noise, np.int64)
        return [target, *noise], labels, lambda h, u, one: negative_sampling(h, u, one.target, drawn)
    if objective == "hierarchical":
        nodes, codes = tree.path(target)
        labels = 1.0 - codes.astype(np.float64)
        return nodes.tolist(), labels, lambda h, u, one: hierarchical_softmax(h, u, tree, one.target)
    return list(range(words)), np.eye(words)[target], lambda h, u, one: softmax(h, u, one.target)


def _path(tree: HuffmanTree, word: int) -> tuple[tuple[int, int], ...]:
    nodes, codes = tree.path(word)
    return tuple(zip(nodes.tolist(), codes.tolist(), strict=True))
