"""Kernels compiled in another process: what is compiled, and that its failure is none of ours."""

import json
import sys

import pytest

from firth import Word2Vec
from firth.kernels import notes
from firth.training import compiling
from firth.training.configuration import Configuration


@pytest.mark.parametrize(
    "options", [{"vector_size": 100, "workers": 2}, {"architecture": "cbow", "workers": 1}, {"objective": "softmax"}]
)
def test_a_model_of_two_words_is_trained_in_full(options, monkeypatch):
    told = []
    run = compiling.TrainingLoop.run
    monkeypatch.setattr(compiling.TrainingLoop, "run", lambda loop: (run(loop), told.append(loop.state))[0])
    compiling.compile_kernels(json.dumps(Configuration.of(**options).as_dict()))
    assert told[0].tokens_done == 100
    assert told[0].total_examples > 0


def test_the_other_process_is_awaited_or_ended(monkeypatch):
    monkeypatch.setattr(compiling, "cores", lambda: 2)
    monkeypatch.setattr(compiling, "is_noted", lambda _fact: False)
    monkeypatch.setattr(compiling, "_COMMAND", "import time; time.sleep(60)")
    with compiling.compiling(Configuration()):
        pass  # it does not wait a minute
    monkeypatch.setattr(compiling, "_COMMAND", "raise ZeroDivisionError")
    with compiling.compiling(Configuration()) as compiled:
        compiled()


def test_one_core_compiles_for_itself(monkeypatch):
    monkeypatch.setattr(compiling, "cores", lambda: 1)
    monkeypatch.setattr(sys, "executable", None)  # would fail
    with compiling.compiling(Word2Vec().configuration) as compiled:
        compiled()


def test_what_has_been_compiled_before_is_not_compiled_again(tmp_path, monkeypatch):
    monkeypatch.setattr(notes, "folder_beside", lambda _file: str(tmp_path / "firth-1"))
    options = {"vector_size": 100, "workers": 2}
    with monkeypatch.context() as compiled:
        compiled.setattr(compiling, "cores", lambda: 2)
        compiled.setattr(sys, "executable", None)
        with pytest.raises(TypeError), compiling.compiling(Configuration.of(**options)):
            pass
        compiling.compile_kernels(json.dumps(Configuration.of(**options).as_dict()))
        with compiling.compiling(Configuration.of(**options)) as done:
            done()
        with pytest.raises(TypeError), compiling.compiling(Configuration.of(architecture="cbow", **options)):
            pass
