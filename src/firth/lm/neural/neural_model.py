"""The neural probabilistic language model of Bengio, Ducharme, Vincent and Jauvin (2003)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Unpack, cast

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.corpus import EncodedCorpus
from firth.corpus.encoding import ReadingOptions, Source
from firth.drawing.bar import Bar
from firth.drawing.watching import Watch, show_reading
from firth.errors import FileFormatError
from firth.guard import guarded
from firth.kernels.ngram.nodes import START_ID
from firth.lm.encoder import Text
from firth.lm.language_model import LanguageModel, State, take_preparation, take_words
from firth.lm.neural.fitting import History, fit
from firth.lm.neural.network import Network
from firth.lm.neural.neural_options import NeuralOptions
from firth.lm.neural.output_layers import OUTPUT_LAYERS, OutputLayer
from firth.lm.sentences import Sentences
from firth.lm.token_scores import Floats
from firth.lm.training_text import TrainingTextOptions, Words, read_training_text
from firth.parallel import cores
from firth.storage import map_tensors, write_tensors
from firth.stored_words import pack_words
from firth.vectors import WordVectors

_BATCH = 512  # contexts scored at a time
_FORMS = {
    "input_vectors": (np.dtype(np.float32), 2),
    "hidden_weights": (np.dtype(np.float32), 2),
    "hidden_bias": (np.dtype(np.float32), 1),
    "output_vectors": (np.dtype(np.float32), 2),
    "counts": (np.dtype(np.int64), 1),
}
_TENSORS = {*_FORMS, "words", "word_bounds"}


class NeuralModel(LanguageModel):
    """Word vectors, a hidden layer and an output layer; made by :meth:`train` or :meth:`load`.

    Attributes:
        network: the vectors and the hidden layer.
        output: the output layer.
        counts: (words,) occurrences in the training text.
        history: loss and held-out perplexity of each epoch.
    """

    def __init__(
        self,
        words: list[str],
        counts: npt.NDArray[np.int64],
        options: NeuralOptions,
        network: Network,
        output: OutputLayer,
        history: list[History],
    ) -> None:
        self.words = words
        self.counts = counts
        self.options = options
        self.network = network
        self.output = output
        self.history = history

    @classmethod
    def train(
        cls,
        text: Source | EncodedCorpus,
        options: NeuralOptions | None = None,
        *,
        held_out: Text | None = None,
        vectors: WordVectors | None = None,
        vocabulary: Words | None = None,
        min_count: int = 1,
        workers: int | None = None,
        progress: bool | Callable[[float, float], object] | None = True,
        **reading: Unpack[TrainingTextOptions],
    ) -> NeuralModel:
        """Train on a text, and keep the parameters of the epoch that is best on the held-out text.

        Args:
            text: as for :meth:`NgramModel.train`; it does not have to fit into memory.
            options: options of the network and its training; see :class:`NeuralOptions`.
            held_out: held-out text for early stopping; without it all epochs are run.
            vectors: word vectors to start from, for the words that they hold; their size replaces ``vector_size``.
            vocabulary: the words of the vocabulary, or a file of them; all others become ``<unk>``. By default the
                words of the text.
            min_count: words that occur fewer times become ``<unk>``.
            workers: number of threads.
            progress: whether to show a progress bar, in a notebook or if stderr is a terminal; it is not shown anywhere
                else, and it disappears at the end. Or a function that is called instead, from time to time, with the
                number of epochs done and the recent mean loss.
            reading: further options of :func:`firth.corpus.encode`, as for :meth:`NgramModel.train`; the options for
                reading and preparing text apply to the held-out text too.

        Raises:
            OptionError: an option is invalid.
            SourceError: a text cannot be read, or is empty.
        """
        options = options or NeuralOptions()
        min_count = whole("min_count", min_count, 1)
        workers = whole("workers", workers, 1, optional=True) or cores()
        with Watch(progress) as watch:
            learned = read_training_text(
                text, vocabulary=vocabulary, min_count=min_count, workers=workers, progress=watch.shown(show_reading),
                **reading,
            )  # fmt: skip
            model = cls.untrained(learned.words, learned.counts, options, vectors=vectors, workers=workers)
            model.preparation = learned.options
            shared = {name: given for name, given in reading.items() if name in ReadingOptions.__annotations__}
            how = cast(ReadingOptions, shared)
            others = None if held_out is None else model.encoder.encode(held_out, workers=workers, **how)

            def show(bar: Bar, epochs: float, loss: float) -> None:
                name = f"epoch {min(int(epochs) + 1, options.epochs)}/{options.epochs}"
                bar.show(name, epochs, options.epochs, [f"loss {loss:.4f}"])

            fit(model, learned.sentences, others, watch.told(show))
        return model

    @classmethod
    def untrained(
        cls,
        words: list[str],
        counts: npt.NDArray[np.int64],
        options: NeuralOptions,
        *,
        vectors: WordVectors | None = None,
        workers: int = 1,
        dtype: npt.DTypeLike = np.float32,
    ) -> NeuralModel:
        """A model with random initial parameters."""
        random = np.random.default_rng(options.seed)
        size = options.vector_size if vectors is None else vectors.vector_size
        network = Network.random(
            len(words), options.context, size, options.hidden_size, direct=options.direct, random=random, dtype=dtype
        )
        if vectors is not None:
            for row, word in enumerate(words):
                if word in vectors:
                    network.input_vectors[row] = vectors[word]
        output = _output_layer(options, counts, network.output_size, workers=workers, dtype=dtype)
        return cls(words, counts, options, network, output, [])

    @property
    def vectors(self) -> WordVectors:
        """The input vectors."""
        return WordVectors(
            self.words, self.network.input_vectors, self.counts, {"model": "nplm", **asdict(self.options)}
        )

    def start(self) -> State:
        return (START_ID,) * self.options.context

    def _padded(self, state: State) -> npt.NDArray[np.int64]:
        """The context of a state, padded with ``<s>``."""
        return np.array([[START_ID] * (self.options.context - len(state)) + list(state)])

    def step_id(self, state: State, word_id: int) -> tuple[float, State]:
        z = self.network.forward(self._padded(state)).z
        value = float(self.output.target_log_probabilities(z, np.array([word_id]))[0])
        return value, (*state, word_id)[-self.options.context :]

    def log_probabilities(self, state: State) -> Floats:
        values = self.output.log_probabilities(self.network.forward(self._padded(state)).z)
        return np.asarray(values[0], np.float64)

    def token_log_probabilities(self, sentences: Sentences, *, workers: int | None = None) -> Floats:
        del workers
        stream, places = sentences.stream(self.options.context)
        behind = np.arange(-self.options.context, 0)
        out = np.empty(len(places))
        for start in range(0, len(places), _BATCH):
            batch = places[start : start + _BATCH]
            z = self.network.forward(stream[batch[:, None] + behind]).z
            out[start : start + _BATCH] = self.output.target_log_probabilities(z, stream[batch])
        return out

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all parameters to one file.

        Raises:
            StorageError: it cannot be written.
        """
        tensors = {
            "input_vectors": self.network.input_vectors,
            "hidden_weights": self.network.hidden_weights,
            "hidden_bias": self.network.hidden_bias,
            "output_vectors": self.output.output_vectors,
            "counts": self.counts,
            **pack_words(self.words),
        }
        facts: dict[str, Any] = {
            "options": asdict(self.options),
            "history": [asdict(epoch) for epoch in self.history],
            "preparation": self.preparation,
        }
        write_tensors(path, "nplm", tensors, facts)

    @classmethod
    @guarded("a neural model")
    def load(cls, path: str | os.PathLike[str]) -> NeuralModel:
        """Map a file that :meth:`save` wrote.

        Raises:
            FileFormatError: it is missing, damaged or of another kind.
        """
        tensors, facts = map_tensors(path, "nplm", verified=True)
        if not tensors.keys() >= _TENSORS or not {"options", "history"} <= facts.keys():
            raise FileFormatError(f"{path}: the neural model is damaged", hint="train it again")
        words = take_words(path, tensors)
        _check_shapes(path, len(words), tensors)
        options = NeuralOptions(**facts["options"])
        network = Network(tensors["input_vectors"], tensors["hidden_weights"], tensors["hidden_bias"], options.direct)
        if network.context != options.context:
            raise FileFormatError(f"{path}: damaged, {options.context} words of context, weights for {network.context}")
        output = _output_layer(options, tensors["counts"], network.output_size, workers=cores())
        if output.output_vectors.shape != tensors["output_vectors"].shape:
            raise FileFormatError(f"{path}: the neural model is damaged", hint="train it again")
        output.output_vectors = tensors["output_vectors"]
        history = [History(**epoch) for epoch in facts["history"]]
        model = cls(words, tensors["counts"], options, network, output, history)
        model.preparation = take_preparation(path, facts)
        return model


def _check_shapes(path: str | os.PathLike[str], words: int, tensors: dict[str, npt.NDArray[Any]]) -> None:
    """Raise an error if matrices do not fit each other or the words."""
    if any((tensors[name].dtype, tensors[name].ndim) != form for name, form in _FORMS.items()):
        raise FileFormatError(f"{path}: the neural model is damaged", hint="train it again")
    vectors, weights, bias = (tensors[name] for name in ("input_vectors", "hidden_weights", "hidden_bias"))
    if (
        not len(vectors) == len(tensors["counts"]) == words
        or len(weights) != len(bias)
        or not vectors.shape[1]
        or weights.shape[1] % vectors.shape[1]
        or (tensors["counts"] < 0).any()
    ):
        raise FileFormatError(f"{path}: the neural model is damaged", hint="train it again")


def _output_layer(options: NeuralOptions, counts: npt.NDArray[np.int64], output_size: int, **how: Any) -> OutputLayer:
    layer = OUTPUT_LAYERS[options.objective]
    return layer(counts, output_size, noise_words=options.noise_words, seed=options.seed, **how)
