"""Facts that are kept beside the compiled code, and forgotten with it."""

from __future__ import annotations

from pathlib import Path

from firth.kernels.compiled import Locator, folder_beside


def is_noted(fact: str) -> bool:
    """Whether :func:`note` has been told this of the present code; True too where nothing can be kept."""
    folder = folder_beside(__file__)
    return folder is None or (Path(folder) / fact).exists()


def note(fact: str) -> None:
    """Keep a fact, a name for an empty file, for as long as the compiled code of firth is kept."""
    folder = folder_beside(__file__)
    if folder is not None:
        Locator(folder, 0).ensure_cache_path()
        (Path(folder) / fact).touch()
