"""The file of a whole model: its words, both matrices and how they were trained."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

import numpy.typing as npt

from firth.contents import head_of, recognize
from firth.corpus import Vocabulary
from firth.errors import FileFormatError, OptionError
from firth.guard import guarded
from firth.storage import map_tensors, write_tensors
from firth.stored_words import pack_words, unpack_words
from firth.training.configuration import Configuration
from firth.training.model import Model
from firth.training.weights import Weights, weights_from

_KIND = "model"
_SHAPE = ("architecture", "objective", "vector_size", "subwords", "minn", "maxn", "buckets", "hashes")


class ModelFile(NamedTuple):
    """The contents of a file that :meth:`firth.Word2Vec.save` writes, or of a ``.bin`` file of fastText.

    Attributes:
        vocabulary: the words.
        weights: both matrices; kernels may write to them.
        facts: all other facts, as plain data: ``configuration``, ``loss``, ``validation_loss``, ``stopped``,
            ``preparation`` and ``notes``, which may be missing.
    """

    vocabulary: Vocabulary
    weights: Weights
    facts: dict[str, Any]

    @classmethod
    def of(cls, model: Model) -> ModelFile:
        """The contents for a model."""
        return cls(model.vocabulary, model.weights, model.facts())

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write it completely or not at all.

        Raises:
            StorageError: the file cannot be written.
        """
        tensors: dict[str, npt.NDArray[Any]] = {
            "input_vectors": self.weights.input_vectors,
            "output_vectors": self.weights.output_vectors,
            "counts": self.vocabulary.counts,
            **pack_words(self.vocabulary.words),
        }
        write_tensors(path, _KIND, tensors, {**self.facts, "vector_size": self.weights.vector_size})

    @classmethod
    @guarded("a model of word vectors")
    def read(cls, path: str | os.PathLike[str]) -> ModelFile:
        """Read a file and verify it.

        Raises:
            FileFormatError: it is missing, damaged, in another format, or from a newer version; or it is a classifier
                or a quantized model of fastText.
        """
        content = recognize(head_of(path), path)
        of_fasttext = content is not None and content.kind == "fasttext-binary"
        return cls._of_fasttext(path) if of_fasttext else cls._saved(path)

    @classmethod
    def _of_fasttext(cls, path: str | os.PathLike[str]) -> ModelFile:
        from firth.training.fasttext_models import continued  # hardly any training needs it

        configuration, vocabulary, weights = continued(path)
        return cls(vocabulary, weights, Model(configuration).facts())

    @classmethod
    def _saved(cls, path: str | os.PathLike[str]) -> ModelFile:
        tensors, facts = map_tensors(path, _KIND, verified=True)
        try:
            configuration = Configuration.of(**facts["configuration"])
            facts["loss"] = [None if loss is None else float(loss) for loss in facts["loss"]]
            facts["validation_loss"] = [float(loss) for loss in facts["validation_loss"]]
            facts["stopped"], facts["notes"] = facts["stopped"], dict(facts.get("notes", {}))
            if not isinstance(facts.setdefault("preparation", None), dict | None):
                raise TypeError("the preparation of the text is no mapping")
            vocabulary = Vocabulary(unpack_words(tensors), tensors["counts"])
            # Kernels write to the weights, so these are copies, not the mapped file.
            weights = weights_from(tensors["input_vectors"], tensors["output_vectors"], configuration.vector_size)
        except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
            raise FileFormatError(f"{path}: the model is damaged ({error})") from error
        if not weights.fit(len(vocabulary), configuration):
            raise FileFormatError(f"{path}: damaged, its matrices do not fit {len(vocabulary):,} words")
        return cls(vocabulary, weights, facts)

    def model(self, **changed: Any) -> Model:
        """The model, some of whose options are changed for further training.

        Raises:
            OptionError: an option is invalid, or the matrices are made for another value of it.
        """
        saved = Configuration.of(**self.facts["configuration"])
        for name in _SHAPE:
            before = getattr(saved, name)
            if name in changed and changed[name] != before:
                raise OptionError(f"{name}={changed[name]!r} for a model with {before!r}", hint="train a new model")
        configuration = Configuration.of(**{**saved.as_dict(), **changed})
        return Model.of(configuration, self.vocabulary, self.weights, self.facts)
