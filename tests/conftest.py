"""Property tests draw the same examples at every run, so that a change alone can make the suite fail.

No example has a deadline, for the first may compile a kernel. `pytest --hypothesis-profile search` draws new ones, ten
times as many unless a test sets a number of its own.
"""

import pytest
from hypothesis import settings

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("suite")

FUZZED = pytest.StashKey[dict[str, dict[str, int]]]()


def pytest_addoption(parser):
    parser.addoption("--fuzz", type=int, default=0, metavar="N", help="Damaged files for each reader.")


def pytest_configure(config):
    config.stash[FUZZED] = {}


@pytest.fixture
def fuzzed(pytestconfig):
    """How many damaged files each reader is given, and where to note what became of them."""
    return pytestconfig.getoption("fuzz") or 20, pytestconfig.stash[FUZZED]


def pytest_terminal_summary(terminalreporter, config):
    if config.getoption("fuzz"):
        for name, outcomes in config.stash[FUZZED].items():
            told = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items())
            terminalreporter.write_line(f"{name:<30} {told}")
        total = sum(sum(outcomes.values()) for outcomes in config.stash[FUZZED].values())
        terminalreporter.write_line(f"{len(config.stash[FUZZED])} readers, {total:,} damaged files")
