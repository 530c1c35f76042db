"""The bar of a terminal and of a notebook: where there is one, what it shows, and that nothing of it stays."""

import functools
import io
import sys
import types

import pytest

from firth import OptionError, Word2Vec, encode
from firth.corpus.phrases_found import find_phrases
from firth.drawing.bar import NoBar, bar, in_notebook
from firth.drawing.notebook_bar import NotebookBar
from firth.drawing.terminal_bar import TerminalBar, figures_that_fit
from firth.lm import LinearMixture, LogLinearMixture, NeuralModel, NeuralOptions, NgramModel

SENTENCES = [["a", "b", "c", "d"]] * 50


class Terminal(io.StringIO):
    def isatty(self):
        return True


def in_terminal(monkeypatch):
    """Make stderr a terminal of 60 columns, and stdout a file; no fixture, for pytest sets both anew after those."""
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    return sys.stderr


class ZMQInteractiveShell:
    """What IPython calls its shell in the kernel of a notebook."""


class Handle:
    def __init__(self, shown):
        self.shown = shown

    def update(self, bundle, raw):
        assert raw
        self.shown.append(bundle)


@pytest.fixture
def notebook(monkeypatch):
    """This process seems to be a kernel; gives what was displayed."""
    shown = []

    def display(bundle, raw, display_id):
        assert raw
        assert display_id
        shown.append(bundle)
        return Handle(shown)

    ipython = types.SimpleNamespace(get_ipython=lambda: type("Shell", (ZMQInteractiveShell,), {})())
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    return shown


def fitted(**options):
    return Word2Vec(vector_size=4, min_count=1, workers=1, seed=3).fit(SENTENCES, **options)


def test_where_there_is_a_bar(monkeypatch):
    in_terminal(monkeypatch)
    assert type(bar()) is TerminalBar
    assert type(bar(False)) is NoBar
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")  # it is about colours, not about bars
    assert type(bar()) is NoBar
    monkeypatch.setattr(sys, "stderr", None)
    assert type(bar()) is NoBar
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))
    assert not in_notebook()  # IPython is imported, and does not run


def test_a_notebook_has_one_whatever_stderr_is(notebook):
    assert type(bar()) is NotebookBar
    assert type(bar(False)) is NoBar


def test_in_a_terminal_the_bar_ends_where_it_began(monkeypatch):
    terminal = in_terminal(monkeypatch)
    fitted(on_epoch=lambda _: print("told"))
    shown = terminal.getvalue()
    assert "epoch 5/5" in shown
    assert "words/s" in shown
    assert shown.endswith("\x1b[2K")  # the line of the bar is cleared
    assert sys.stdout.getvalue() == "told\n" * 5  # what is printed meanwhile goes where it would have gone


