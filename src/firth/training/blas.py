"""How many threads NumPy's BLAS may use: full softmax leaves its products, and so its parallelism, to it."""

from __future__ import annotations

import contextlib
import ctypes
import functools
from collections.abc import Callable, Iterator
from importlib import import_module

_SUFFIXES = ("64_", "")  # wheels number their matrices with 64 bits


@contextlib.contextmanager
def blas_threads(most: int) -> Iterator[None]:
    """Inside the block, NumPy's matrix products use at most so many threads.

    So it is where NumPy's BLAS is OpenBLAS, as in its wheels for Linux; another BLAS keeps its own number.
    """
    get, set_number = _openblas()
    before = get()
    set_number(min(most, before))
    try:
        yield
    finally:
        set_number(before)


@functools.cache
def _openblas() -> tuple[Callable[[], int], Callable[[int], object]]:
    """The functions that tell and set the number of OpenBLAS's threads; such as do nothing, if there are none.

    The library is found through the module of NumPy that is linked against it.
    """
    library = ctypes.CDLL(import_module("numpy._core._multiarray_umath").__file__)
    for prefix in ("scipy_openblas", "openblas"):
        for suffix in _SUFFIXES:
            with contextlib.suppress(AttributeError):
                get, set_number = (getattr(library, f"{prefix}_{verb}_num_threads{suffix}") for verb in ("get", "set"))
                get.argtypes, get.restype = [], ctypes.c_int
                set_number.argtypes, set_number.restype = [ctypes.c_int], None
                return get, set_number
    return lambda: 1, lambda _: None
