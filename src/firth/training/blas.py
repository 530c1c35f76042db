"""How many threads NumPy's BLAS may use: full softmax leaves its products, and so its parallelism, to it."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator

from threadpoolctl import ThreadpoolController


@contextlib.contextmanager
def blas_threads(most: int) -> Iterator[None]:
    """Inside the block, NumPy's matrix products use at most so many threads, and no more than outside of it."""
    libraries = _libraries()
    before = max((library["num_threads"] for library in libraries.info()), default=1)
    with libraries.limit(limits=min(most, before)):
        yield


@functools.cache
def _libraries() -> ThreadpoolController:
    """The BLAS libraries that are loaded; found once, for that takes milliseconds."""
    import numpy  # noqa: F401 - it loads its BLAS

    return ThreadpoolController().select(user_api="blas")
