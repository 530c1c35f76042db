"""The guard around every reader of files: any exception of a parser becomes one error that names the file.

Files may be untrusted. Readers check for the faults that they expect, with precise messages; this module handles
all others.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import inspect
import os
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

from firth.errors import FileFormatError, FirthError

Arguments = ParamSpec("Arguments")
Read = TypeVar("Read")

_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)  # a full disk is not a fault of the file
_AGAIN = "download or write the file again"


@contextlib.contextmanager
def guard(path: object, expected: str, error: type[FirthError] = FileFormatError) -> Iterator[None]:
    """Turn any exception that is raised while a file is read into an error of firth.

    Errors of firth, warnings that are raised, errors that no file can cause, and exits are not changed.

    Args:
        path: the file, for the message.
        expected: what the file should hold, with its article.
        error: class of the error.

    Raises:
        FileFormatError: or ``error``, with the reason; its cause is the exception of the parser.
    """
    try:
        yield
    except (FirthError, Warning, NameError, ImportError):
        raise
    except OSError as failure:
        if failure.errno in _OF_WRITING:
            raise
        raise error(f"{path}: cannot be read ({_shown(failure.strerror or failure)})", hint=_AGAIN) from failure
    except MemoryError as failure:
        raise error(f"{path}: {memory_message(failure)}, expected {expected} that fits") from failure
    except BaseException as failure:
        # What extensions in Rust raise on a failed assertion is no Exception.
        if not isinstance(failure, Exception) and type(failure).__name__ != "PanicException":
            raise
        raise error(f"{path}: damaged, or not {expected} ({_reason(failure)})", hint=_AGAIN) from failure


def guarded(
    expected: str, error: type[FirthError] = FileFormatError
) -> Callable[[Callable[Arguments, Read]], Callable[Arguments, Read]]:
    """Decorator that wraps a reader in :func:`guard`; its argument ``path`` is the file."""

    def decorate(read: Callable[Arguments, Read]) -> Callable[Arguments, Read]:
        signature = inspect.signature(read)

        @functools.wraps(read)
        def reader(*arguments: Arguments.args, **options: Arguments.kwargs) -> Read:
            given = signature.bind(*arguments, **options).arguments  # a call that does not fit is the caller's mistake
            with guard(os.fspath(given["path"]), expected, error):
                return read(*arguments, **options)

        return reader

    return decorate


def memory_message(error: MemoryError) -> str:
    """The message that memory is full, with the number of bytes that were requested if NumPy reports it."""
    shape, dtype = getattr(error, "shape", None), getattr(error, "dtype", None)
    if shape is None or dtype is None:
        return "not enough memory" + (f" ({_shown(error)})" if str(error) else "")
    size = functools.reduce(lambda product, length: product * int(length), shape, int(dtype.itemsize))
    lengths = " x ".join(f"{int(length):,}" for length in shape)
    return f"not enough memory: {size:,} bytes were asked for ({lengths} numbers of {dtype})"


def _reason(failure: BaseException) -> str:
    if isinstance(failure, UnicodeDecodeError):
        return f"not UTF-8 at byte {failure.start}"
    if isinstance(failure, RecursionError):
        return "nested too deeply"
    if isinstance(failure, KeyError):
        return f"no {_shown(failure)}"
    return _shown(failure)


def _shown(failure: Any) -> str:
    text = " ".join(str(failure).split())
    return text[:200] or type(failure).__name__
