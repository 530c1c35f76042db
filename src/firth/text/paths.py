"""Expanding paths: folders, patterns and archives are replaced by the files in them."""

from __future__ import annotations

import fnmatch
import glob
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from firth.errors import OptionError, SourceError
from firth.guard import guard, guarded
from firth.text.remote import Remote, expanded_remote, is_remote

STDIN = Path("-")
Pattern = str | Sequence[str] | None

_LOCAL = ("file://", "local://")


def located(path: str | os.PathLike[str]) -> Path | Remote:
    """A path, or a remote address."""
    text = os.fspath(path)
    return Remote(text) if is_remote(text) else Path(text)


def expanded(paths: Sequence[str | os.PathLike[str]], pattern: Pattern = None) -> list[Path | Remote]:
    """The files of paths: ``-`` is stdin, a folder is all files below it, and a pattern is the files that match it.

    Files of a folder, a pattern or an archive are in the order of their names; those whose name, or whose folder's
    name, begins with a dot are left out. A file ``b.txt`` in an archive ``a.zip`` is the path ``a.zip/b.txt``.

    Args:
        paths: paths that a user gave.
        pattern: of the files in folders and archives, only those whose names match it, or one of several. ``*.txt``
            also matches ``A.TXT``, and a pattern with a slash is matched with the whole path below the folder.

    Raises:
        SourceError: a file does not exist or may not be read, or a folder has no files.
        OptionError: the pattern is not a string or several.
        MissingExtra: a file is remote, and fsspec is not installed.
    """
    patterns = _patterns(pattern)
    found: list[Path | Remote] = []
    for path in map(located, paths):
        inside: list[Path | Remote] = [*(expanded_remote(path) if isinstance(path, Remote) else _files(path))]
        chosen = [file for file in inside if file == path or _is_chosen(file, path, patterns)]
        if not chosen:
            some = ", ".join(os.fspath(file).rpartition("/")[2] for file in inside[:3])
            raise SourceError(
                f"{path}: none of its {len(inside):,} files matches {' or '.join(patterns)}",
                hint=f"the pattern must match their names, such as {some}",
            )
        found += chosen
    return found


def _patterns(pattern: Pattern) -> tuple[str, ...]:
    given = (pattern,) if isinstance(pattern, str) else () if pattern is None else pattern
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) and one for one in given):
        raise OptionError(f"pattern={pattern!r}, expected a pattern of file names, or several", hint="pattern='*.txt'")
    return tuple(one.casefold() for one in given)


def _is_chosen(file: Path | Remote, folder: Path | Remote, patterns: tuple[str, ...]) -> bool:
    """Whether a file in a folder matches one of the patterns, if there are any."""
    below = os.fspath(file).removeprefix(os.fspath(folder)).lstrip("/" + os.sep).replace(os.sep, "/").casefold()
    name = below.rpartition("/")[2]
    return not patterns or any(fnmatch.fnmatchcase(below if "/" in one else name, one) for one in patterns)


def exists(path: Path) -> bool:
    """Whether there is something at a path."""
    try:
        return path == STDIN or path.exists() or archive_of(path) is not None
    except OSError:  # a text in place of a path may be too long for one
        return False


def on_disk(path: str | os.PathLike[str]) -> Iterator[Path]:
    """The files on this machine that a path may stand for, as far as they can be seen, whether or not they can be read.

    They are the file itself, those below a folder, those that match a pattern, and the archive of a file in it.
    """
    place = located(path)
    if isinstance(place, Remote):
        last = place.url.rpartition("::")[2]
        for protocol in _LOCAL:
            last = last.removeprefix(protocol)
        if "://" in last:
            return
        place = Path(last)
    archive = archive_of(place)
    if archive is not None:
        yield archive[0]
    elif place == STDIN or os.path.lexists(place):
        yield place
        if os.path.isdir(place):  # noqa: PTH112 - one that cannot be looked at is none
            yield from place.rglob("*")
    else:
        yield from matching(str(place)) or [place]


def matching(pattern: str) -> list[Path]:
    """The files that match a pattern, in which ``**`` is any number of folders."""
    matches = glob.glob(pattern, recursive=True)  # noqa: PTH207 - Path.glob wants the folder apart from the pattern
    return [path for match in sorted(matches) if (path := Path(match)).is_file()]


def archive_of(path: Path | Remote) -> tuple[Path, str] | None:
    """The ``.zip`` archive that a path leads through, and the name of the file in it."""
    if isinstance(path, Remote):
        return None
    for parent in path.parents:
        if parent.suffix.lower() == ".zip" and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return None


def size_in_archive(archive: Path, name: str) -> int:
    """The decompressed size of a file in an archive, in bytes."""
    with guard(archive, "a .zip file", SourceError), zipfile.ZipFile(archive) as opened:
        return members(opened)[name].file_size


def members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files in an archive, by names that are relative to it.

    A name may be absolute, or contain ``..``, and would then be that of a file outside the archive: these parts are
    removed, as ``unzip`` does.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        inside = [part for part in PurePath(info.filename).parts if part not in (PurePath(info.filename).anchor, "..")]
        if inside and not info.is_dir():
            found.setdefault("/".join(inside), info)
    return found


def _files(path: Path) -> Iterator[Path]:
    if not exists(path):
        found = matching(str(path))
        if not found:
            raise SourceError(f"{path}: no such file", hint="check the path")
        for match in found:
            yield from _files(match)
    elif path.is_dir():
        inside = (child for child in sorted(path.rglob("*")) if child.is_file())
        found = [child for child in inside if not _hidden(child.relative_to(path))]
        if not found:
            raise SourceError(f"{path}: a folder without files, expected text files", hint="check the path")
        for child in found:
            yield from _files(child)
    elif path != STDIN and path.exists() and not os.access(path, os.R_OK):
        raise SourceError(f"{path} may not be read", hint="check its permissions")
    elif path.suffix.lower() == ".zip" and path.is_file():
        yield from _members(path)
    else:
        yield path


@guarded("a .zip file", SourceError)
def _members(path: Path) -> list[Path]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = members(archive)
    except (zipfile.BadZipFile, OSError) as error:
        raise SourceError(f"{path}: cannot be read to its end ({error})", hint="is it a whole .zip file?") from error
    found = [path / name for name in sorted(names) if not _hidden(Path(name))]
    if not found:
        raise SourceError(f"{path}: an archive without files", hint="check the path")
    return found


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
