"""model2vec's folder: ``config.json``, ``model.safetensors``, ``tokenizer.json``; sentence-transformers reads it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from firth.errors import FileFormatError, OptionError, StorageError
from firth.targets import replacing
from firth.vectors.embeddings import Embeddings
from firth.vectors.formats.assembly import assemble, file_bytes

UNKNOWN = "[UNK]"
FILES = ("model.safetensors", "tokenizer.json", "modules.json", "config.json")


def read(path: Path, *, limit: int | None = None, wanted: Collection[str] | None = None) -> Embeddings:
    """Read the embeddings and the vocabulary of the tokenizer; a zero row of the unknown token is left out.

    Raises:
        FileFormatError: a file is missing or damaged, or the rows do not fit the vocabulary.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    raw = file_bytes(path / "model.safetensors", ["native"]).tobytes()
    model = _json(path / "tokenizer.json").get("model")
    described = model if isinstance(model, dict) else {}
    try:
        tensors = load(raw)
    except SafetensorError as error:
        raise FileFormatError(f"{path / 'model.safetensors'}: damaged ({error})") from error
    matrix = tensors.get("embeddings", tensors.get("embedding.weight"))
    words = _vocabulary(described)
    if matrix is None or matrix.ndim != 2 or words is None:
        raise FileFormatError(f"{path}: no embeddings or no vocabulary, expected the layout of model2vec")
    try:
        if "mapping" in tensors:
            matrix = matrix[tensors["mapping"]]
        if "weights" in tensors:
            matrix = matrix * tensors["weights"][:, None]
    except (IndexError, ValueError) as error:
        raise FileFormatError(f"{path}: the mapping or the weights do not fit the embeddings ({error})") from error
    if len(words) != len(matrix):
        raise FileFormatError(f"{path}: {len(words):,} tokens for {len(matrix):,} embeddings")
    if words and words[-1] == described.get("unk_token") and not matrix[-1].any():
        words, matrix = words[:-1], matrix[:-1]
    chosen = slice(0, limit)
    return assemble(path, words[chosen], np.ascontiguousarray(matrix[chosen], np.float32), wanted=wanted)


def _json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(file_bytes(path, []).tobytes())
    except ValueError as error:
        raise FileFormatError(f"{path}: not JSON ({error})") from error
    return document if isinstance(document, dict) else {}


def _vocabulary(model: dict[str, Any]) -> list[str] | None:
    vocabulary = model.get("vocab")
    if isinstance(vocabulary, dict) and all(isinstance(row, int) for row in vocabulary.values()):
        # WordLevel, WordPiece, BPE: token to row
        return sorted(vocabulary, key=vocabulary.__getitem__)
    if isinstance(vocabulary, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in vocabulary):
        # Unigram: pairs of token and score
        return [token for token, _ in vocabulary]
    return None


def write(embeddings: Embeddings, path: Path) -> None:
    """Write the folder ``path``, with a tokenizer that splits at whitespace; unknown words are ignored.

    Raises:
        OptionError: the last word would be read as the token for unknown words.
        StorageError: there is a file in the place of the folder, or it cannot be written.
    """
    from safetensors.numpy import save

    words, matrix = embeddings.words.spellings(), embeddings.vectors
    if words[-1:] == [UNKNOWN] and not matrix[-1].any():
        raise OptionError(
            f"the word {UNKNOWN!r} is in the last row with a zero vector, which model2vec uses for unknown words",
            hint="write .safetensors",
        )
    if UNKNOWN not in words:
        words, matrix = [*words, UNKNOWN], np.vstack([matrix, np.zeros(embeddings.vector_size, np.float32)])
    tokenizer: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": {word: row for row, word in enumerate(words)}, "unk_token": UNKNOWN},
    }
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "normalize": False,
        "hidden_dim": embeddings.vector_size,
    }
    modules = [{"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"}]
    contents = (
        save({"embeddings": np.ascontiguousarray(matrix)}),
        json.dumps(tokenizer, ensure_ascii=False).encode(),
        json.dumps(modules, indent=2).encode(),
        json.dumps(config, indent=2).encode(),
    )
    with contextlib.ExitStack() as stack:
        try:
            if not path.is_dir():
                path.mkdir()
                stack.callback(_remove_if_empty, path)
        except OSError as error:
            raise StorageError(f"cannot write the folder {path}: {error.strerror}") from error
        for name, content in zip(FILES, contents, strict=True):
            stack.enter_context(replacing(path / name)).write_bytes(content)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
