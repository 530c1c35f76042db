"""What objects show in a notebook: well-formed HTML whose text is text, and a style that reaches no further."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from firth import Word2Vec, WordVectors
from firth.corpus import Vocabulary
from firth.drawing.cell import cell, notes, table
from firth.evaluation import SimilaritySet, health, similarity
from firth.evaluation.outcomes import Evaluation, Outcome
from firth.tuning import tune

HOSTILE = "<script>&\x1b[2J\u202e"
WORDS = [HOSTILE, *(f"w{i}" for i in range(30))]


def shown(given):
    """The tables of what a notebook is given, as lists of rows; it must be well-formed."""
    html = given if isinstance(given, str) else given._repr_html_()
    root = ElementTree.fromstring(html)
    assert root.get("class") == "firth-cell"
    assert "<script" not in html
    assert not set(html) & set("\x1b\u202e")
    return [
        [["".join(one.itertext()) for one in row if one.tag in ("td", "th")] for row in table.iter("tr")]
        for table in root.iter("table")
    ]


@pytest.fixture(scope="module")
def model():
    reports = []
    sentences = [[*WORDS[:16]], [*WORDS[15:]]] * 20
    made = Word2Vec(vector_size=4, min_count=1, workers=1, epochs=3, validation=0.2)
    made.fit(sentences, on_report=reports.append)
    return made, reports[0]


def test_text_is_text_and_style_stays_inside():
    html = cell(HOSTILE, [table([("a<b", "-1.5"), ("c", "word")], ["x", "y"]), notes(["n & m"])])
    assert shown(html) == [[["x", "y"], ["a<b", "-1.5"], ["c", "word"]]]
    style = re.search(r"<style>(.*)</style>", html, re.DOTALL)[1]
    assert all(line.startswith(".firth-cell ") for line in style.strip().split("\n"))
    assert "<td>-1.5</td>" in html  # numbers stand on the right
    assert '<td class="text">word</td>' in html
    assert notes([]) == ""


def test_a_model(model):
    (facts,) = shown(model[0])
    assert facts[0] == ["model", "skipgram, negative, 4 dimensions"]
    assert ["words", "31"] in facts
    assert facts[-1] == ["loss", f"{model[0].loss_[-1]:.4f}, held out {model[0].validation_loss_[-1]:.4f}"]
    assert "<svg" in model[0]._repr_html_()


def test_a_model_that_is_not_trained():
    assert shown(Word2Vec(window=3)) == [
        [["model", "skipgram, negative, 100 dimensions"], ["options", "window=3"], ["training", "none yet: call fit"]]
    ]


def test_a_report_says_what_its_lines_say(model):
    (facts,) = shown(model[1])
    assert [f"{name:<10} {fact}" for name, fact in facts] == model[1].lines()


def test_vectors_with_some_words_and_their_nearest(model):
    facts, words = shown(model[0].vectors)
    assert facts[:2] == [["words", "31"], ["dimensions", "4"]]
    assert facts[2] == ["trained", "architecture skipgram, objective negative, window 5, epochs 3"]
    assert words[0] == ["word", "count", "nearest words"]
    word, count, nearest = words[1]
    assert count == str(model[0].vectors.counts[model[0].vectors.get_index(word)])
    assert nearest == ", ".join(one for one, _ in model[0].vectors.most_similar(word, topn=5))


@pytest.mark.parametrize("words", [[], ["one"], [HOSTILE, "two"]])
def test_few_words(words):
    vectors = WordVectors(words, np.ones((len(words), 3)))
    tables = shown(vectors)
    assert tables[0][0] == ["words", str(len(words))]


def test_rows_that_are_not_finite_leave_out_the_words():
    assert len(shown(WordVectors(["a", "b"], [[1.0], [np.nan]]))) == 1


def test_of_many_words_the_first_are_searched():
    rng = np.random.default_rng(1)
    vectors = WordVectors([f"w{i}" for i in range(20_001)], rng.standard_normal((20_001, 2)))
    nearest = shown(vectors)[1][-1][1].split(", ")
    assert len(nearest) == 5
    assert "w20000" not in nearest


def test_results(model):
    pairs = SimilaritySet(HOSTILE, [("w1", "w2"), ("w3", "w9"), ("w4", "none")], np.array([1.0, 2.0, 3.0]))
    result = similarity(model[0].vectors, pairs)
    (figures,) = shown(result)
    assert figures == [[figure.name.strip(), str(figure)] for figure in result.figures()]
    assert "1 unknown word: none" in result._repr_html_()
    assert len(shown(health(model[0].vectors))[0]) == 6


def test_an_evaluation(model):
    result = health(model[0].vectors)
    evaluation = Evaluation(["a", HOSTILE], [Outcome.of([result, result], resamples=9, seed=1)], "all words")
    (figures,) = shown(evaluation)
    assert figures[0][:2] == ["health", "a"]
    assert figures[1] == ["zero rows", "0.0", "0.0"]


def test_a_search_for_options():
    pairs = SimilaritySet("pairs", [("a", "b"), ("b", "c"), ("a", "c")], np.array([1.0, 2.0, 3.0]))
    sizes = {"vector_size": [2, 3]}
    found = tune([["a", "b", "c"]] * 30, pairs, trials=2, search=sizes, min_count=1, workers=1)
    (trials,) = shown(found)
    assert trials[0] == ["trial", "metric", "vector_size", "seconds", ""]
    assert [row[0] for row in trials[1:]] == ["1", "2"]
    assert [row[-1] for row in trials[1:]].count("best") == 1


def test_a_vocabulary():
    facts, first = shown(Vocabulary([HOSTILE, *(f"w{i}" for i in range(19))], [60, 21, *[1] * 18]))
    assert facts == [
        ["words", "20"],
        ["tokens", "99"],
        ["most frequent words", "share of the tokens by the first 10: 90%"],
        ["words seen once", "18"],
    ]
    assert first[0] == ["word", "count", "share"]
    assert first[2] == ["w0", "21", "21.21%"]
    assert len(first) == 11
    assert shown(Vocabulary([], [])) == [[["words", "0"], ["tokens", "0"]]]
