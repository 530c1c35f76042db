"""Approximate search, for when exact search of millions of words takes too long."""

from firth.vectors.index.indexed import IndexedVectors, build_index, open_index

__all__ = ["IndexedVectors", "build_index", "open_index"]
