"""How good vectors are: the figures that a paper would print, with their uncertainty."""

from firth.evaluation.analogy import AnalogyResult, analogy
from firth.evaluation.comparison import Difference, compare
from firth.evaluation.lexicon import Lexicon
from firth.evaluation.questions import AnalogySet
from firth.evaluation.similarity import SimilarityResult, SimilaritySet, similarity

__all__ = [
    "AnalogyResult",
    "AnalogySet",
    "Difference",
    "Lexicon",
    "SimilarityResult",
    "SimilaritySet",
    "analogy",
    "compare",
    "similarity",
]
