"""Numba's ``njit``, with a cache that is never older than the code.

Numba looks whether the file of a function has changed, not whether one has that it calls into: after an edit in
``sampling.py`` a kernel of ``cbow.py`` would go on with the old code. So all that firth compiles lies in a folder whose
name is a digest of the source of ``firth.kernels``, inside the folder where Numba would have put it. Any edit, and any
other version of firth, has a folder of its own; the one before is removed.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import shutil
from pathlib import Path
from typing import Any

from numba import njit
from numba.core.caching import CacheImpl

__all__ = ["njit"]

_ROOT = Path(__file__).parent
_LOCATORS: list[Any] = CacheImpl._locator_classes
_PREFIX = "firth-"


@functools.cache
def digest() -> str:
    """16 hexadecimal digits of the source of every file beside this one and in the folders here."""
    found = hashlib.sha256()
    for path in sorted(_ROOT.rglob("*.py")):
        found.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


class Locator:
    """Where the code of one function is cached: what Numba asks of a locator.

    Args:
        stock: the locator that Numba would have taken.
    """

    def __init__(self, stock: Any) -> None:
        self._stock = stock

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Locator | None:
        """A locator for a function of firth; None for any other, which is Numba's own affair."""
        if _ROOT not in Path(py_file).parents:
            return None
        for locator in _LOCATORS:
            stock = None if locator is cls else locator.from_function(py_func, py_file)
            if stock is not None:
                return cls(stock)
        return None

    def get_cache_path(self) -> str:
        """The folder."""
        return str(Path(self._stock.get_cache_path()) / f"{_PREFIX}{digest()}")

    def ensure_cache_path(self) -> None:
        """Make the folder, and remove those of other code."""
        folder = Path(self.get_cache_path())
        if not folder.is_dir():
            for old in folder.parent.glob(f"{_PREFIX}*"):
                shutil.rmtree(old, ignore_errors=True)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(parents=True)

    def get_source_stamp(self) -> str:
        """What a cached function is compared with."""
        return digest()

    def get_disambiguator(self) -> str:
        """What tells functions of the same name apart."""
        line: str = self._stock.get_disambiguator()
        return line


if Locator not in _LOCATORS:
    _LOCATORS.insert(0, Locator)
