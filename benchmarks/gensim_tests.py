"""gensim's own tests, from the gensim that is installed, run against ``firth.gensim``.

    python benchmarks/gensim_tests.py

Each test file is read, ``gensim.models`` in it becomes ``firth.gensim.models``, and its tests run as they stand. What
does not pass must be listed in ``docs/from-gensim.md``, with the reason; the script says where the two differ.
"""

from __future__ import annotations

import logging
import re
import sys
import types
import unittest
import warnings
from pathlib import Path

import click
import gensim
import gensim.test

PAGE = Path(__file__).parents[1] / "docs" / "from-gensim.md"
FILES = ("test_word2vec", "test_keyedvectors", "test_phrases", "test_fasttext")
INNER = "keyedvectors import REAL|word2vec_corpusfile|fasttext_inner|_fasttext_bin|fasttext import _unpack"
CHANGES = [  # helpers of the tests themselves stay gensim's
    (r"from gensim\.models\.keyedvectors import KeyedVectors, REAL, pseudorandom_weak_vector",
     "from firth.gensim.models import KeyedVectors\n"
     "from gensim.models.keyedvectors import REAL, pseudorandom_weak_vector"),
    (r"(FastText as FT_gensim, FastTextKeyedVectors), _unpack",
     r"\1\nfrom gensim.models.fasttext import _unpack"),
    (r"'-m', 'gensim\.scripts\.word2vec_standalone'", "'-m', 'firth', 'word2vec'"),
    (rf"(?<!firth\.)\bgensim\.models(?!\.(?:{INNER}))", "firth.gensim.models"),
    (r"_PhrasesTransformation", "PhraseJoiner"),
    (r"firth\.gensim\.models\.keyedvectors\._load_word2vec_format", "_load_word2vec_format"),
    (r"^import firth\.gensim\.models\.keyedvectors$",
     "import gensim, gensim.test.utils, firth.gensim.models.keyedvectors"),
]  # fmt: skip


class Outcome(unittest.TestResult):
    """What became of each test."""

    def __init__(self, verbose: bool) -> None:
        super().__init__()
        self.verbose = verbose
        self.told: dict[str, str] = {}

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().startTest(test)
        self.told[name_of(test)] = "passes"

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        self.told[name_of(test)] = "skipped"
        super().addSkip(test, reason)

    def addError(self, test: unittest.TestCase, err: object) -> None:  # noqa: N802
        super().addError(test, err)
        self._fails(test, self.errors[-1][1])

    def addFailure(self, test: unittest.TestCase, err: object) -> None:  # noqa: N802
        super().addFailure(test, err)
        self._fails(test, self.failures[-1][1])

    def _fails(self, test: unittest.TestCase, trace: str) -> None:
        self.told[name_of(test)] = trace.strip().splitlines()[-1]
        if self.verbose:
            print(trace, flush=True)


def name_of(test: unittest.TestCase) -> str:
    """``TestWord2VecModel.test_rule``."""
    return f"{type(test).__name__}.{test._testMethodName}"


def loaded(cls: type, binary_chunk_size: int, **options: object) -> object:  # noqa: ARG001
    """A private function of gensim that its tests call, which has one option more."""
    return cls.load_word2vec_format(**options)


def module_of(name: str) -> types.ModuleType:
    """A test file of gensim, with firth's names in it."""
    source = (Path(gensim.test.__file__).parent / f"{name}.py").read_text("utf-8")
    for pattern, replacement in CHANGES:
        source = re.sub(pattern, replacement, source, flags=re.MULTILINE)
    module = types.ModuleType(name)
    module.__file__ = str(Path(gensim.test.__file__).parent / f"{name}.py")
    sys.modules[name] = module
    module.__dict__["_load_word2vec_format"] = loaded
    exec(compile(source, f"{name}.py", "exec"), module.__dict__)
    return module


def without_others(module: types.ModuleType) -> types.ModuleType:
    """The same module without the tests that it imports from other files, which are gensim's as they are."""
    for name, value in list(vars(module).items()):
        if isinstance(value, type) and issubclass(value, unittest.TestCase) and value.__module__ != module.__name__:
            delattr(module, name)
    return module


def run(name: str, pattern: str = "", verbose: bool = False) -> dict[str, str]:
    """What becomes of each test of a file: ``"passes"``, ``"skipped"``, or the error.

    Args:
        name: of the file.
        pattern: only tests whose name contains this.
        verbose: whether traces are shown.
    """
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*"] if pattern else None
    outcome = Outcome(verbose)
    loader.loadTestsFromModule(without_others(module_of(name))).run(outcome)
    return outcome.told


def is_explained(test: str) -> bool:
    """Whether the page says why a test does not pass, by its name alone or with its class before it."""
    return any(f"`{name}`" in PAGE.read_text("utf-8") for name in (test, test.split(".")[1]))


@click.command()
@click.argument("files", nargs=-1, type=click.Choice(FILES))
@click.option("-k", "pattern", default="", help="Run only the tests whose name contains this.")
@click.option("-v", "verbose", is_flag=True, help="Show the traces of those that fail.")
def main(files: tuple[str, ...], pattern: str, verbose: bool) -> None:
    """Run the tests, and show which do not pass, and which of these the documentation does not explain."""
    logging.captureWarnings(True)  # gensim logs what firth warns of
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.simplefilter("ignore", DeprecationWarning)
    unexplained = 0
    for name in files or FILES:
        told = run(name, pattern, verbose)
        passed, skipped = (sum(one == kind for one in told.values()) for kind in ("passes", "skipped"))
        print(f"{name}: {passed} of {len(told) - skipped} pass, {skipped} skipped")
        for test, error in told.items():
            if error not in ("passes", "skipped"):
                unexplained += not is_explained(test)
                print(f"  {test}{'' if is_explained(test) else ' (not explained)'}: {error[:160]}")
    sys.exit(bool(unexplained))


if __name__ == "__main__":
    main()
