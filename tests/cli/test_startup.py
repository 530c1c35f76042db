"""What a command imports: a short one spends most of its time on that."""

import subprocess
import sys

import numpy as np
import pytest

from firth.text.preparation import Preparation
from firth.vectors import WordVectors
from firth.vectors.subwords import Subwords

LIST = """
import atexit, runpy, sys
path = sys.argv.pop(1)
atexit.register(lambda: open(path, "w").write("\\n".join(sys.modules)))
runpy.run_module("firth", run_name="__main__", alter_sys=True)
"""
QUERY = {  # all of firth that a query needs
    "cli", "cli.answers", "cli.files", "cli.formatter", "cli.neighbors", "cli.output", "cli.streams",
    "drawing", "drawing.characters", "training", "training.interruption",
    "vectors", "vectors.comparisons", "vectors.embeddings", "vectors.formats", "vectors.formats.native",
    "vectors.formats.registry", "vectors.hub", "vectors.index", "vectors.maps", "vectors.nearest", "vectors.ngrams",
    "vectors.recommendations",
    "vectors.search", "vectors.searcher", "vectors.spelling", "vectors.subwords", "vectors.terms", "vectors.words",
    "vectors.wordvectors",
    "text", "text.lines", "text.phrases", "text.preparation", "text.queries", "text.stop_words", "text.tokenizers",
    "text.unicode_words",
    "kernels", "kernels.text", "kernels.text.scheme",
    "arguments", "contents", "errors", "escapes", "guard", "parallel", "storage", "stored_words", "targets",
}  # fmt: skip
NEVER = {"lm", "evaluation", "graphs", "tuning", "sklearn"}  # by a training
KERNELS = {"skipgram_negative", "lanes", "team", "cbow", "hot", "pairs", "pool", "skipgram_hierarchical", "softmax"}
OF_MODEL = {  # those of the kernels that a model needs
    "skipgram-negative": {"skipgram_negative", "lanes", "team", "pool"},
    "cbow-negative": {"cbow", "lanes", "team", "pool", "hot", "pairs"},
    "skipgram-hierarchical": {"skipgram_hierarchical", "lanes", "team", "pool", "hot"},
    "cbow-softmax": {"softmax"},
}


@pytest.fixture
def imported(tmp_path):
    """The modules that a command imports."""

    def call(*arguments):
        out = tmp_path / "modules"
        subprocess.run([sys.executable, "-c", LIST, str(out), *arguments], check=True, stdout=subprocess.DEVNULL)
        return set(out.read_text().split())

    return call


def of_firth(modules):
    return {module.removeprefix("firth.") for module in modules if module.startswith("firth.")}


def test_a_query(imported, tmp_path):
    metadata = {"preparation": Preparation(casefold=True).as_dict()}
    ngrams = Subwords(np.ones((50, 2), np.float32), 3, 4)
    WordVectors(["cat", "dog"], np.eye(2), metadata=metadata, subwords=ngrams).save(tmp_path / "v.safetensors")
    modules = imported("neighbors", str(tmp_path / "v.safetensors"), "Cat", "Unknown")
    assert of_firth(modules) == QUERY
    assert not modules & {"numba", "scipy", "rich", "hashlib", "zipfile", "bz2", "lzma", "html", "difflib"}


@pytest.mark.parametrize("model", OF_MODEL)
def test_a_training(imported, tmp_path, model):
    text, architecture, objective = tmp_path / "text.txt", *model.split("-")
    text.write_text("the cat sat on the mat\n" * 30)
    kind = ("--architecture", architecture, "--objective", objective, "--vector-size", "8")
    command = ("train", str(text), "-o", str(tmp_path / "v.safetensors"), "--min-count", "1", "--quiet", *kind)
    modules = imported(*command)
    found = of_firth(modules)
    assert {module.removeprefix("kernels.cpu.") for module in found} & KERNELS == OF_MODEL[model]
    assert not {module.partition(".")[0] for module in found} & NEVER
    assert ("threadpoolctl" in modules) == (objective == "softmax")
    if model == "skipgram-negative":
        again = imported(*command)  # kernels are found in their cache
        assert not again & {"scipy.linalg", "numba.np.arraymath", "numba.np.random.legacy"}, "what compiling needs"
