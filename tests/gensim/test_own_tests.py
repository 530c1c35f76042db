"""gensim's own tests of vectors and phrases, against firth.gensim: the documentation explains what does not pass.

``benchmarks/gensim_tests.py`` runs those that train, too.
"""

import warnings
from pathlib import Path

import pytest

pytest.importorskip("gensim")


@pytest.mark.parametrize("name", ["test_keyedvectors", "test_phrases"])
def test_what_does_not_pass_is_explained(name, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    import gensim_tests

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = gensim_tests.run(name)
    failed = [test for test, outcome in told.items() if outcome not in ("passes", "skipped")]
    assert [test for test in failed if not gensim_tests.is_explained(test)] == []
    figures = gensim_tests.PAGE.read_text("utf-8").replace("\n", " ")
    assert f"`{name}` {len(told) - len(failed)} of {len(told)}" in figures
