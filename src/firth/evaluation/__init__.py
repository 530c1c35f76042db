"""How good vectors are: the figures that a paper would print, with their uncertainty."""

from firth.evaluation.lexicon import Lexicon
from firth.evaluation.similarity import SimilarityResult, SimilaritySet, similarity

__all__ = ["Lexicon", "SimilarityResult", "SimilaritySet", "similarity"]
