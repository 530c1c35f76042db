"""A picture of count over rank, as a file."""

from __future__ import annotations

import os

from firth.corpus.word_frequencies import Spectrum, ranks, zipf_slope
from firth.errors import MissingExtra, OptionError
from firth.targets import replacing

_SUFFIXES = (".png", ".svg", ".pdf")


def draw(spectrum: Spectrum, path: str | os.PathLike[str]) -> None:
    """Draw count over rank, both on logarithmic axes, beside the line of Zipf's law.

    Args:
        spectrum: each count that occurs, growing, and how many words have it.  # (different counts, 2)
        path: what its suffix says: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        OptionError: another suffix.
        MissingExtra: ``matplotlib`` is not installed.
        StorageError: the file cannot be written.
    """
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - of a str or a path
    if suffix not in _SUFFIXES:
        raise OptionError(f"a picture named {os.fspath(path)}, expected one of {', '.join(_SUFFIXES)}")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("drawing a picture", "plot") from error
    rank, count = ranks(spectrum)
    figure = Figure(figsize=(6, 4), layout="constrained")  # no window, whatever the machine has
    axes = figure.subplots()
    axes.loglog(rank, count, marker=".", linestyle="none", markersize=3, label=f"slope {zipf_slope(spectrum):.2f}")
    axes.loglog(rank, count[0] * rank[0] / rank, linewidth=1, label="count ~ 1 / rank")
    axes.set_xlabel("rank")
    axes.set_ylabel("count")
    axes.legend()
    with replacing(path) as temporary:
        figure.savefig(temporary, format=suffix[1:], dpi=150)
