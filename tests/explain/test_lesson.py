"""The numbers of the page of ``firth explain`` are those of the objectives."""

from collections import Counter
from itertools import product

import numpy as np
import pytest

from firth import OptionError, WrongType
from firth.explain.lesson import lesson
from firth.objectives import examples as shown_by
from firth.objectives.gradients import loss_and_gradients
from firth.objectives.hierarchical import hierarchical_softmax, huffman_tree, log_probabilities
from firth.objectives.logistic import logistic
from firth.objectives.negative import exact_objective, negative_sampling, noise_distribution
from firth.objectives.softmax import softmax

SENTENCE = ["川建国", "同志", "一名", "优秀", "党员"]
TEXT = [line.split() for line in ("the cat sat on the mat", "the dog sat on the rug", "a cat and a dog")]
WORDS = [word for word, _ in Counter(word for line in TEXT for word in line).most_common()]
IDS = [[WORDS.index(word) for word in line] for line in TEXT]
COUNTS = np.bincount(np.concatenate(IDS))
TREE = huffman_tree(COUNTS)
WINDOW, RATE = 2, 0.25
MODELS = list(product(["skipgram", "cbow"], ["negative", "hierarchical", "softmax"]))

SMALL = {"height": 200, "reduced_motion": "reduce"}  # less to paint
PRESS = "([id, times]) => { for (let i = 0; i < times; i++) found(id).click(); }"
CHOOSE = "([name, value]) => document.querySelector(`input[name=${name}][value=${value}]`).click()"
VECTORS = "Object.values(page.training.vectors).map((rows) => rows.map((row) => [...row]))"
ROWS = "(rows) => rows.map((row) => [...row.querySelectorAll('td.number')].map((cell) => Number(cell.dataset.value)))"
TRAIN = "(steps) => { for (let i = 0; i < steps; i++) forward(); render(); }"
SHOWN = """[...document.querySelectorAll("header, aside, main > section")].map((part) => {
  const copy = part.cloneNode(true);
  copy.querySelector("#map")?.remove();  // is turned to follow the last picture
  return copy.innerHTML;
})"""


def press(page, button, times=1):
    """Press a button at once, where Playwright would wait for frames."""
    page.evaluate(PRESS, [button, times])


def begin(page, architecture, objective, *, noise="exact", pace="text"):
    """Choose a model with the page's own controls."""
    choices = {"architecture": architecture, "objective": objective, "noise": noise, "pace": pace}
    for name, value in choices.items():
        page.evaluate(CHOOSE, [name, value])


def vectors_of(page):
    return tuple(np.array(matrix) for matrix in page.evaluate(VECTORS))


def number(page, selector):
    return float(page.get_attribute(selector, "data-value"))


def table(page, name):
    return np.array(page.locator(f"[data-name={name}] tbody tr").evaluate_all(ROWS))


def assert_same(ours, theirs):
    np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-9)


def examples_of(architecture):
    return [example for ids in IDS for example in getattr(shown_by, architecture)(ids, WINDOW)]


def expected(architecture, objective, vectors):
    """Loss and gradients of the whole text, by the objectives."""
    examples = examples_of(architecture)
    if objective == "softmax":
        return loss_and_gradients(examples, *vectors, lambda h, U, one: softmax(h, U, one.target))
    if objective == "hierarchical":
        return loss_and_gradients(examples, *vectors, lambda h, U, one: hierarchical_softmax(h, U, TREE, one.target))
    if architecture == "skipgram":
        return exact_objective(IDS, *vectors, WINDOW)
    return exact_cbow(examples, *vectors)


def exact_cbow(examples, input_vectors, output_vectors):
    """D and D' of windows: each window with the words that stand in it, and with all that are not of it."""
    seen = {}
    for example in examples:
        seen.setdefault(tuple(sorted(example.inputs)), Counter())[example.target] += 1
    loss, gradients = 0.0, [np.zeros_like(input_vectors), np.zeros_like(output_vectors)]
    for inputs, targets in seen.items():
        rows = [word for word in range(len(WORDS)) if word in targets or word not in inputs]
        labels = [word in targets for word in rows]
        often = [targets.get(word, 1) for word in rows]
        hidden = input_vectors[list(inputs)].mean(axis=0)
        one, hidden_gradient, row_gradients = logistic(hidden, output_vectors[rows], labels, often)
        loss += one
        np.add.at(gradients[1], rows, row_gradients)
        np.add.at(gradients[0], list(inputs), hidden_gradient / len(inputs))
    return loss, *gradients


