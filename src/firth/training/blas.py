"""The number of threads of NumPy's BLAS, which computes the products of full softmax in parallel."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator

from threadpoolctl import ThreadpoolController


@contextlib.contextmanager
def blas_threads(most: int) -> Iterator[None]:
    """Inside the block, NumPy's matrix products use at most this many threads, and no more than outside of it."""
    libraries = _libraries()
    before = max((library["num_threads"] for library in libraries.info()), default=1)
    with libraries.limit(limits=min(most, before)):
        yield


@functools.cache
def _libraries() -> ThreadpoolController:
    """The loaded BLAS libraries; they are searched once, since this takes milliseconds."""
    import numpy  # noqa: F401 - it loads its BLAS

    return ThreadpoolController().select(user_api="blas")
