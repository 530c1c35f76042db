"""Evaluation of vectors: the usual figures of papers, with their uncertainty."""

from firth.evaluation.analogy import AnalogyResult, analogy
from firth.evaluation.categorisation import CategorisationResult, CategorySet, categorisation
from firth.evaluation.comparison import Difference, compare, measures
from firth.evaluation.health import Health, health
from firth.evaluation.lexicon import Lexicon
from firth.evaluation.outliers import OutlierResult, OutlierSet, outliers
from firth.evaluation.questions import AnalogySet
from firth.evaluation.sequences import SequenceResult, SessionSet, sequences
from firth.evaluation.similarity import SimilarityResult, SimilaritySet, similarity

__all__ = [
    "AnalogyResult",
    "AnalogySet",
    "CategorisationResult",
    "CategorySet",
    "Difference",
    "Health",
    "Lexicon",
    "OutlierResult",
    "OutlierSet",
    "SequenceResult",
    "SessionSet",
    "SimilarityResult",
    "SimilaritySet",
    "analogy",
    "categorisation",
    "compare",
    "health",
    "measures",
    "outliers",
    "sequences",
    "similarity",
]
