"""The number of cores that this process may use, and functions that run work in threads."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


def cores() -> int:
    """Number of cores that this process may use; a container or ``taskset`` may allow fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_threads(work: Callable[[Part], Result], parts: Iterable[Part], workers: int | None = None) -> list[Result]:
    """``work`` on each part, in threads; for work that releases the interpreter's lock. An exception is raised here.

    Args:
        work: function that is called with each part.
        parts: the parts.
        workers: number of threads; None is one for each core.
    """
    from concurrent.futures import ThreadPoolExecutor  # whose import takes milliseconds

    with ThreadPoolExecutor(workers or cores()) as pool:
        return list(pool.map(work, parts))


@contextlib.contextmanager
def each_in_threads(workers: int) -> Iterator[Callable[[Callable[[Any], None], Iterable[Any]], None]]:
    """A function ``each(work, parts)`` that can be called again and again, by the same threads; an exception is raised.

    Args:
        workers: number of threads; 1 runs everything in the calling thread.
    """

    def alone(work: Callable[[Any], None], parts: Iterable[Any]) -> None:
        for part in parts:
            work(part)

    if workers == 1:
        yield alone
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(workers - 1) as pool:

        def together(work: Callable[[Any], None], parts: Iterable[Any]) -> None:
            left = iter(list(parts))

            def drain() -> None:
                for part in left:
                    work(part)

            others = [pool.submit(drain) for _ in range(workers - 1)]
            drain()  # this thread works too, while the others wake up
            for other in others:
                other.result()

        yield together
