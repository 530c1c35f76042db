"""Vectors into other vectors: each function takes :class:`firth.vectors.WordVectors` and gives new ones."""

from firth.vectors.transforms.alignment import align, drift
from firth.vectors.transforms.classes import word_classes
from firth.vectors.transforms.components import pca, remove_top_components
from firth.vectors.transforms.scaling import center, normalize
from firth.vectors.transforms.selection import average, merge, subset
from firth.vectors.transforms.sentence_encoder import SentenceEncoder

__all__ = [
    "SentenceEncoder",
    "align",
    "average",
    "center",
    "drift",
    "merge",
    "normalize",
    "pca",
    "remove_top_components",
    "subset",
    "word_classes",
]
