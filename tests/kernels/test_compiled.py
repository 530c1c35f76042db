"""Compiled code is never older than its source: what it calls into counts, and so does a new version."""

import shutil
import subprocess
import sys
from pathlib import Path

import firth

DRAW = """
import numpy as np
from firth.kernels.cpu.pool import fill_pool, new_pool
from firth.kernels.cpu.sampling import NOISE

pool, state = new_pool(), np.array([5], np.uint64)
fill_pool(np.array([(2**32 - 1, word) for word in range(1000)], NOISE), state, pool)
print(int(sum(int(np.asarray(part).sum()) for part in pool)))
"""


def draw(folder):
    """What a process draws with the code in a folder."""
    command = [sys.executable, "-c", DRAW]
    environment = {"PYTHONPATH": str(folder), "PATH": "", "NUMBA_CACHE_DIR": str(folder / "cache")}
    return int(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def caches(folder):
    return {path.name for path in (folder / "cache").rglob("firth-*")}


def test_an_edit_in_what_a_kernel_calls_is_seen(tmp_path):
    shutil.copytree(Path(firth.__file__).parent, tmp_path / "firth", ignore=shutil.ignore_patterns("__pycache__"))
    before, first = draw(tmp_path), caches(tmp_path)
    assert draw(tmp_path) == before
    assert caches(tmp_path) == first, "found again"
    assert len(first) == 1

    called = tmp_path / "firth" / "kernels" / "cpu" / "sampling.py"
    source = called.read_text()
    changed = source.replace("0xBF58476D1CE4E5B9", "0xBF58476D1CE4E5BB")
    assert changed != source
    called.write_text(changed)
    assert draw(tmp_path) != before
    assert len(caches(tmp_path)) == 1
    assert caches(tmp_path) != first, "the code of before is gone"

    called.write_text(source)
    assert draw(tmp_path) == before
