"""A map of words as one HTML page, which opens from disk without a network.

The numbers of the page are arrays that are joined, compressed and written in base64: about 64 bytes for a word with ten
neighbours. The browser expands them when the page opens.
"""

from __future__ import annotations

import base64
import gzip
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from firth.escapes import escaped, escaped_html

if TYPE_CHECKING:
    from firth.drawing.word_map import WordMap

_SCRIPTS = ("data", "marks", "view", "labels", "picture", "panel", "main")
_TYPES = {"uint8": "Uint8Array", "uint16": "Uint16Array", "int16": "Int16Array", "uint32": "Uint32Array"}
_TYPES |= {"float32": "Float32Array", "float64": "Float64Array"}
_MILLE = 1000  # similarities are kept to three decimals, as they are shown


def map_page(drawn: WordMap) -> str:
    """The page of a map."""
    assets = files("firth.drawing") / "map_assets"
    script = "\n".join((assets / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)
    parts, packed = _packed(_arrays(drawn))
    facts = {
        "layout": drawn.layout,
        "group": drawn.groups.name,
        "labels": [escaped(label) for label in drawn.groups.labels],
        "ordered": drawn.groups.ordered,
        "arrays": parts,
    }
    page = (assets / "page.html").read_text("utf-8")
    holes = {
        "{title}": escaped_html(drawn.title),
        "{style}": (assets / "style.css").read_text("utf-8"),
        "{script}": script,
        "{facts}": json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c"),
        "{packed}": packed,
    }
    before, *rest = page.split("{{")
    return before + "".join(_filled(part, holes) for part in rest)


def _filled(part: str, holes: dict[str, str]) -> str:
    name, _, after = part.partition("}}")
    return holes[f"{{{name}}}"] + after


def _arrays(drawn: WordMap) -> dict[str, npt.NDArray[Any]]:
    """The arrays of the page; those of larger numbers first, so that each begins at a multiple of its size."""
    similarities = np.rint(drawn.similarities * _MILLE).astype(np.int16)
    arrays: dict[str, npt.NDArray[Any]] = {}
    if drawn.counts is not None:
        arrays["counts"] = drawn.counts.astype(np.float64)
    arrays["places"] = drawn.places.astype(np.float32)
    ids = np.uint16 if len(drawn.words) <= 1 << 16 else np.uint32
    arrays["neighbors"] = drawn.neighbors.astype(ids)
    arrays["steps"] = np.diff(similarities, axis=1, prepend=np.int16(0))  # small numbers, which compress well
    arrays["codes"] = drawn.groups.codes
    arrays["words"] = np.frombuffer("\n".join(map(escaped, drawn.words)).encode(), np.uint8)
    return arrays


def _packed(arrays: dict[str, npt.NDArray[Any]]) -> tuple[list[list[Any]], str]:
    """The name, type and length of each array, and all of them as text."""
    parts = [[name, _TYPES[array.dtype.name], array.size] for name, array in arrays.items()]
    raw = b"".join(array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays.values())
    return parts, base64.b64encode(gzip.compress(raw, mtime=0)).decode()
