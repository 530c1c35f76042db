"""Layouts of a map: vectors projected onto two dimensions."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from firth.errors import MissingExtra, OptionError
from firth.parallel import cores
from firth.vectors.search import Matrix

LAYOUTS = ("pca", "umap", "tsne")
_PACKAGES = {"umap": "umap", "tsne": "openTSNE"}

_FEWEST = 10  # words whose neighbourhoods can be kept
_NEIGHBORS = 15  # of UMAP, its default
_PERPLEXITY = 30  # of t-SNE, its default


def check_layout(layout: str) -> None:
    """Check that a layout is known, and its package installed.

    Raises:
        OptionError, MissingExtra: it is not.
    """
    if layout not in LAYOUTS:
        raise OptionError(f"layout={layout!r}, expected {' or '.join(map(repr, LAYOUTS))}")
    if layout != "pca" and find_spec(_PACKAGES[layout]) is None:
        raise MissingExtra(f"a layout by {layout}", "map")


def layout_of(units: Matrix, layout: str, seed: int) -> Matrix:
    """A place on a plane for each vector.

    Args:
        units: (words, dims), of unit length or zero, so that Euclidean distances rise as cosine similarities fall.
        layout: ``"pca"`` shows the two directions in which the vectors differ most; ``"umap"`` (McInnes et al. 2018)
            and ``"tsne"`` (van der Maaten and Hinton 2008) keep neighbours together, and distances between distant
            words mean little. It has been checked by :func:`check_layout`.
        seed: seed of UMAP and t-SNE.

    Returns:
        (words, 2) float32.

    Raises:
        OptionError: there are fewer than ten words for UMAP or t-SNE.
    """
    if layout == "pca":
        return principal_plane(units)
    if len(units) < _FEWEST:
        raise OptionError(f"layout={layout!r} of {len(units)} words, expected {_FEWEST} or more", hint="layout='pca'")
    place = _umap if layout == "umap" else _tsne
    return np.ascontiguousarray(place(units, seed), np.float32)


def principal_plane(units: Matrix) -> Matrix:
    """Coordinates (words, 2) along the first two principal components.

    The largest number of each component is positive, since its sign is otherwise arbitrary.
    """
    centred = units.astype(np.float64)
    centred -= centred.mean(axis=0)
    _, components = np.linalg.eigh(centred.T @ centred)
    plane = components[:, ::-1][:, :2]  # (dims, 2), the largest variance first
    plane = plane * np.sign(plane[np.abs(plane).argmax(axis=0), np.arange(plane.shape[1])])
    places = centred @ plane
    if places.shape[1] == 1:  # vectors of one dimension
        places = np.hstack([places, np.zeros_like(places)])
    return np.ascontiguousarray(places, np.float32)


def _umap(units: Matrix, seed: int) -> Any:
    umap = import_module("umap")
    made = umap.UMAP(n_neighbors=min(_NEIGHBORS, len(units) - 1), random_state=seed, n_jobs=1)  # a seed allows one job
    return made.fit_transform(units)


def _tsne(units: Matrix, seed: int) -> Any:
    perplexity = min(_PERPLEXITY, (len(units) - 1) / 3)
    made = import_module("openTSNE").TSNE(perplexity=perplexity, random_state=seed, n_jobs=cores())
    return made.fit(units)