def test_a_failure_takes_the_bar_away(notebook):
    def fail(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fitted(on_progress=fail)
    assert notebook[-1] == {}


def test_in_a_notebook_the_cell_holds_nothing_in_the_end(notebook):
    fitted()
    assert len(notebook) > 3
    assert "<progress" in notebook[0]["text/html"]
    assert notebook[-1] == {}


def test_in_a_notebook_the_losses_so_far_are_beside_the_bar(notebook, monkeypatch):
    monkeypatch.setattr("firth.drawing.notebook_bar._SECONDS", 0)
    fitted()
    lines = [bundle["text/html"] for bundle in notebook if bundle and "epoch" in bundle["text/plain"]]
    points = [html.partition('points="')[2].partition('"')[0].split() for html in lines]
    assert points[0] == []  # there is no curve yet
    assert 2 <= len(points[-1]) <= 210
    assert len(points[-1]) > len(points[len(points) // 2])


def test_without_progress_nothing_is_shown(monkeypatch, notebook):
    terminal = in_terminal(monkeypatch)
    fitted(progress=False)
    assert (terminal.getvalue(), notebook) == ("", [])
    with pytest.raises(OptionError, match="progress='no', expected True or False"):
        fitted(progress="no")


def test_watching_does_not_change_the_bits(notebook):
    watched, alone = fitted(), fitted(progress=False)
    assert notebook
    assert (watched.input_vectors == alone.input_vectors).all()
    assert (watched.output_vectors == alone.output_vectors).all()
    assert watched.loss_ == alone.loss_


def pairs_of(source, **options):
    return find_phrases(source, **options).passes


def corpus_of(source, **options):
    with encode(source, **options) as corpus:
        return corpus.ids.tolist(), corpus.bounds.tolist(), corpus.vocabulary.words


def ngrams_of(source, **options):
    model = NgramModel.train(source, smoothing="witten-bell", **options)
    return model.words, model.log10_probabilities.tolist(), model.log10_backoffs.tolist()


def network_of(source, **options):
    sizes = {"vector_size": 4, "hidden_size": 4, "context": 2, "batch_size": 4}
    model = NeuralModel.train(source, NeuralOptions(**sizes, epochs=9), held_out=source[:5], workers=1, **options)
    return model.network.hidden_weights.tolist(), model.history


def weights_of(kind, source, **options):
    models = [NgramModel.train(source, order, smoothing="witten-bell", progress=False) for order in (1, 2)]
    return kind(models).fit(source, **options).weights.tolist()


TASKS = {  # what is called, and what it shows
    "encode": (corpus_of, ["reading"]),
    "find_phrases": (pairs_of, ["reading"]),
    "NgramModel.train": (ngrams_of, ["reading", "counting and smoothing"]),
    "NeuralModel.train": (network_of, ["reading", "epoch 3/9", "loss"]),
    "LinearMixture.fit": (functools.partial(weights_of, LinearMixture), ["scoring"]),
    "LogLinearMixture.fit": (functools.partial(weights_of, LogLinearMixture), ["scoring"]),
}


@pytest.mark.parametrize("task", TASKS)
def test_every_long_task_shows_a_bar_and_leaves_nothing(task, monkeypatch, notebook):
    monkeypatch.setattr("firth.drawing.notebook_bar._SECONDS", 0)
    run, told = TASKS[task]
    terminal = in_terminal(monkeypatch)
    watched = run(SENTENCES)
    lines = [bundle["text/plain"] for bundle in notebook if bundle]
    assert all(any(name in line for line in lines) for name in told), lines
    assert notebook[-1] == {}
    shown = len(notebook)
    for progress in (False, None):
        assert run(SENTENCES, progress=progress) == watched
    facts = []
    assert run(SENTENCES, progress=lambda *fact: facts.append(fact)) == watched
    assert {len(fact) for fact in facts} == {2}
    assert (len(notebook), terminal.getvalue()) == (shown, "")  # a function is called instead of a bar
    with pytest.raises(OptionError, match="progress='no', expected True or False"):
        run(SENTENCES, progress="no")


def test_a_failure_of_reading_takes_the_bar_away(notebook):
    with pytest.raises(OptionError, match="the empty str"):
        encode([["a"] * 100_000, [""]])
    assert "reading" in notebook[0]["text/plain"]
    assert notebook[-1] == {}


def test_reading_in_a_terminal(monkeypatch):
    terminal = in_terminal(monkeypatch)
    encode(SENTENCES).close()
    assert "reading" in terminal.getvalue()
    assert terminal.getvalue().endswith("\x1b[2K")


def test_the_bar_fits_60_columns(monkeypatch):
    terminal = in_terminal(monkeypatch)
    one = TerminalBar()
    one.show("epoch 1/5", 50, 100, ["6.01 M words/s", "loss 2.1234", "rate 0.01234"])
    one.close()
    lines = [line for line in terminal.getvalue().replace("\x1b[2K", "\r").split("\r") if "epoch" in line]
    assert "6.01 M words/s  loss 2.1234" in lines[-1]
    assert "rate" not in lines[-1]
    assert "…" not in lines[-1]


def test_as_many_figures_as_fit():
    assert figures_that_fit(["abc", "de", "f"], 8) == "abc  de"
    assert figures_that_fit(["abc", "de", "f"], 2) == ""


def test_names_cannot_steer_the_page(notebook):
    one = NotebookBar()
    one.show("<b>\x1b[2J", 1, 2, ["&"])
    assert "&lt;b&gt;\\x1b[2J" in notebook[0]["text/html"]
    assert "&amp;" in notebook[0]["text/html"]


def test_a_notebook_is_not_flooded(notebook):
    one = NotebookBar()
    for done in range(1000):
        one.show("reading", done, 1000, [])
    assert len(notebook) < 10
    one.show("reading", 1000, 1000, [])
    assert "100%" in notebook[-1]["text/plain"]
