"""Transforms of vectors: each function takes :class:`firth.vectors.WordVectors` and returns new ones."""

from firth.vectors.transforms.alignment import align, drift
from firth.vectors.transforms.classes import word_classes
from firth.vectors.transforms.components import pca, reduce_dimensions, remove_top_components
from firth.vectors.transforms.scaling import center, normalize, weigh_by_frequency
from firth.vectors.transforms.selection import average, merge, subset
from firth.vectors.transforms.sentence_encoder import SentenceEncoder
from firth.vectors.transforms.spectrum import conceptor_negation, similarity_order, whiten

__all__ = [
    "SentenceEncoder",
    "align",
    "average",
    "center",
    "conceptor_negation",
    "drift",
    "merge",
    "normalize",
    "pca",
    "reduce_dimensions",
    "remove_top_components",
    "similarity_order",
    "subset",
    "weigh_by_frequency",
    "whiten",
    "word_classes",
]
