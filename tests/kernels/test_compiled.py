"""Compiled code is never older than its source, and found without what compiling needs; no process mixes it up."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

import firth
from firth.kernels.compiled import njit
from firth.kernels.cpu.cbow import cbow
from firth.kernels.simd.tiles import add_at
from firth.kernels.text.scanner import scan

DRAW = """
import numpy as np
from firth.kernels.cpu.pool import fill_pool, new_pool
from firth.kernels.cpu.sampling import NOISE

pool, state = new_pool(), np.array([5], np.uint64)
fill_pool(np.array([(2**32 - 1, word) for word in range(1000)], NOISE), state, pool)
print(int(sum(int(np.asarray(part).sum()) for part in pool)))
"""


RANDOM = """
import json, sys
import numpy as np
from firth.kernels.cpu.sampling import random64

drawn, loaded = [], []
for kind in sys.argv[1:]:
    state = np.full(4, 5, np.uint64)[:: 2 if kind == "strided" else 1]
    drawn.append(int(random64(state)))
    loaded.append("numba.np.arraymath" in sys.modules)
print(json.dumps([drawn, loaded]))
"""


@njit(cache=True)
def following(_numbers, place):
    return place + 1


@pytest.fixture
def copy(tmp_path):
    """A folder with firth, and with a cache of its own."""
    shutil.copytree(Path(firth.__file__).parent, tmp_path / "firth", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def run(folder, code, *arguments):
    """What a process prints with the code in a folder."""
    environment = {"PYTHONPATH": str(folder), "PATH": "", "NUMBA_CACHE_DIR": str(folder / "cache")}
    command = [sys.executable, "-B", "-c", code, *arguments]  # a .pyc file is kept for edits within a second
    return json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def draw(folder):
    """What a process draws with the code in a folder."""
    return run(folder, DRAW)


def caches(folder):
    return {path.name for path in (folder / "cache").rglob("firth-*")}


def test_an_edit_in_what_a_kernel_calls_is_seen(copy):
    before, first = draw(copy), caches(copy)
    assert draw(copy) == before
    assert caches(copy) == first, "found again"
    assert len(first) == 1

    called = copy / "firth" / "kernels" / "cpu" / "sampling.py"
    source = called.read_text()
    changed = source.replace("0xBF58476D1CE4E5B9", "0xBF58476D1CE4E5BB")
    assert changed != source
    called.write_text(changed)
    assert draw(copy) != before
    assert len(caches(copy)) == 1
    assert caches(copy) != first, "the code of before is gone"

    called.write_text(source)
    assert draw(copy) == before


def test_each_process_has_files_of_its_own_and_imports_what_compiling_needs_when_it_compiles(copy):
    (drawn,), loaded = run(copy, RANDOM, "whole")
    assert loaded == [True]
    first = {path: path.read_bytes() for path in (copy / "cache").rglob("*.nbc")}
    for index in (copy / "cache").rglob("*.nbi"):  # a process that began together with the first has seen none
        index.unlink()
    assert run(copy, RANDOM, "strided") == [[drawn], [True]]
    assert first == {path: path.read_bytes() for path in first}
    assert len(list((copy / "cache").rglob("*random64*.nbc"))) == 2
    assert run(copy, RANDOM, "strided", "whole") == [[drawn, drawn], [False, True]], "found; compiled beside it"


def test_a_kernel_without_cache_is_refused():
    with pytest.raises(ValueError, match="expected cache=True"):
        njit(nogil=True)


def test_kernels_that_allocate_nothing_count_no_references():
    assert [kernel.targetoptions["_nrt"] for kernel in (cbow, add_at, scan)] == [False, False, True]


def test_what_a_compiled_function_calls_gets_an_entry_only_where_python_calls_it_too():
    @numba.njit
    def kernel(numbers):
        return following(numbers, np.int64(6))

    numbers = np.zeros(2, np.float32)
    before = len(following.signatures)
    assert kernel(numbers) == 7
    assert len(following.signatures) == before
    assert following(numbers, 6) == 7
    assert len(following.signatures) == before + 1


def test_a_number_that_is_written_down_is_compiled_as_one_that_is_computed():
    @numba.njit
    def kernel(numbers):
        place = 0
        while place < len(numbers):
            place = following(numbers, place)
        return following(numbers, 0)

    before = len(following.inner.signatures)
    assert kernel(np.zeros(3)) == 1
    assert len(following.inner.signatures) == before + 1
