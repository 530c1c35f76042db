"""A map of words as a picture, by matplotlib: for a paper or a slide."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from firth.drawing.map_groups import NO_GROUP
from firth.errors import MissingExtra, VectorsWarning, warn
from firth.escapes import escaped
from firth.targets import replacing

if TYPE_CHECKING:
    from firth.drawing.word_map import WordMap

_SIZE = (8.0, 6.0)  # inches
_DPI = 200
_LABELS = 150
_TRIED = 1500  # words that are offered a label
_FONT = 7  # points
_DRAWN = 5000  # dots from which a .svg or .pdf holds an image of them
_COLORS = ("#0072b2", "#c04f00", "#00845f", "#b5558d", "#8f6a00", "#2b87c2")  # as on the page, on white
_SHAPES = "os^D"
_STEPS = ("#6f8fc0", "#08205a")  # ranges of a number, from low to high
_NOTHING = "#80858d"
_FAMILIES = (  # those of them that are installed, each for the letters that the ones before it lack
    "DejaVu Sans",
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans",
    "Arial Unicode MS",
    "Noto Sans Arabic",
)


def save_picture(drawn: WordMap, path: str | os.PathLike[str]) -> None:
    """Draw the dots of a map, labels that do not overlap, the most important words first, and a legend.

    Args:
        drawn: the map.
        path: what its suffix says: ``.png``, ``.svg`` or ``.pdf``.

    Raises:
        MissingExtra: ``matplotlib`` is not installed.
        StorageError: the file cannot be written.
    """
    try:
        from matplotlib import font_manager, rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("drawing a picture", "plot") from error
    there = set(font_manager.get_font_names())
    style: dict[Any, Any] = {
        "font.family": [name for name in _FAMILIES if name in there],
        "svg.fonttype": "none",
        "svg.hashsalt": "",
    }
    with rc_context(style), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        figure = Figure(figsize=_SIZE, dpi=_DPI, layout="constrained")
        axes = figure.subplots()
        axes.set_aspect("equal", adjustable="datalim")
        axes.set_axis_off()
        _draw_dots(axes, drawn)
        handles, labels = axes.get_legend_handles_labels()
        legend: Any = figure.legend(
            handles, labels, loc="outside lower center", ncols=3, fontsize=_FONT, title_fontsize=_FONT
        )
        legend.set_title(drawn.groups.name)
        for handle in legend.legend_handles:
            handle.set_sizes([18])
        for line in legend.get_texts():
            line.set_parse_math(False)
        canvas: Any = FigureCanvasAgg(figure)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # labels are measured where they will stand
        _draw_labels(axes, canvas.get_renderer(), drawn)
        suffix = Path(path).suffix.lower()
        with replacing(path) as temporary:
            metadata = {"Date": None} if suffix == ".svg" else None
            figure.savefig(temporary, format=suffix[1:], dpi=_DPI, metadata=metadata)
    _report(caught)


def _draw_dots(axes: Any, drawn: WordMap) -> None:
    groups, total = drawn.groups, len(drawn.places)
    area = float(np.clip(20_000 / total, 1.5, 14))
    is_image = total > _DRAWN
    for code, label in [*enumerate(groups.labels), (NO_GROUP, f"no {groups.name}")]:
        members = drawn.places[groups.codes == code]
        if not len(members):
            continue
        color, shape, size = _mark(code, drawn)
        axes.scatter(
            *members.T, s=area * size, c=color, marker=shape, linewidths=0, label=_shortened(label), rasterized=is_image
        )


def _mark(code: int, drawn: WordMap) -> tuple[str, str, float]:
    """The colour, shape and relative area of a group."""
    count = len(drawn.groups.labels)
    if code == NO_GROUP:
        return _NOTHING, "o", 0.5
    if not drawn.groups.ordered:
        return _COLORS[code % len(_COLORS)], _SHAPES[(code + code // 12) % len(_SHAPES)], 1
    share = code / (count - 1) if count > 1 else 1.0
    low, high = (np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) for color in _STEPS)
    return "#" + "".join(f"{round(part):02x}" for part in low + share * (high - low)), "o", 0.5 + 1.5 * share


def _draw_labels(axes: Any, renderer: Any, drawn: WordMap) -> None:
    """Label words in their order, each if its label overlaps no other one."""
    placed = np.empty((0, 4))
    bounds = axes.get_window_extent(renderer).extents
    for word, place in zip(drawn.words[:_TRIED], drawn.places[:_TRIED].tolist(), strict=False):
        label = axes.annotate(
            _shortened(word),
            place,
            (2, 0),
            textcoords="offset points",
            va="center",
            fontsize=_FONT,
            annotation_clip=False,
            parse_math=False,
        )
        box = label.get_window_extent(renderer).extents
        if _is_free(box, placed) and (box[:2] >= bounds[:2]).all() and (box[2:] <= bounds[2:]).all():
            placed = np.vstack([placed, box])
            if len(placed) == _LABELS:
                return
        else:
            label.remove()


def _is_free(box: npt.NDArray[np.float64], placed: npt.NDArray[np.float64]) -> bool:
    """Whether a box (left, bottom, right, top) overlaps none of the others (n, 4)."""
    apart = (placed[:, :2] >= box[2:]) | (placed[:, 2:] <= box[:2])
    return bool(apart.any(axis=1).all())


def _shortened(text: str) -> str:
    text = escaped(text)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _report(caught: list[warnings.WarningMessage]) -> None:
    """Warn once about letters that no font has, and pass other warnings on."""
    missing = {str(one.message) for one in caught if "missing from font" in str(one.message)}
    for one in caught:
        if str(one.message) not in missing:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if missing:
        warn(
            f"the fonts of this machine lack {len(missing)} of the letters in the labels, which are drawn as boxes; "
            "install a font that has them, such as Noto Sans, or write a page (.html)",
            VectorsWarning,
        )