def test_every_model_trains_as_the_objectives_say(open_page):
    page = open_page(lesson(TEXT, window=WINDOW, vector_size=3, learning_rate=RATE), **SMALL)
    for architecture, objective in MODELS:
        begin(page, architecture, objective)
        start = vectors = vectors_of(page)
        for _ in range(3):
            loss, *gradients = expected(architecture, objective, vectors)
            assert_same(number(page, "[data-name=whole-loss]"), loss)
            vectors = tuple(m - RATE * g for m, g in zip(vectors, gradients, strict=True))
            press(page, "forward")
            for ours, theirs in zip(vectors, vectors_of(page), strict=True):
                assert_same(ours, theirs)
        assert np.abs(vectors[0] - start[0]).max() > 1e-3
        press(page, "back", 3)
        for ours, theirs in zip(start, vectors_of(page), strict=True):
            np.testing.assert_array_equal(theirs, ours)


def test_noise_words(open_page):
    page = open_page(lesson(TEXT, window=WINDOW, vector_size=3, learning_rate=RATE, negative=4), **SMALL)
    distributions = [noise_distribution(COUNTS, exponent) for exponent in (0, 0.75, 1)]
    assert_same(np.stack([COUNTS, *distributions], axis=1)[:, 1:], table(page, "noise")[:, 1:])
    drawn = page.evaluate(
        """() => { const drawnWords = Array(text.words.length).fill(0);
        for (let step = 0; step < 20000; step++) drawnWords[drawn(page.model.noise, uniform(1, 7, step, 0, 3))] += 1;
        return drawnWords; }"""
    )
    shares = distributions[1]
    assert (np.abs(drawn - 20000 * shares) / np.sqrt(20000 * shares * (1 - shares))).max() < 4
    for architecture in ("skipgram", "cbow"):
        begin(page, architecture, "negative", noise="drawn", pace="example")
        page.evaluate("page.settings.negatives = 4")
        press(page, "restart")
        press(page, "operation-loss")
        for example in examples_of(architecture)[:4]:
            rows = page.locator("[data-name=losses] tbody tr").evaluate_all("(all) => all.map((r) => +r.dataset.row)")
            assert (rows[0], len(rows)) == (example.target, 5)
            assert example.target not in rows[1:]
            V, U = vectors_of(page)
            inputs, noise = list(example.inputs), np.array(rows[1:])
            loss, hidden_gradient, gradient = negative_sampling(V[inputs].mean(axis=0), U, example.target, noise)
            assert_same(loss, number(page, "[data-name=loss]"))
            np.subtract.at(V, inputs, RATE * hidden_gradient / len(inputs))
            press(page, "forward")
            for ours, theirs in zip((V, U - RATE * gradient), vectors_of(page), strict=True):
                assert_same(ours, theirs)


def test_a_step_shows_its_numbers_and_is_taken_back(open_page):
    page = open_page(lesson([SENTENCE], window=1, objective="softmax"), **SMALL)
    V, U = vectors_of(page)
    _, hidden_gradient, gradient = softmax(V[0], U, 1)
    press(page, "operation-gradients")
    shown = table(page, "output-gradients")
    assert_same(gradient, shown[:, :-1])
    assert_same(gradient[:, 2], shown[:, -1] * V[0, 2])
    assert_same([hidden_gradient], table(page, "input-gradients"))
    press(page, "operation-update")
    assert_same([V[0], hidden_gradient, V[0] - 0.2 * hidden_gradient], table(page, "input-update"))
    start = page.evaluate(SHOWN)
    page.click("#forward")
    assert page.evaluate(SHOWN) != start
    press(page, "forward", 59)  # beyond the vectors that are kept
    assert page.inner_text("#status").startswith("Step 60 ")
    press(page, "back", 60)
    assert page.evaluate(SHOWN) == start
    assert page.is_disabled("#back")


