"""Word vectors for everyone: words and a matrix, queries, files. Needs nothing of training."""

from firth.vectors.wordvectors import WordVectors

__all__ = ["WordVectors"]
