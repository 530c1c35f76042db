"""A map of words: where each word stands, what group it belongs to, and its nearest words."""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from firth.drawing.map_groups import Groups
from firth.drawing.pictures import SUFFIXES
from firth.errors import OptionError
from firth.targets import replacing


@dataclass(frozen=True, eq=False)
class WordMap:
    """A map of words, to be saved as a page or a picture, or shown in a notebook.

    Attributes:
        title: the heading of the page.
        words: the words on the map, the most important first, and after them words that are only neighbours.
        places: (words on the map, 2) float32.
        layout: how the places were computed: ``"pca"``, ``"umap"`` or ``"tsne"``.
        groups: the groups by which it is coloured.
        neighbors: (words on the map, k) positions in ``words``, the nearest first; a word's own position fills a row
            that has fewer.
        similarities: (words on the map, k) float32, the cosine similarities of the neighbours in the original space.
        counts: (words on the map,) how often each word occurs in the training text, or ``None``.
    """

    title: str
    words: list[str]
    places: npt.NDArray[np.float32]
    layout: str
    groups: Groups
    neighbors: npt.NDArray[np.uint32]
    similarities: npt.NDArray[np.float32]
    counts: npt.NDArray[np.int64] | None

    def __repr__(self) -> str:
        return f"<WordMap: {len(self.places):,} words by {self.layout}, coloured by {self.groups.name}>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the map to one file, completely or not at all.

        Args:
            path: a page (``.html``) that needs no network, or a picture (``.png``, ``.svg``, ``.pdf``).

        Raises:
            OptionError: the suffix is another one.
            MissingExtra: a picture is to be drawn, and ``matplotlib`` is not installed.
            StorageError: the file cannot be written.
        """
        suffix = Path(path).suffix.lower()
        if suffix == ".html":
            with replacing(path) as temporary:
                temporary.write_text(self.to_html(), encoding="utf-8")
        elif suffix in SUFFIXES:
            from firth.drawing.map_picture import save_picture

            save_picture(self, path)
        else:
            raise OptionError(f"a map named {os.fspath(path)}, expected one of {', '.join(('.html', *SUFFIXES))}")

    def to_html(self) -> str:
        """The whole page."""
        from firth.drawing.map_page import map_page

        return map_page(self)

    def _repr_html_(self) -> str:
        frame = 'style="width: 100%; height: 640px; border: 1px solid #8884" title="Map of words"'
        return f'<iframe {frame} srcdoc="{html.escape(self.to_html())}"></iframe>'
