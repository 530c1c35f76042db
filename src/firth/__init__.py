"""firth: word vectors and the classic language models from text."""

__version__ = "0.1.0"
