"""Word vectors: words and a matrix, queries, files. Nothing here depends on training."""

from firth.vectors.wordvectors import WordVectors

__all__ = ["WordVectors"]
