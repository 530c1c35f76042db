"""The HTML report: well-formed, self-contained, its figures those of the results, its dots where they belong."""

from html.parser import HTMLParser

import numpy as np
import pytest

from firth.drawing.plots import Mark
from firth.evaluation import (
    AnalogySet,
    OutlierSet,
    SessionSet,
    SimilaritySet,
    analogy,
    health,
    outliers,
    sequences,
    similarity,
)
from firth.evaluation.comparison import Difference
from firth.evaluation.evaluation_page import _difference, _mark, html
from firth.evaluation.outcomes import Evaluation, Outcome
from firth.evaluation.questions import Question, Section
from firth.evaluation.results import Figure
from firth.vectors import WordVectors

RNG = np.random.default_rng(2)
WORDS = [f"w{i}" for i in range(20)]
PAIRS = [(f"w{i}", f"w{j}") for i, j in RNG.integers(0, 20, (30, 2))]
TESTS = [
    (similarity, SimilaritySet("pairs <1> & 2", PAIRS, RNG.random(30))),
    (outliers, OutlierSet("groups", [(WORDS[:4], WORDS[4:9])])),
    (sequences, SessionSet("sessions", [[f"w{i}" for i in row] for row in RNG.integers(0, 20, (9, 3))])),
    (analogy, AnalogySet("q", [Section(n, [], [Question("w1", "w2", "w3", ("w4",))] * 3) for n in ("family", "x")])),
    (lambda vectors, _: health(vectors), None),
]
MODELS = ["a", "<script>alert('b')</script>"]


@pytest.fixture(scope="module")
def evaluation():
    vectors = [WordVectors(WORDS, RNG.standard_normal((20, 4))) for _ in MODELS]
    results = [[test(v, given) for v in vectors] for test, given in TESTS]
    return Evaluation(MODELS, [Outcome.of(row, resamples=50, seed=1) for row in results], "all words take part")


class Tags(HTMLParser):
    """Checks that every tag is closed in order, and gathers what a page would fetch or run."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.outside = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.outside += [value for name, value in attrs if name in ("src", "href", "onload", "onclick")]
        if tag not in ("meta", "circle", "line", "rect"):
            self.open.append(tag)

    def handle_startendtag(self, tag, _):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing(evaluation):
    page = html(evaluation)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.outside == []
    assert not {"script", "link", "img", "iframe"} & set(tags.seen)
    assert "url(" not in page
    assert "@import" not in page
    assert "&lt;script&gt;alert(&#x27;b&#x27;)&lt;/script&gt;" in page
    assert "<h2>pairs &lt;1&gt; &amp; 2</h2>" in page


def test_its_figures_are_those_of_the_results(evaluation):
    page = html(evaluation)
    for outcome in evaluation.outcomes:
        for result in outcome.results:
            assert all(f"<td>{figure}</td>" in page for figure in result.figures())
        for differences in outcome.differences.values():
            assert all(f"{100 * d.difference:+.1f} [" in page and f"p {d.p:.3f}" in page for d in differences)
    found = [measure for outcome in evaluation.outcomes for measure in outcome.differences]
    assert found == ["Spearman", "Pearson", "accuracy", "OPP", "hit rate", "NDCG", "accuracy"]
    assert page.count("<h2>") == 5


def test_one_model_has_no_differences(evaluation):
    alone = [Outcome.of(outcome.results[:1], resamples=50, seed=1) for outcome in evaluation.outcomes]
    page = html(Evaluation(["a"], alone, "policy"))
    assert "difference" not in page.lower().replace("differences in", "")


@pytest.mark.parametrize(("p", "is_clear"), [(0.049, True), (0.05, False), (0.9, False)])
def test_only_clear_differences_are_bold(p, is_clear):
    cell = _difference(Difference("accuracy", 0.5, 0.4, -0.1, (-0.2, 0.05), p, 1234))
    assert ('class="clear"' in cell) == is_clear
    assert f"-10.0 [-20.0, +5.0], p {p:.3f}, 1,234 shared" in cell


def test_marks_are_in_per_cent():
    assert _mark(Figure("a", 50.0, (0.4, 0.625))) == Mark(50.0, (40.0, 62.5), "50.0 [40.0, 62.5]")
