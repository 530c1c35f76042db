"""Remote files: ``https://``, ``s3://``, and the other protocols of fsspec, read as a stream."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from firth.errors import FirthError, MissingExtra, SourceError

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(://|::)\S+")
_HTTP = ("http", "https")
SEEKING = (".parquet", ".arrow", ".feather")  # these are not read from their beginning to their end
_ERRORS = {"aiohttp": "ClientError", "botocore.exceptions": "BotoCoreError"}
_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound")  # of botocore
_SILENCE = 60  # seconds without a byte after which a server is given up


@dataclass(frozen=True)
class Remote(os.PathLike[str]):
    """The address of a file, or of a pattern or folder if the protocol can list files."""

    url: str

    def __fspath__(self) -> str:
        return self.url

    def __str__(self) -> str:
        return self.url

    @property
    def suffix(self) -> str:
        """The last suffix of the file's name, a query left aside."""
        return self._path.suffix

    @property
    def stem(self) -> str:
        """The file's name without it."""
        return self._path.stem

    @property
    def _path(self) -> PurePosixPath:
        first = next((part for part in self.url.split("::") if "://" in part), self.url)  # of protocols in a chain
        return PurePosixPath(re.split("[?#]", first)[0])


def is_remote(path: str) -> bool:
    """Whether a string begins with a protocol and contains no space, so that it is an address and not a text."""
    return _ADDRESS.fullmatch(path) is not None


def expanded_remote(remote: Remote) -> list[Remote]:
    """The files of an address: those of a pattern or a folder, in the order of their names.

    Over HTTP an address is always one file, since a question mark in it is not a pattern.

    Raises:
        MissingExtra: fsspec, or the package that it needs for the protocol, is not installed.
        SourceError: the protocol is unknown, a pattern or folder has no files, or it is an archive.
    """
    if remote.suffix.lower() == ".zip":
        raise SourceError(
            f"{remote} is a remote archive, expected the name of a file in it", hint=f"zip://NAME::{remote}"
        )
    with _refusals(remote):
        system, path = _system(remote)
        if _protocol(remote) in _HTTP or system.isfile(path):
            return [remote]
        names = system.find(path) if system.isdir(path) else system.glob(path)
        found = [name for name in sorted(names) if not PurePosixPath(name).name.startswith(".")]
        if not found:
            raise FileNotFoundError("no such file")
        return [Remote(system.unstrip_protocol(name)) for name in found]


@contextlib.contextmanager
def open_remote(remote: Remote) -> Iterator[BinaryIO]:
    """A file as a stream of bytes.

    Raises:
        SourceError: it cannot be opened, or the connection is lost.
    """
    with _refusals(remote):
        system, path = _system(remote)
        as_stream = _protocol(remote) in _HTTP and remote.suffix.lower() not in SEEKING
        with system.open(path, "rb", **({"block_size": 0} if as_stream else {})) as file:
            yield cast(BinaryIO, file)


def _protocol(remote: Remote) -> str:
    return remote.url.partition("://")[0].lower()


def _system(remote: Remote) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    try:
        url_to_fs = import_module("fsspec.core").url_to_fs
        options: dict[str, Any] = {}
        if _protocol(remote) in _HTTP:  # by default a request may take five minutes in all, however much there is
            timeout = import_module("aiohttp").ClientTimeout(total=None, sock_connect=_SILENCE, sock_read=_SILENCE)
            options = {"client_kwargs": {"timeout": timeout}}
        system, path = url_to_fs(remote.url, **options)
    except ImportError as error:
        extra = "s3" if _protocol(remote) in ("s3", "s3a") else "remote"
        raise MissingExtra(f"reading {_protocol(remote)}:// ({error})", extra) from error
    return system, path


@contextlib.contextmanager
def _refusals(remote: Remote) -> Iterator[None]:
    """Turn exceptions of a protocol into a :class:`SourceError` that names the address."""
    try:
        yield
    except _kinds() as error:
        if isinstance(error, FirthError):
            raise
        reason = error.__cause__ if str(error) == remote.url else error  # fsspec says no more than the address
        if reason is None or (reason is error and isinstance(error, FileNotFoundError)):
            raise SourceError(f"{remote}: there is no such file", hint="check the address") from error
        raise SourceError(f"{remote}: cannot be read to its end ({reason})", hint=_hint(error)) from error


def _hint(error: Exception) -> str:
    """The hint for an exception."""
    if isinstance(error, PermissionError):
        return "do your credentials allow you to read it?"
    if type(error).__name__ in _CREDENTIALS:
        return (
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for a public bucket FSSPEC_S3_ANON=true"
        )
    return "check the address, and that its server can be reached"


def _kinds() -> tuple[type[Exception], ...]:
    """What protocols raise, of the packages that are loaded."""
    loaded = ((sys.modules.get(module), name) for module, name in _ERRORS.items())
    return (OSError, ValueError, *(getattr(module, name) for module, name in loaded if module is not None))
