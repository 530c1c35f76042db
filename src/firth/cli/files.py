"""The files that a verb reads and writes: their kinds, and the checks before anything is read.

Each argument and option that names a file is declared as an :class:`Input` or an :class:`Output`. So a :class:`Verb`
knows them all, and can refuse to write over a file that it reads.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from firth.cli.formatter import Context
from firth.cli.output import echo
from firth.errors import OptionError
from firth.targets import check_apart, check_writable, is_stdout, is_stream, replacing

if TYPE_CHECKING:
    from firth.vectors import WordVectors

StrPath = str | os.PathLike[str]

_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip")
_BINARY = (".safetensors", ".bin", ".npz", ".parquet", ".arrow", ".feather", ".pgcopy", *_COMPRESSED)
_TEXT = (".txt", ".vec", ".glove", ".tsv", ".csv", ".json", ".jsonl", ".html", ".arpa", ".lm", ".pgtext")
FOREIGN = {"text": _BINARY, "native": tuple(suffix for suffix in (*_TEXT, *_BINARY) if suffix != ".safetensors")}


class Input(click.Path):
    """A file that is read, or a folder.

    Args:
        names: names that are accepted in place of a file.
    """

    def __init__(self, names: Collection[str] = ()) -> None:
        super().__init__()
        self._names = names

    def files(self, value: Any, options: Mapping[str, Any]) -> Iterator[StrPath]:  # noqa: ARG002 - some look at them
        """All files that are read."""
        from firth.text.paths import on_disk

        if value not in self._names:
            yield from on_disk(value)


class VectorsInput(Input):
    """Vectors, which may be in two files."""

    def files(self, value: Any, options: Mapping[str, Any]) -> Iterator[StrPath]:
        yield from super().files(value, options)
        if options.get("source_format") == "projector" or Path(value).suffix.lower() == ".tsv":
            from firth.vectors.formats.projector import metadata_path

            yield from (metadata_path(Path(value)), Path(value).with_name("metadata.tsv"))


class ModelInput(Input):
    """A language model, which may be a mixture of others."""

    def files(self, value: Any, options: Mapping[str, Any]) -> Iterator[StrPath]:  # noqa: ARG002
        from firth.lm.model_files import model_files

        yield from model_files(value)


class Output(click.Path):
    """A file that is written.

    Args:
        holds: what it will hold, such as ``"a table of words"``.
        kind: ``"text"`` or ``"native"``: a suffix that means something else is refused.
        suffixes: if given, the only suffixes that are allowed.
        stdout: whether ``-`` is allowed; it is not if the command prints something else there.
        kept: whether it is read too, if it exists, so that a pipe or a device is not allowed.
    """

    def __init__(
        self, holds: str, kind: str, *, suffixes: Collection[str] = (), stdout: bool = True, kept: bool = False
    ) -> None:
        super().__init__()
        self._holds = holds
        self._foreign = FOREIGN[kind]
        self._suffixes = suffixes
        self._stdout = stdout
        self._kept = kept

    def files(self, value: Any, options: Mapping[str, Any]) -> Iterator[StrPath]:  # noqa: ARG002
        """All files that are written."""
        yield value

    def check(self, value: Any, name: str, options: Mapping[str, Any]) -> None:
        """Check before anything is read whether the file can be written.

        Raises:
            OptionError: the suffix means something else, or stdout is not allowed.
            StorageError: the file cannot be written.
        """
        if is_stdout(value) and (not self._stdout or options.get("as_json")):
            raise OptionError(f"{name} {value} is stdout, where the command prints other results", hint="name a file")
        self.check_suffix(value, options)
        self.check_place(value, options)

    def check_suffix(self, value: Any, options: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Check whether the suffix fits the contents of the file.

        Raises:
            OptionError: it means something else.
        """
        suffix = Path(value).suffix.lower()
        if self._suffixes and suffix not in self._suffixes:
            raise OptionError(f"{value}: expected a name that ends in {' or '.join(self._suffixes)} for {self._holds}")
        if suffix in self._foreign and suffix not in self._suffixes:
            compressed = "it is not compressed here" if suffix in _COMPRESSED else "choose another suffix"
            raise OptionError(f"{value}: the suffix {suffix} is not that of {self._holds}", hint=compressed)

    def check_place(self, value: Any, options: Mapping[str, Any]) -> None:
        """Check whether the files can be written.

        Raises:
            StorageError: they cannot.
        """
        for path in self.files(value, options):
            check_writable(path, stream=not self._kept)


