"""Checking before a model is made whether it fits into memory."""

from __future__ import annotations

import os
from pathlib import Path

from firth.errors import OptionError
from firth.training.weights import padded_columns

_CGROUP = Path("/sys/fs/cgroup")
_MEMINFO = Path("/proc/meminfo")
_STATM = Path("/proc/self/statm")


def check_memory(words: int, input_rows: int, output_rows: int, vector_size: int) -> None:
    """Raise an error if matrices are larger than the available memory.

    Raises:
        OptionError: the error has both numbers, and the number of words that would fit.
    """
    left = available_memory()
    row = 4 * padded_columns(vector_size)
    needed = (input_rows + output_rows) * row
    if left is not None and needed > left:
        ngrams = input_rows - words if input_rows > words else 0
        beside = f" and {ngrams:,} rows of n-grams" if ngrams else ""
        raise OptionError(
            f"{words:,} words{beside} of {vector_size} dimensions need {_gib(needed)} for both matrices, "
            f"but only {_gib(left)} of memory are available",
            hint=f"fewer buckets={max(1, int(0.5 * left / row))}, or a smaller vector_size"
            if ngrams
            else f"max_words={max(1, int(0.9 * left / (2 * row)))}, or a smaller vector_size",
        )


def available_memory() -> int | None:
    """Number of bytes that this process can still use; None if the system does not report it."""
    told = [bytes_ for bytes_ in (_of_system(), _of_cgroup(), _of_limit()) if bytes_ is not None]
    return min(told) if told else None


def _of_system() -> int | None:
    try:
        for line in _MEMINFO.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _of_cgroup() -> int | None:
    """The memory left in a container, whose limit is not in the system's own figure; cached files can be dropped."""
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
        cached = dict(line.split() for line in (_CGROUP / "memory.stat").read_text().splitlines())
        return max(0, limit - used + int(cached.get("inactive_file", 0)))
    except (OSError, ValueError):
        return None


def _of_limit() -> int | None:
    """The memory left by ``ulimit -v``."""
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        taken = int(_STATM.read_text().split()[0]) * resource.getpagesize()
        return None if limit == resource.RLIM_INFINITY else max(0, limit - taken)
    except (ImportError, OSError, ValueError):
        return None


def _gib(bytes_: int) -> str:
    return f"{bytes_ / 2**30:,.1f} GiB"
