"""The model card of vectors, a README.md: what they are, how they were made, how to use them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from firth.arguments import Word
from firth.errors import MissingExtra
from firth.escapes import escaped_markdown
from firth.text.preparation import Preparation, preparation_changes

if TYPE_CHECKING:
    from firth.vectors.wordvectors import WordVectors

_EXAMPLES, _NEIGHBORS, _LETTERS = 5, 5, 4
_FIRST, _LAST = 100, 10_000  # ranks of the words that are shown: neither function words nor rare words

_USE = """```python
from firth import WordVectors

vectors = WordVectors.load_from_hub({repo})
vectors.most_similar({word}, topn=5)
```

`pip install 'firth[hub]'` installs what this needs. The file `vectors.safetensors` holds the words, their counts and
the matrix; `WordVectors.load` opens it, and `firth convert` writes it in the formats of other tools."""

_LIMITS = """The vectors reflect the text that they were learned from, with its errors and its prejudices. A word has
one vector, whatever its meanings, and the vectors of words that are rare in the text are less reliable."""


def model_card(
    vectors: WordVectors,
    repo_id: str,
    *,
    language: str | Sequence[str] | None = None,
    license: str | None = None,
    datasets: str | Sequence[str] | None = None,
) -> str:
    """A model card in Markdown, from the facts that the vectors hold: size, training, text, examples.

    It is what :meth:`firth.vectors.WordVectors.push_to_hub` writes. To say more, such as where the text is from, add to
    it and give it to ``push_to_hub(card=...)``.

    Args:
        vectors: the vectors that the card describes.
        repo_id: the repository, such as ``"user/name"``.
        language: codes of the languages, such as ``"en"``.
        license: its identifier on the Hub, such as ``"cc-by-4.0"``.
        datasets: names on the Hub of the data sets that the vectors were learned from.

    Raises:
        MissingExtra: huggingface_hub is not installed.
    """
    try:
        from huggingface_hub import ModelCardData
    except ImportError as error:
        raise MissingExtra("a model card", "hub") from error
    configuration = _part(vectors.metadata, "configuration")
    kinds = [configuration[name] for name in ("architecture",) if isinstance(configuration.get(name), str)]
    head = ModelCardData(
        language=_listed(language),
        license=license,
        datasets=_listed(datasets),
        library_name="firth",
        tags=["word-vectors", "static-embeddings", "word2vec", *kinds],
    ).to_yaml()
    parts = [
        f"---\n{head}\n---",
        f"# {escaped_markdown(repo_id.rpartition('/')[2])}",
        f"Word vectors: {len(vectors):,} words of {vectors.vector_size} dimensions"
        f"{'' if vectors.subwords is None else ', and character n-grams for all others'}.",
        "## How to use them",
        _USE.format(repo=json.dumps(repo_id), word=json.dumps(next(iter(_shown_words(vectors)), "word"))),
        *_section("Examples", _examples(vectors)),
        *_section("Training", _training(vectors.metadata, configuration)),
        *_section("Text", _text(vectors)),
        "## Limits",
        _LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def _section(heading: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    """A table of two columns under a heading, or nothing if it would be empty."""
    lines = [f"| {name} | {value} |" for name, value in rows]
    return [f"## {heading}", "\n".join(["| | |", "|---|---|", *lines])] if lines else []


def _examples(vectors: WordVectors) -> list[tuple[str, str]]:
    words = _shown_words(vectors)
    answers = vectors.neighbors(words, _NEIGHBORS)
    return [
        (
            escaped_markdown(str(word)),
            ", ".join(f"{escaped_markdown(str(near))} {score:.2f}" for near, score in nearest),
        )
        for word, nearest in zip(words, answers, strict=True)
        if nearest
    ]


def _shown_words(vectors: WordVectors) -> list[Word]:
    """Some words whose neighbours are interesting: of several letters, from frequent to less frequent."""
    ranks = np.arange(len(vectors)) if vectors.counts is None else np.argsort(-vectors.counts, kind="stable")
    ranks = ranks[_FIRST:_LAST] if len(ranks) > 2 * _FIRST else ranks
    known = vectors.embeddings.words
    candidates = [known[row] for row in ranks.tolist() if np.isfinite(vectors.norms[row])]
    long = [word for word in candidates if len(str(word)) >= _LETTERS] or candidates
    places = np.geomspace(1, max(len(long), 1), _EXAMPLES).astype(int) - 1
    return [long[place] for place in dict.fromkeys(places.tolist()) if place < len(long)]


def _training(metadata: dict[str, Any], configuration: dict[str, Any]) -> list[tuple[str, str]]:
    """The options of training, and the loss after each epoch."""
    rows = [(f"`{name}`", escaped_markdown(str(value))) for name, value in configuration.items() if value is not None]
    for name, told in (("loss", "loss of each epoch"), ("validation_loss", "held-out loss of each epoch")):
        losses = metadata.get(name)
        if isinstance(losses, list) and losses:
            rows.append((told, ", ".join("-" if loss is None else f"{loss:.4f}" for loss in losses)))
    return rows


def _text(vectors: WordVectors) -> list[tuple[str, str]]:
    """The size of the text, and its preparation."""
    rows = []
    if vectors.counts is not None:
        rows.append(("occurrences of the words", f"{int(vectors.counts.sum()):,}"))
    preparation = _part(vectors.metadata, "preparation")
    if isinstance(preparation.get("min_count"), int):
        rows.append(("occurrences of the rarest word at least", f"{preparation['min_count']:,}"))
    changes = preparation_changes(Preparation().as_dict(), preparation)
    if changes:
        rows.append(("prepared with", escaped_markdown(", ".join(changes))))
    return rows


def _part(metadata: dict[str, Any], name: str) -> dict[str, Any]:
    part = metadata.get(name)
    return part if isinstance(part, dict) else {}


def _listed(given: str | Sequence[str] | None) -> list[str] | None:
    return [given] if isinstance(given, str) else None if given is None else list(given)
