"""Numba's ``njit``, with a cache that is never older than the code, and quick to read.

Numba looks whether the file of a function has changed, not whether one has that it calls into: after an edit in
``sampling.py`` a kernel of ``cbow.py`` would go on with the old code. So all that firth compiles lies in a folder whose
name is a digest of the source of ``firth.kernels``, inside the folder where Numba would have put it. Any edit, and any
other version of firth, has a folder of its own; the one before is removed.

And before Numba reads the first function of a process, it imports all that compiling may need, SciPy too where it is
installed: 200 modules, a third of the time of a short ``firth train``. Here they are imported when a function is not in
the cache.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba import types
from numba.core.caching import CacheImpl, FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Flags, compile_extra
from numba.core.dispatcher import _FunctionCompiler  # type: ignore[attr-defined]
from numba.core.registry import CPUDispatcher
from numba.core.runtime.nrt import rtsys

_ROOT = Path(__file__).parent
_WITHIN = str(_ROOT) + os.sep
_LOCATORS: list[Any] = CacheImpl._locator_classes
_PREFIX = "firth-"
_UNCOUNTED = ("firth.kernels.cpu", "firth.kernels.simd")
"""Rooms whose functions allocate nothing and return no array to others, so that references need not be counted.

Numba counts them at each access to a field of a named tuple, atomically, where it cannot prove that the counts cancel
out. In CBOW and in skip-gram with hierarchical softmax this took up to half of the time.
"""
_PROCESS = os.urandom(4).hex()


@functools.cache
def digest() -> str:
    """16 hexadecimal digits of the source of every file beside this one and in the folders here."""
    found = hashlib.sha256()
    for path in sorted(_ROOT.rglob("*.py")):
        found.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def njit(**options: Any) -> Any:
    """Numba's decorator of this name, with the cache of firth.

    Args:
        options: Numba's, ``cache=True`` among them.
    """
    if not options.pop("cache", False):
        raise ValueError("cache=False, expected cache=True: a kernel is compiled once, not in every process")

    def compiled(function: Callable[..., Any]) -> Any:
        counts: dict[str, Any] = {"_nrt": not function.__module__.startswith(_UNCOUNTED)}
        dispatcher = numba.njit(**options, **counts)(function)
        dispatcher.__class__ = _Outer
        dispatcher._compiler.__class__ = _Compiler
        dispatcher._cache = _Cache(function)
        dispatcher.inner = numba.njit(**options, **counts)(function)
        dispatcher.inner.__class__ = _Inner
        dispatcher.inner._compiler.__class__ = _InnerCompiler
        return dispatcher

    return compiled


class _Compiler(_FunctionCompiler):  # type: ignore[misc]
    """Compiles a function once for a number, whether the caller has written it down or computed it.

    Numba takes the 0 of ``f(x, 0)`` for a type of its own, and so compiles f and all that it calls twice where it is
    called with a variable too, or in a loop that begins with ``i = 0``.
    """

    def fold_argument_types(self, args: Any, kws: Any) -> Any:
        signature, folded = super().fold_argument_types(args, kws)
        return signature, tuple(types.unliteral(kind) for kind in folded)


class _InnerCompiler(_Compiler):
    """Compiles a function for the code of others: it gets no entry for Python or C.

    The entry takes the arguments out of their Python objects, field by field of each tuple of arrays, and can take
    longer to compile than the function. And LLVM's optimizer sees each function once, in the code of the last caller.
    """

    def _compile_core(self, args: Any, return_type: Any) -> Any:
        flags: Any = Flags()
        self.targetdescr.options.parse_as_flags(flags, self.targetoptions)
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        typing, target = self.targetdescr.typing_context, self.targetdescr.target_context
        library = _InnerLibrary(target.codegen(), self.py_func.__qualname__)
        return compile_extra(typing, target, self.py_func, args, return_type, flags, self.locals, library)


class _InnerLibrary(JITCodeLibrary):
    """Code to be linked into that of callers, with which it is optimized; by itself, it becomes no machine code."""

    def _optimize_functions(self, ll_module: Any) -> None:
        """Do nothing."""

    def _optimize_final_module(self) -> None:
        """Do nothing."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


class _Inner(CPUDispatcher):
    """A function as it stands in the code of its callers: it has none of its own to run or to keep."""

    def add_overload(self, cres: Any) -> None:
        entry = cres._replace(entry_point=object())  # Numba finds the code to inline by it
        self.overloads[tuple(cres.signature.args)] = entry
        self.targetctx.insert_user_function(entry.entry_point, cres.fndesc, [cres.library])


class _Outer(CPUDispatcher):
    """A function as Python sees it. Compiled functions that call it get its ``inner`` instead."""

    inner: Any

    def get_call_template(self, args: Any, kws: Any) -> Any:
        return self.inner.get_call_template(args, kws)

    def get_overload(self, sig: Any) -> Any:
        return self.inner.get_overload(sig)


class _Cache(FunctionCache):
    """The compiled code of one function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        # Numba numbers the files. Two processes that compile at the same time would give two codes one name, and the
        # loser's index would then say that the winner's code is for other types of arguments.
        file = self._cache_file
        file._data_name_pattern = f"{_PROCESS}-{file._data_name_pattern}"

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """As Numba's, but that the context is not refreshed, which imports all that compiling may need.

        What is loaded has been linked with all that it calls but Numba's runtime. Where nothing is found, the compiler
        refreshes the context.
        """
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


@functools.cache
def folder_beside(py_file: str) -> str | None:
    """Where the code of a file is cached: in the folder that Numba would have taken for all of it."""

    def any_function() -> None: ...

    for locator in _LOCATORS:
        stock = None if locator is Locator else locator.from_function(any_function, py_file)
        if stock is not None:
            return str(Path(stock.get_cache_path()) / f"{_PREFIX}{digest()}")
    return None


class Locator:
    """Where the code of one function is cached: what Numba asks of a locator.

    Args:
        folder: for the functions of its file.
        line: in it.
    """

    def __init__(self, folder: str, line: int) -> None:
        self._folder, self._line = folder, line

    @classmethod
    def from_function(cls, py_func: Any, py_file: str) -> Locator | None:
        """A locator for a function of firth; None for any other, which is Numba's own affair."""
        folder = folder_beside(py_file) if py_file.startswith(_WITHIN) else None
        return None if folder is None else cls(folder, py_func.__code__.co_firstlineno)

    def get_cache_path(self) -> str:
        """The folder."""
        return self._folder

    def ensure_cache_path(self) -> None:
        """Make the folder, and remove those of other code."""
        folder = Path(self._folder)
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
        return str(self._line)


if Locator not in _LOCATORS:
    _LOCATORS.insert(0, Locator)
