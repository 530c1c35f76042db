"""Language models, which compute the probability of a text word by word: n-gram and neural models."""

from firth.lm.cbow_model import CbowModel
from firth.lm.language_model import LanguageModel
from firth.lm.mixture import LinearMixture, LogLinearMixture
from firth.lm.model_files import load_model
from firth.lm.neural.neural_model import NeuralModel
from firth.lm.neural.neural_options import NeuralOptions
from firth.lm.ngram.ngram_model import NgramModel
from firth.lm.sentences import Sentences
from firth.lm.token_scores import Perplexity, TokenScore, TokenScores

__all__ = [
    "CbowModel",
    "LanguageModel",
    "LinearMixture",
    "LogLinearMixture",
    "NeuralModel",
    "NeuralOptions",
    "NgramModel",
    "Perplexity",
    "Sentences",
    "TokenScore",
    "TokenScores",
    "load_model",
]