class VectorsOutput(Output):
    """Vectors, in a format that the suffix names, or the option ``--to``.

    Args:
        unsuffixed: the format of a name without a suffix.
        stdout: as for :class:`Output`.
    """

    def __init__(self, unsuffixed: str = "native", *, stdout: bool = True) -> None:
        super().__init__("vectors", "native", stdout=stdout)
        self._unsuffixed = unsuffixed

    def format(self, value: Any, options: Mapping[str, Any]) -> str:
        """The format that is written."""
        from firth.vectors.formats import written_format

        return written_format(Path(value), options.get("target_format"), unsuffixed=self._unsuffixed)

    def files(self, value: Any, options: Mapping[str, Any]) -> Iterator[StrPath]:
        from firth.vectors.formats import written_files

        yield from written_files(Path(value), self.format(value, options))

    def check_suffix(self, value: Any, options: Mapping[str, Any]) -> None:
        several = len(list(self.files(value, options))) > 1
        if several and not Path(value).is_dir() and is_stream(value):
            name = self.format(value, options)
            raise OptionError(f"{value}: {name} is several files, expected a format of one", hint="--to native")

    def check_place(self, value: Any, options: Mapping[str, Any]) -> None:
        if self.format(value, options) != "model2vec":
            super().check_place(value, options)
        elif Path(value).is_dir():
            check_writable(Path(value) / "config.json")
        else:
            check_writable(value)


class NgramOutput(Output):
    """An n-gram model: an ARPA file by its suffix, or firth's own."""

    def __init__(self) -> None:
        super().__init__("an n-gram model", "native")

    def check_suffix(self, value: Any, options: Mapping[str, Any]) -> None:
        from firth.lm.ngram.arpa import is_arpa, packer_of

        if is_arpa(value):
            packer_of(value)
        else:
            super().check_suffix(value, options)


class Verb(click.Command):
    """A command that refuses to overwrite a file that it reads, before it reads anything."""

    context_class = Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Adds the command to an error, whose hint names it, if click leaves it out: an option without its value."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def invoke(self, ctx: click.Context) -> Any:
        outputs = list(self._given(ctx, Output))
        if outputs:
            for param, value in outputs:
                if isinstance(param.type, Output):
                    param.type.check(value, _name(param), ctx.params)
            check_apart(self._files(ctx, Input), self._files(ctx, Output))
        return super().invoke(ctx)

    def _given(self, ctx: click.Context, kind: type[Input | Output]) -> Iterator[tuple[click.Parameter, Any]]:
        for param in self.params:
            if isinstance(param.type, kind):
                given = ctx.params.get(param.name or "")
                values = given if isinstance(given, tuple) else (given,)
                yield from ((param, value) for value in values if value is not None)

    def _files(self, ctx: click.Context, kind: type[Input | Output]) -> Iterator[tuple[str, StrPath]]:
        for param, value in self._given(ctx, kind):
            if isinstance(param.type, Input | Output):
                yield from ((_name(param), path) for path in param.type.files(value, ctx.params))


def save_vectors(vectors: WordVectors, path: str) -> None:
    """Write vectors in the format of the suffix, and print what the file cannot hold."""
    from firth.vectors.formats import format_for, left_behind, written_format

    vectors.save(path)
    written = format_for(vectors.embeddings, written_format(Path(path), unsuffixed="native"))
    lost = left_behind(vectors.embeddings, written)
    if lost:
        echo(f"firth: note: {path} holds words and vectors, without {' and '.join(lost)}", err=True)


def save_text(text: str, path: Path) -> None:
    """Write a text, completely or not at all; its folder is created if needed."""
    if not is_stdout(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def short_names(paths: Sequence[str]) -> list[str]:
    """The names of files without folders and suffixes, or as given if these are not all different."""
    stems = [Path(path).stem for path in paths]
    return stems if len(set(stems)) == len(stems) else list(paths)


def _name(param: click.Parameter) -> str:
    """The name of a parameter, for messages."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else (param.name or "").upper()
