"""One step of training as plain data, against numbers worked out by hand."""

import math
from itertools import pairwise, product

import numpy as np
import pytest

from firth import OptionError, WrongType
from firth.explain import explain

SENTENCE = ["川建国", "同志", "一名", "优秀", "党员"]
MODELS = list(product(["skipgram", "cbow"], ["negative", "hierarchical", "softmax"]))


def trace(**options):
    return explain([SENTENCE], **{"window": 1, "vector_size": 2, **options})


def test_the_exact_sets():
    step = trace()
    neighbours = [pair for one, two in pairwise(SENTENCE) for pair in ((one, two), (two, one))]
    assert sorted(step.shown) == sorted(neighbours)
    assert len(step.shown) == 8
    every = {(w, c) for w in SENTENCE for c in SENTENCE if w != c}
    assert set(step.unseen) == every - set(neighbours)
    assert len(step.unseen) == 12


@pytest.mark.parametrize(("architecture", "objective"), MODELS)
def test_gradients_are_slopes_of_the_loss(architecture, objective):
    """Each printed row against the loss, computed here with the standard library's functions alone."""
    step = trace(architecture=architecture, objective=objective, example=2, seed=5)
    inputs, target = step.example

    def loss(vectors, output):
        h = [sum(vectors[w][d] for w in inputs) / len(inputs) for d in range(2)]
        dots = [sum(u * x for u, x in zip(output[row], h, strict=True)) for row in step.outputs]
        if objective == "softmax":
            return math.log(sum(map(math.exp, dots))) - dots[target]
        return sum(math.log1p(math.exp(-s if t else s)) for s, t in zip(dots, step.labels, strict=True))

    before = step.input_before, step.output_before
    assert step.loss == pytest.approx(loss(*before), rel=1e-12)
    assert step.loss_after == pytest.approx(loss(step.input_after, step.output_after), rel=1e-12)
    assert step.loss_after < step.loss
    for side, gradient in enumerate((step.input_gradient, step.output_gradient)):
        for place in np.ndindex(gradient.shape):
            ends = []
            for move in (1e-6, -1e-6):
                moved = [matrix.copy() for matrix in before]
                moved[side][place] += move
                ends.append(loss(*moved))
            assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-8)
    np.testing.assert_allclose(step.input_after, step.input_before - 0.2 * step.input_gradient, rtol=1e-14)
    np.testing.assert_allclose(step.output_after, step.output_before - 0.2 * step.output_gradient, rtol=1e-14)
    np.testing.assert_allclose(step.input_gradient.sum(axis=0), step.hidden_gradient, rtol=1e-12)
    np.testing.assert_allclose(step.one_hot.mean(axis=0) @ step.input_before, step.hidden, rtol=1e-12)


@pytest.mark.parametrize("objective", ["hierarchical", "softmax"])
def test_the_probabilities_of_words(objective):
    step = trace(objective=objective)
    assert step.word_probabilities.sum() == pytest.approx(1, abs=1e-12)
    assert step.loss == pytest.approx(-math.log(step.word_probabilities[step.example.target]), rel=1e-12)
    assert trace().word_probabilities is None


def test_codes_noise_and_cost():
    """Counts 4, 2, 1, 1: the code lengths of Huffman's tree are 1, 2, 3, 3."""
    step = explain([["a", "b", "a", "c", "a", "b", "a", "d"]], objective="hierarchical", window=1)
    assert step.counts == (4, 2, 1, 1)
    assert list(map(len, step.codes)) == [1, 2, 3, 3]
    assert sum(2.0 ** -len(code) for code in step.codes) == 1
    np.testing.assert_allclose(step.noise[0.0], [1 / 4] * 4)
    np.testing.assert_allclose(step.noise[1.0], [1 / 2, 1 / 4, 1 / 8, 1 / 8])
    powers = np.array([2 * math.sqrt(2), 2 * math.sqrt(math.sqrt(2)) / math.sqrt(2), 1, 1])  # 4^(3/4), 2^(3/4), 1, 1
    np.testing.assert_allclose(step.noise[0.75], powers / powers.sum())
    assert step.example == ((0,), 1)  # b from a
    assert step.cost == {"softmax": 4, "hierarchical": 2, "negative": 6}
    assert explain([["a", "b"]], negative=3).cost == {"softmax": 2, "hierarchical": 1, "negative": 4}


def test_before_word2vec():
    """Laplace's smoothing by hand: a, b and the end are V = 3; "a" is followed by b twice and by the end once."""
    step = explain([["a"], ["a", "b"], ["a", "b"]])
    by_hand = [("<s>", "a", 3, 3, 4 / 6), ("a", "b", 2, 3, 3 / 6), ("b", "</s>", 2, 2, 3 / 5)]
    for factor, expected in zip(step.factors, by_hand, strict=True):
        assert factor[:4] == expected[:4]
        assert factor.probability == pytest.approx(expected[4], rel=1e-6)
    marks = explain([["<s>", "<unk>", "</s>"]]).factors
    assert [factor[:2] for factor in marks[1:3]] == [("<s>", "<unk>"), ("<unk>", "</s>")]
    assert step.neural_history == ("a", "b")
    assert step.neural_input.tolist() == [*step.input_before[0], *step.input_before[1]]


def test_noise_words():
    step = trace()  # the first example: 同志 from 川建国
    assert [step.words[word] for word in step.outputs] == ["同志", "一名", "优秀", "党员"]
    drawn = [word for seed in range(1, 20) for word in trace(negative=20, seed=seed).outputs[1:]]
    assert set(drawn) == {0, 2, 3, 4}  # never the target


@pytest.mark.parametrize(("example", "far"), [(1, "一名 优秀 党员"), (2, "优秀 党员"), (3, "川建国 党员")])
def test_noise_words_of_a_window(example, far):
    """CBOW's are the words outside the window, though they may stand near one of its words elsewhere."""
    step = trace(architecture="cbow", example=example)
    assert [step.words[word] for word in step.outputs[1:]] == far.split()


def test_in_a_notebook():
    html = explain([["<b>", "&"]], window=1)._repr_html_()
    assert "predict &amp; from &lt;b&gt;" in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"example": 9}, "example=9, expected at most 8"),
        ({"window": 0}, "window=0, expected 1 to 10"),
        ({"vector_size": 11}, "vector_size=11, expected 2 to 10"),
        ({"objective": "hs"}, "objective='hs'"),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_mistakes(options, message):
    with pytest.raises(OptionError, match=message):
        trace(**options)


def test_a_sentence_is_a_list():
    with pytest.raises(WrongType):
        explain(["a b"])
