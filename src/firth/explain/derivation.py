"""A step of training in words: each formula by name and source, then with the numbers of the example put in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from firth.drawing.characters import columns, padded
from firth.escapes import escaped

if TYPE_CHECKING:
    from firth.explain.trace import Trace
    from firth.objectives.logistic import Array

_SOURCES = {
    "negative": "negative sampling (Mikolov et al. 2013, equation 4; Goldberg and Levy 2014)",
    "hierarchical": "hierarchical softmax (Mikolov et al. 2013, equation 3)",
    "softmax": "full softmax (Rong 2014, equations 5 to 12)",
}


def derivation(trace: Trace) -> list[str]:
    """The lines of text."""
    parts = (_text, _forward, _loss, _backward, _rows, _probabilities, _tree, _noise, _cost, _chain_rule, _neural)
    return [line for part in parts for line in (*part(trace), "")][:-1]


def _text(trace: Trace) -> Iterable[str]:
    architecture = {"skipgram": "Skip-gram", "cbow": "CBOW"}[trace.architecture]
    yield f"{architecture} with {_SOURCES[trace.objective]}"
    yield ""
    yield "1. The text and its pairs (Goldberg and Levy 2014, section 2)"
    tokens, words = _count(sum(trace.counts), "token"), _count(len(trace.words), "different word")
    yield f"   {tokens}, {words}, window {trace.window}"
    yield f"   D, {_count(len(trace.shown), 'pair')} that the text shows:  {_pairs(trace.shown)}"
    yield f"   D', {_count(len(trace.unseen), 'pair')} that it does not show:  {_pairs(trace.unseen)}"
    inputs, target = ", ".join(trace.words[word] for word in trace.example.inputs), trace.words[trace.example.target]
    yield f"   Example {trace.place + 1} of {len(trace.examples)}: predict {target} from {inputs}"


def _forward(trace: Trace) -> Iterable[str]:
    inputs = trace.example.inputs
    yield "2. Input and hidden vector"
    names = [trace.words[word] for word in inputs]
    yield from _table(
        ("one-hot x", *names), [(f"x_{i + 1}", *map(_whole, row)) for i, row in enumerate(trace.one_hot.T)]
    )
    if len(inputs) == 1:
        yield "   h = V^T x = v_w, the row of the input word (Rong 2014, equation 1)"
    else:
        yield f"   h = (1/C) sum of v over the C = {len(inputs)} input words (Rong 2014, equation 18)"
    rows = [(f"v {trace.words[word]}", *map(_number, trace.input_before[word])) for word in inputs]
    yield from _table(None, [*rows, ("h", *map(_number, trace.hidden))])


def _loss(trace: Trace) -> Iterable[str]:
    yield "3. Scores, probabilities and loss"
    yield f"   score s = u . h;  {_PROBABILITY[trace.objective]}"
    header = ("output row", "label t", "score s", "p", "error p - t")
    numbers = zip(trace.labels, trace.scores, trace.probabilities, trace.errors, strict=True)
    table = [
        (name, _whole(label), _number(score), _share(probability), _number(error))
        for name, (label, score, probability, error) in zip(_outputs(trace), numbers, strict=True)
    ]
    yield from _table(header, table)
    yield f"   {_LOSS[trace.objective]}"
    right = [
        probability if label or trace.objective == "softmax" else 1 - probability
        for label, probability in zip(trace.labels, trace.probabilities, strict=True)
        if label or trace.objective != "softmax"
    ]
    yield f"   E = {' '.join(f'- log {probability:.4f}' for probability in right)} = {trace.loss:.6f}"


_PROBABILITY = {
    "negative": "p = sigma(s) = 1 / (1 + exp(-s)), the probability that the pair is of the text",
    "hierarchical": "p = sigma(s) = 1 / (1 + exp(-s)), the probability of going left at the node; t = 1 is left",
    "softmax": "p = exp(s) / sum of exp(s) over all words (Rong 2014, equation 5)",
}
_LOSS = {
    "negative": "E = -log sigma(s_target) - sum over the noise words n of log sigma(-s_n)",
    "hierarchical": "E = -log p(target) = -sum over the path of log p(its decision)",
    "softmax": "E = -log p(target) (Rong 2014, equation 7)",
}


def _backward(trace: Trace) -> Iterable[str]:
    yield "4. Gradients"
    yield "   dE/ds = p - t, the error (Rong 2014, equation 8; for sigma, sections 3.1 and 3.2)"
    yield "   dE/du = (p - t) h (Rong 2014, equation 9)"
    table = [
        (f"dE/du {name}", *map(_number, trace.output_gradient[row]))
        for row, name in zip(dict.fromkeys(trace.outputs), dict.fromkeys(_outputs(trace)), strict=True)
    ]
    yield from _table(None, table)
    yield "   dE/dh = sum of (p - t) u over the output rows (Rong 2014, equation 12)"
    inputs = dict.fromkeys(trace.example.inputs)
    if (places := len(trace.example.inputs)) > 1:
        yield f"   dE/dv = (1/C) dE/dh, C = {places}, once for each place of a word (Rong 2014, equation 23)"
    else:
        yield "   dE/dv = dE/dh, as h = v"
    rows = [(f"dE/dv {trace.words[word]}", *map(_number, trace.input_gradient[word])) for word in inputs]
    yield from _table(None, [("dE/dh", *map(_number, trace.hidden_gradient)), *rows])


def _rows(trace: Trace) -> Iterable[str]:
    yield f"5. The step: each row minus {trace.learning_rate:g} times its gradient"
    table = []
    for word in dict.fromkeys(trace.example.inputs):
        table += _before_after(f"v {trace.words[word]}", trace.input_before[word], trace.input_after[word])
    for row, name in zip(dict.fromkeys(trace.outputs), dict.fromkeys(_outputs(trace)), strict=True):
        table += _before_after(f"u {name}", trace.output_before[row], trace.output_after[row])
    yield from _table(None, table)
    yield f"   The loss of this example was {trace.loss:.6f}, and is now {trace.loss_after:.6f}."


def _before_after(name: str, before: Array, after: Array) -> list[tuple[str, ...]]:
    return [(name, "before", *map(_number, before)), ("", "after", *map(_number, after))]


def _probabilities(trace: Trace) -> Iterable[str]:
    yield "6. The probability of each word"
    if trace.word_probabilities is None:
        yield "   Negative sampling defines none: it tells pairs of the text from others."
        return
    yield from _table(None, [(w, _share(p)) for w, p in zip(trace.words, trace.word_probabilities, strict=True)])
    yield f"   They sum to {trace.word_probabilities.sum():.12g}."


def _tree(trace: Trace) -> Iterable[str]:
    yield "7. The Huffman tree of the text: code 0 is left, 1 is right; node 0 is the root"
    table = [
        (word, str(count), code, " ".join(f"{node}:{'right' if right else 'left'}" for node, right in path))
        for word, count, code, path in zip(trace.words, trace.counts, trace.codes, trace.paths, strict=True)
    ]
    yield from _table(("word", "count", "code", "decisions"), table)


def _noise(trace: Trace) -> Iterable[str]:
    yield "8. The noise distribution: count^a / sum of count^a (Mikolov et al. 2013, section 2.2, chose a = 3/4)"
    table = [
        (word, *(_share(shares[word_id]) for shares in trace.noise.values()))
        for word_id, word in enumerate(trace.words)
    ]
    yield from _table(("word", *(f"a = {exponent:g}" for exponent in trace.noise)), table)


def _cost(trace: Trace) -> Iterable[str]:
    yield "9. Output rows that one example needs"
    names = {
        "softmax": "full softmax: V, all words",
        "hierarchical": "hierarchical softmax: the target's path, about log2 V",
        "negative": "negative sampling: 1 + k",
    }
    yield from _table(None, [(names[name], str(rows)) for name, rows in trace.cost.items()])


def _chain_rule(trace: Trace) -> Iterable[str]:
    yield "10. Before word2vec: the probability of a sentence by the chain rule"
    size = len(trace.words) + 1
    yield f"   p(w | history) = (count + 1) / (count of history + V), Laplace's smoothing; V = {size} with the end </s>"
    table = [
        (
            f"p({one.word} | {one.history})",
            f"({one.seen} + 1) / ({one.history_seen} + {size})",
            _share(one.probability),
        )
        for one in trace.factors
    ]
    yield from _table(None, table)
    yield f"   Their product is the probability of the sentence, {math.prod(f.probability for f in trace.factors):.4g}."


def _neural(trace: Trace) -> Iterable[str]:
    yield "11. The neural language model's input: the vectors of the words before, concatenated (Bengio et al. 2003)"
    yield f"   [v {'; v '.join(trace.neural_history)}] = [{'  '.join(map(_number, trace.neural_input))}]"
    yield "   Its places are kept apart, where CBOW takes the mean and forgets the order."


def _outputs(trace: Trace) -> list[str]:
    if trace.objective == "hierarchical":
        return [f"node {node}" for node in trace.outputs]
    return [trace.words[word] for word in trace.outputs]


def _pairs(pairs: Sequence[tuple[str, str]], most: int = 24) -> str:
    shown = "  ".join(f"({word}, {context})" for word, context in pairs[:most])
    return f"{shown}  and {len(pairs) - most} more" if len(pairs) > most else shown


def _table(header: tuple[str, ...] | None, rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    lines = [[escaped(cell) for cell in row] for row in ([header] if header else []) + list(rows)]
    widths = [max(map(columns, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield ("   " + "  ".join(padded(cell, width) for cell, width in zip(line, widths, strict=True))).rstrip()


def _number(value: float) -> str:
    return f"{value:+.4f}"


def _share(value: float) -> str:
    return f"{value:.4f}"


def _whole(value: float) -> str:
    return f"{value:.0f}"


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"
