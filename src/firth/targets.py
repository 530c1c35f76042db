"""Writing results: to a file that is replaced when the new one is complete, or through a pipe or a device.

A result is first written to a temporary file with a random name, which is locked while its process runs. The
next run that writes to the same folder can therefore recognize the files of a killed run, and removes them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from firth.errors import OptionError, StorageError

if sys.platform != "win32":
    import fcntl

_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_DESCRIPTOR = re.compile("/(?:dev|proc/self)/fd/([0-9]+)")
_TEMPORARY = re.compile(r"\.firth-([0-9a-f]{8})-([0-9a-f]{8})-[0-9a-f]{16}\.tmp")
_MOST_LINKS = 40
_ACCESS_LIST = "system.posix_acl_access"
_UNTOUCHED = "nothing was left half-written"

StrPath = str | os.PathLike[str]


def is_stream(path: StrPath) -> bool:
    """Whether a path is a stream: stdout (``-``), a pipe or a device.

    Raises:
        StorageError: it is a folder, a disk or a socket, which are never written to, or a closed stream.
    """
    with _refusals(path):
        return _file(path) is None


def is_stdout(path: StrPath) -> bool:
    """Whether a path is that of stdout, such as ``-``."""
    return _followed(path) == 1


def check_writable(path: StrPath, *, stream: bool = True) -> None:
    """Check before a long computation whether its result can be written.

    Args:
        path: path of the result.
        stream: whether it may be a pipe or a device.

    Raises:
        StorageError: the folder does not exist or cannot be written, or the path is that of a folder or a disk.
    """
    with _refusals(path):
        target = _file(path)
        if target is not None:
            with _temporary(target.parent):
                return
        if not stream:
            raise StorageError(f"{path} is a pipe or a device, expected a file, which can be read again")


@contextlib.contextmanager
def replacing(path: StrPath) -> Iterator[Path]:
    """The path of a temporary file, which replaces ``path`` at the end, or is removed if there is an exception.

    If ``path`` is a symbolic link, its target is replaced; the new file has the permissions of the old one.
    If it is ``-`` for stdout, a pipe or a device, the whole result is copied to it at the end.

    Raises:
        StorageError: the folder does not exist, the disk is full, writing is not allowed, or the path is that of a
            folder, a disk or a socket.
    """
    with _refusals(path):
        target = _file(path)
        if target is None:
            with scratch() as temporary:
                yield temporary
                _copy(temporary, path)
            return
        before = _status(target)
        with _temporary(target.parent, 0o666 if before is None else 0o600) as temporary:
            yield temporary
            if before is not None:
                _permit_as(target, before, temporary)
            temporary.replace(target)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """The path of an empty file in the folder for temporary files, which is removed at the end.

    Raises:
        StorageError: the disk is full, or the folder cannot be written.
    """
    folder = temporary_folder()
    with spilling(folder), _temporary(folder) as path:
        yield path


def temporary_folder() -> Path:
    """The folder for temporary files, which can be set with the variable TMPDIR.

    Raises:
        StorageError: there is no folder that can be written.
    """
    import tempfile  # with all that it imports, it would slow down each start of the command line

    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise StorageError(
            "there is no folder for temporary files", hint="set TMPDIR to a folder with free space"
        ) from error


@contextlib.contextmanager
def spilling(folder: Path) -> Iterator[None]:
    """Turn errors of the disk with temporary files into a :class:`StorageError` that names the folder."""
    try:
        yield
    except OSError as error:
        if isinstance(error, StorageError | BrokenPipeError):
            raise
        raise StorageError(
            f"cannot write temporary files in {folder}: {error.strerror or error}",
            hint="free some disk space, or choose another folder, with TMPDIR or for the cache",
        ) from error


def check_apart(read: Iterable[tuple[str, StrPath]], written: Iterable[tuple[str, StrPath]]) -> None:
    """Raise an error if a file would be both read and written, or if two results would be written to one file.

    The files are compared, not their names: a file may be given by another path, through links, or in another case
    if the file system ignores case.

    Args:
        read: the options of the files that are read, such as ``"--vocabulary"``, and their paths.
        written: the same for those that are written.

    Raises:
        OptionError: with both names.
    """
    results: dict[object, tuple[str, StrPath]] = {}
    for name, path in written:
        identity = _identity(path, 1)
        if identity is not None and identity in results:
            raise OptionError(_one_file(results[identity], (name, path), "written"), hint="name two files")
        results[identity] = (name, path)
    results.pop(None, None)
    if not any(_exists(path) for _, path in results.values()):
        return
    for name, path in read:
        identity = _identity(path, 0)
        if identity is not None and identity in results:
            raise OptionError(
                _one_file((name, path), results[identity], "read, and would be overwritten"),
                hint="name another file for the result",
            )


def _one_file(first: tuple[str, StrPath], second: tuple[str, StrPath], fate: str) -> str:
    (one, path), (other, written) = first, second
    if os.fspath(path) == os.fspath(written):
        return f"{path} is given as {one} and as {other}: the same file is {fate}"
    return f"{path}, given as {one}, and {written}, given as {other}, are the same file, which is {fate}"


def _exists(path: StrPath) -> bool:
    return _status(_followed(path)) is not None


def _identity(path: StrPath, stream: int) -> object:
    """The identity of a file, whether it exists or not; ``None`` for a device.

    ``stream`` is the meaning of ``-``: 0 for stdin, 1 for stdout.
    """
    target = stream if os.fspath(path) == "-" else _followed(path)
    found = _status(target)
    if isinstance(target, int):
        return (found.st_dev, found.st_ino) if found is not None and stat.S_ISREG(found.st_mode) else target
    if found is not None and stat.S_ISCHR(found.st_mode):
        return None
    if found is not None and found.st_ino:  # some file systems do not number their files
        return found.st_dev, found.st_ino
    folder = Path(os.path.realpath(target.parent))
    name = target.name.casefold() if _ignores_case(folder) else target.name
    beside = _status(folder)
    return (beside.st_dev, beside.st_ino, name) if beside is not None and beside.st_ino else folder / name


def _status(target: Path | int) -> os.stat_result | None:
    with contextlib.suppress(OSError, ValueError):
        return os.stat(target)  # noqa: PTH116 - of a path or of an open file
    return None


def _ignores_case(folder: Path) -> bool:
    """Whether the file system treats names that differ only in case as the same."""
    other = folder.with_name(folder.name.swapcase())
    return other != folder and other.exists() and other.samefile(folder)


def _followed(path: StrPath) -> Path | int:
    """The target of a path after symbolic links: a file, or the number of an open file of this process."""
    text = os.fspath(path)
    if text == "-":
        return 1
    for _ in range(_MOST_LINKS):
        whole = os.path.abspath(text)  # noqa: PTH100 - without following links
        descriptor = _DESCRIPTOR.fullmatch(whole)
        if whole in _STREAMS or descriptor:
            return _STREAMS[whole] if descriptor is None else int(descriptor[1])
        if not os.path.islink(text):  # noqa: PTH114
            break
        text = os.path.join(os.path.dirname(text), os.readlink(text))  # noqa: PTH115, PTH118, PTH120
    return Path(text)


def _file(path: StrPath) -> Path | None:
    """The existing or future file after all symbolic links; ``None`` for a pipe or a device."""
    target = _followed(path)
    if isinstance(target, int):
        if target == 1 and sys.__stdout__ is None:  # it was closed from the beginning, and the number is another file's
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        os.fstat(target)
        return None
    try:
        mode = target.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return target
    if stat.S_ISDIR(mode):
        example = Path(path) / "vectors.safetensors"
        raise StorageError(f"{path} is a folder, expected a file name", hint=os.fspath(example))
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise StorageError(f"{path} is a disk or a socket, expected a file name", hint="write a file, then copy it")
    if not os.access(target, os.W_OK):  # a file could be replaced all the same, but is meant to stay
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return target if stat.S_ISREG(mode) else None


def _copy(source: Path, path: StrPath) -> None:
    """Write a whole file to a pipe or a device."""
    target = _followed(path)
    if sys.stdout is not None:
        sys.stdout.flush()
    try:
        handle = os.dup(target) if isinstance(target, int) else os.open(target, os.O_WRONLY)
        with source.open("rb") as file, open(handle, "wb") as stream:  # noqa: PTH123 - it is open already
            while part := file.read(1 << 20):
                stream.write(part)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def _permit_as(target: Path, before: os.stat_result, path: Path) -> None:
    """Give a new file the permissions of the old one, and its owner where that is allowed."""
    with contextlib.suppress(OSError, AttributeError):  # not every system has owners and lists of permissions
        os.chown(path, before.st_uid, before.st_gid)
    with contextlib.suppress(OSError, AttributeError):
        os.setxattr(path, _ACCESS_LIST, os.getxattr(target, _ACCESS_LIST))
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IMODE(before.st_mode) & 0o777)


@contextlib.contextmanager
def _refusals(path: StrPath) -> Iterator[None]:
    """Turn errors of the operating system into a :class:`StorageError` that names the path."""
    try:
        yield
    except OSError as error:
        if isinstance(error, StorageError | BrokenPipeError):
            raise
        hint = f"free some disk space; {_UNTOUCHED}" if error.errno in (errno.ENOSPC, errno.EDQUOT) else _UNTOUCHED
        raise StorageError(f"cannot write {path}: {error.strerror or error}", hint=hint) from error


@contextlib.contextmanager
def _temporary(folder: Path, mode: int = 0o600) -> Iterator[Path]:
    """A new file in a folder, locked; removed at the end if it still has its name."""
    _remove_left_behind(folder)
    path, lock = _created(folder, mode)
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        if lock is not None:
            os.close(lock)


def _created(folder: Path, mode: int) -> tuple[Path, int | None]:
    while True:
        path = folder / f".firth-{'-'.join(_machine())}-{os.urandom(8).hex()}.tmp"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)  # follows no link
        if sys.platform == "win32":  # an open file could not be renamed there
            os.close(handle)
            return path, None
        with contextlib.suppress(OSError):  # not every file system has locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        if path.exists():
            return path, handle
        os.close(handle)  # before it was locked, another run took it for one left behind


def _remove_left_behind(folder: Path) -> None:
    """Remove temporary files of processes that have ended."""
    if sys.platform == "win32":
        return
    names: list[str] = []
    with contextlib.suppress(OSError):  # a folder may be written to that may not be listed
        names = os.listdir(folder)  # noqa: PTH208 - names, of which few are looked at
    for name in names:
        found = _TEMPORARY.fullmatch(name)
        # A lock is seen on the whole machine, but not always by another that shares the folder.
        if found is None or not set(found.groups()) & set(_machine()):
            continue
        path = folder / name
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if os.fstat(handle).st_uid == os.getuid():
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
            finally:
                os.close(handle)


def _machine() -> tuple[str, str]:
    """Identity of this machine: its name, which survives a restart, and its start time, which its containers share."""
    import platform  # this too

    name = start = platform.node()
    with contextlib.suppress(OSError):
        start = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    return f"{zlib.crc32(name.encode()):08x}", f"{zlib.crc32(start.encode()):08x}"