def test_pairs_and_ngrams_of_a_sentence(open_page):
    page = open_page(lesson([SENTENCE], window=1), **SMALL)
    assert "D has 8 pairs and D′ has 12." in page.inner_text("#pair-counts")
    cells = page.locator("[data-name=pairs] tbody td").all_inner_texts()
    assert (cells.count("● D"), cells.count("○ D′"), cells.count("–")) == (8, 12, 5)
    # Of 5 words and the end of the sentence each bigram has the smoothed probability (1 + 1) / (1 + 6).
    assert number(page, "[data-name=sentence-probability]") == pytest.approx((2 / 7) ** 6, rel=1e-12)
    page.select_option("#order", "1")  # each word (1 + 1) / (6 + 6)
    assert number(page, "[data-name=sentence-probability]") == pytest.approx((2 / 12) ** 6, rel=1e-12)
    page.select_option("#order", "2")
    page.select_option("#scored", "reversed")  # no bigram was seen, but each context: 1 / (1 + 6)
    assert number(page, "[data-name=sentence-probability]") == pytest.approx((1 / 7) ** 6, rel=1e-12)
    V, _ = vectors_of(page)
    H, U = page.evaluate("[randomMatrix(77, 4, 8), randomMatrix(78, 5, 4)].map((m) => m.map((row) => [...row]))")
    scores = np.array(U) @ np.tanh(np.array(H) @ np.concatenate([V[0], V[1]]))
    assert_same(np.exp(scores) / np.exp(scores).sum(), table(page, "neural-probabilities")[:, 0])


def test_the_tree(open_page):
    page = open_page(lesson(TEXT, objective="hierarchical", architecture="cbow"), **SMALL)
    press(page, "forward", 5)
    press(page, "operation-probabilities")
    V, U = vectors_of(page)
    example = examples_of("cbow")[5]
    probabilities = np.exp(log_probabilities(U @ V[list(example.inputs)].mean(axis=0), TREE))
    hidden = "learned(shownExample(), page.training.vectors).hidden"
    shown = page.evaluate(f"leafProbabilities(text.paths, {hidden}, page.training.vectors.output)")
    assert_same(probabilities, shown)
    assert number(page, "[data-name=leaf-sum]") == pytest.approx(1, abs=1e-12)
    codes = ["".join(map(str, TREE.path(word)[1])) for word in range(len(WORDS))]
    drawn = [line.split(" p = ") for line in page.locator("#tree-drawing .tick").all_text_contents()]
    assert {code.strip() for code, _ in drawn} == set(codes)
    assert sorted(float(p) for _, p in drawn) == pytest.approx(sorted(probabilities), abs=1e-4)
    assert page.locator("#tree-drawing .knot").count() == len(WORDS) - 1
    assert page.locator("#tree-drawing .branch.taken").count() == len(codes[example.target])


def test_experiments(open_page):
    page = open_page(lesson(TEXT, window=4, vector_size=3), **SMALL)
    page.evaluate(CHOOSE, ["pace", "text"])
    press(page, "positives")
    page.evaluate(TRAIN, 100)
    history = page.evaluate("page.training.history")
    assert history[-1]["loss"] < 0.01 * history[0]["loss"]
    assert history[-1]["full"] > 2 * history[0]["full"]
    assert history[-1]["alike"] > 0.95
    assert "mean cosine 0.9" in page.inner_text("#collapse")
    press(page, "positives")
    press(page, "restart")
    page.evaluate(TRAIN, 100)
    assert page.evaluate("page.training.history.at(-1).alike") < 0.5
    assert page.is_hidden("#collapse")
    both = "(side) => [page.training, page.twin].map(({ vectors }) => vectors[side].map((row) => [...row]))"
    page.evaluate("page.rate = 2.5")
    for side, other in (("input", "output"), ("output", "input")):
        page.evaluate(CHOOSE, ["frozen", side])
        fixed, learned = page.evaluate(both, side), np.array(page.evaluate(both, other))
        assert fixed[0] == fixed[1]
        assert np.abs(learned[0] - learned[1]).max() > 0.1
        page.evaluate(TRAIN, 1000)
        assert page.evaluate(both, side) == fixed
        one, two = page.evaluate("[page.training, page.twin].map(({ history }) => history.at(-1).loss)")
        assert one == pytest.approx(two, rel=1e-3)
        assert one < 60


def test_a_text_that_cannot_be_explained():
    with pytest.raises(OptionError, match="501 tokens") as raised:
        lesson([["a", "b", "c"] * 167])
    assert "a few sentences" in raised.value.hint
    with pytest.raises(OptionError, match="61 different words"):
        lesson([list(map(str, range(61)))])
    for text in ([], [["a"]], [["a"], ["b"]]):
        with pytest.raises(OptionError, match="no sentence of two words"):
            lesson(text)
    with pytest.raises(OptionError, match="one word, repeated"):
        lesson([["a", "a"]])
    wrong = {"window": 0, "vector_size": 11, "learning_rate": 3.0, "negative": 0, "language": "de", "objective": "x"}
    for option, value in wrong.items():
        with pytest.raises(OptionError, match=f"^{option}="):
            lesson(TEXT, **{option: value})
    with pytest.raises(WrongType):
        lesson(["the cat"])
