"""Vectors that are means of rows: gradients by central differences, and by hand."""

import numpy as np
import pytest

from firth.objectives.examples import Example, cbow, skipgram
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.hierarchical import hierarchical_softmax, huffman_tree
from firth.objectives.negative import negative_sampling
from firth.objectives.softmax import softmax
from firth.objectives.subwords import averages, subword_loss_and_gradients

DIMS, ROWS = 3, 9
SENTENCE = [0, 3, 1, 0, 2, 4, 1]
LISTS = [[0, 5, 6], [1], [2, 7, 7, 5], [3, 8], [4, 8, 8, 5, 6]]
TREE = huffman_tree(np.array([9, 5, 4, 3, 1]))
OBJECTIVES = {
    "negative": lambda h, u, example: negative_sampling(h, u, example.target, np.array([2, 2, 4]), 1.5),
    "hierarchical": lambda h, u, example: hierarchical_softmax(h, u, TREE, example.target),
    "softmax": lambda h, u, example: softmax(h, u, example.target),
}


def matrices(objective):
    rng = np.random.default_rng(4)
    return rng.normal(size=(ROWS, DIMS)), rng.normal(size=(4 if objective == "hierarchical" else 5, DIMS))


@pytest.mark.parametrize("architecture", [skipgram, cbow])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_gradients_by_central_differences(architecture, objective):
    z, u = matrices(objective)
    examples = list(architecture(SENTENCE, 2))
    _, z_gradient, u_gradient = subword_loss_and_gradients(examples, LISTS, z, u, OBJECTIVES[objective])
    for matrix, gradient in ((z, z_gradient), (u, u_gradient)):
        for index in np.ndindex(*matrix.shape):
            kept, told = matrix[index], []
            for step in (1e-6, -1e-6):
                matrix[index] = kept + step
                told.append(subword_loss_and_gradients(examples, LISTS, z, u, OBJECTIVES[objective])[0])
            matrix[index] = kept
            assert gradient[index] == pytest.approx((told[0] - told[1]) / 2e-6, abs=1e-7)


def test_shares_by_hand():
    np.testing.assert_allclose(averages([[0, 2, 2, 1], [1], []], 3), [[0.25, 0.25, 0.5], [0, 1, 0], [0, 0, 0]])


def test_one_row_a_word_is_the_model_without_subwords():
    z, u = matrices("softmax")
    examples = list(cbow(SENTENCE, 2))
    loss, z_gradient, u_gradient = subword_loss_and_gradients(
        examples, [[word] for word in range(5)], z, u, OBJECTIVES["softmax"]
    )
    expected = loss_and_gradients(examples, z[:5], u, OBJECTIVES["softmax"])
    assert loss == pytest.approx(expected[0])
    np.testing.assert_allclose(z_gradient[:5], expected[1])
    np.testing.assert_allclose(u_gradient, expected[2])


def test_fasttexts_gradient_is_n_times_too_long():
    z, u = matrices("softmax")
    for word in (0, 2):
        arguments = ([Example((word,), 1)], LISTS, z, u, OBJECTIVES["softmax"])
        _, exact, _ = subword_loss_and_gradients(*arguments)
        _, undivided, _ = subword_loss_and_gradients(*arguments, subword_gradient="fasttext")
        np.testing.assert_allclose(undivided, len(LISTS[word]) * exact)
