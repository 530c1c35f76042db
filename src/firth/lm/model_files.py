"""Loading any language model by the contents of its file; a mixture is a small JSON file that names its models."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from firth.contents import check_content, head_of, recognize
from firth.errors import FileFormatError, OptionError, SourceError
from firth.guard import guarded
from firth.lm.language_model import LanguageModel
from firth.lm.mixture import MIXTURES, LinearMixture, LogLinearMixture
from firth.lm.neural.neural_model import NeuralModel
from firth.lm.ngram.arpa import is_arpa
from firth.lm.ngram.ngram_model import NgramModel
from firth.storage import kind_of
from firth.targets import check_apart, replacing
from firth.text.compressed import unpacked_head

_MOST_WITHIN = 4  # mixtures of mixtures: each level may multiply the models

Mixture: TypeAlias = LinearMixture | LogLinearMixture

_NATIVE: dict[str, Callable[[Path], LanguageModel]] = {"ngram": NgramModel.load, "nplm": NeuralModel.load}


@guarded("a language model")
def load_model(path: str | os.PathLike[str]) -> LanguageModel:
    """The model in a file: n-gram, neural, mixture or ARPA, plain or compressed, recognized by its contents.

    Raises:
        FileFormatError: the file is missing, damaged or of another kind.
    """
    return _load(Path(path), ())


def _load(path: Path, within: tuple[Path, ...]) -> LanguageModel:
    """The model in a file that is part of the mixtures ``within``, each of which is part of the previous one."""
    form = _form(path)
    if form == "arpa":
        return NgramModel.read_arpa(path)
    if form == "mixture":
        return _load_mixture(path, within)
    kind = kind_of(path)
    if kind not in _NATIVE:
        raise FileFormatError(f"{path}: holds {kind!r}, expected a language model", hint="firth lm train makes one")
    return _NATIVE[kind](path)


def _form(path: Path) -> str:
    """``arpa``, ``mixture`` or ``native``, by the first bytes of a file, or if these do not show it, by its name."""
    with contextlib.suppress(SourceError):  # compressed otherwise than its name says
        head = unpacked_head(path) if path.is_file() else b""
        content = recognize(head)
        if content is not None and content.kind in ("arpa", "native"):
            return content.kind
        if head.lstrip().startswith(b"{"):
            return "mixture"
    return "arpa" if is_arpa(path) else "mixture" if path.suffix.lower() == ".json" else "native"


def model_files(path: str | os.PathLike[str]) -> Iterator[Path]:
    """The file of a model and, for a mixture, those of its models."""
    waiting, seen = [Path(path)], set()
    while waiting:
        file = waiting.pop()
        real = os.path.realpath(file)  # a mixture may name itself, by ever longer paths
        if real in seen:
            continue
        seen.add(real)
        yield file
        if file.is_file() and _form(file) == "mixture":
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):  # opening it tells
                waiting += [file.parent / model for model in json.loads(file.read_text(encoding="utf-8"))["models"]]


def save_mixture(path: str | os.PathLike[str], mixture: Mixture, models: list[str]) -> None:
    """Write a mixture: the files of its models, with paths relative to the folder of ``path``, and their weights.

    Raises:
        OptionError: ``path`` is the file of one of the models, or does not end in ``.json``, as mixtures do.
        StorageError: the file cannot be written.
    """
    check_apart([("models", file) for model in models for file in model_files(model)], [("path", path)])
    if Path(path).suffix.lower() != ".json":
        raise OptionError(f"{path}: expected a name that ends in .json for a mixture")
    kind = next(name for name, kind in MIXTURES.items() if type(mixture) is kind)
    folder = Path(path).absolute().parent
    relative = [os.path.relpath(Path(model).absolute(), folder) for model in models]
    document = {"format": "firth mixture", "kind": kind, "models": relative, "weights": mixture.weights.tolist()}
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


@guarded("a mixture")
def load_mixture(path: str | os.PathLike[str]) -> Mixture:
    """Open a mixture and the models in it.

    Raises:
        FileFormatError: it is missing or not a mixture, or one of its models is.
        OptionError: its models or weights do not fit each other.
    """
    return _load_mixture(Path(path), ())


def _load_mixture(path: Path, within: tuple[Path, ...]) -> Mixture:
    within = (*within, path.resolve())
    if len(within) > _MOST_WITHIN or within[-1] in within[:-1]:
        raise FileFormatError(
            f"{path}: the mixture contains itself, or is nested {len(within)} deep, expected at most {_MOST_WITHIN}"
        )
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileFormatError(f"{path}: {error.strerror}, expected a mixture", hint="check the path") from error
    except ValueError as error:
        check_content(head_of(path), path, "a mixture")
        raise FileFormatError(f"{path}: not JSON, expected a mixture") from error
    if (
        not isinstance(document, dict)
        or document.get("format") != "firth mixture"
        or document.get("kind") not in MIXTURES
        or not isinstance(document.get("models"), list)
        or not isinstance(document.get("weights"), list)
    ):
        raise FileFormatError(f"{path}: JSON, but not a mixture that firth wrote")
    models = []
    for name in document["models"]:
        if Path(name).is_absolute() or not (path.parent / name).is_file():
            raise FileFormatError(f"{path}: no model {name!r}, expected a path relative to the folder of the mixture")
        models.append(_load(path.parent / name, within))
    return MIXTURES[document["kind"]](models, document["weights"])
