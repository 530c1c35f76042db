"""A page that trains word vectors before the reader's eyes, and opens from disk without a network.

Its program is in ``assets/``, a subject a file, and states the mathematics of :mod:`firth.objectives` once more, in
JavaScript; ``tests/explain/test_lesson.py`` holds its numbers against the objectives. The vocabulary and the Huffman
tree are given to it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from firth.arguments import real, whole, word_list
from firth.errors import OptionError
from firth.escapes import escaped
from firth.objectives.hierarchical import HuffmanTree, huffman_tree
from firth.training.options import OPTIONS, Architecture, Objective

Language: TypeAlias = Literal["en", "zh"]

MOST_WORDS, MOST_TOKENS, WIDEST_WINDOW = 60, 500, 10

_PROGRAM = (  # in this order
    *("numbers", "random", "examples", "objective", "model", "training", "projection"),
    *("language", "elements", "formula", "chart", "sentence", "network", "operations", "forward", "backward"),
    *("map", "experiments", "tree", "noise", "cost", "ngrams", "neural", "controls", "main"),
)
_TEXTS = {"en": "english", "zh": "chinese"}


def lesson(
    sentences: Iterable[Iterable[str]],
    *,
    architecture: Architecture = "skipgram",
    objective: Objective = "negative",
    window: int = 2,
    negative: int | None = None,
    vector_size: int = 4,
    learning_rate: float = 0.2,
    language: Language = "en",
) -> str:
    """The page, as HTML. The reader can change everything but the text.

    Args:
        sentences: tokens; at most 500 of at most 60 different words.
        architecture, objective: the model that is shown first.
        window: maximum distance between a word and its context words, 1 to 10.
        negative: noise words drawn for each pair, 1 to 20; by default, all pairs that the text does not show, D'.
        vector_size: dimensions, 2 to 10.
        learning_rate: of each step, 0.01 to 2.5.
        language: English or Chinese.

    Raises:
        OptionError: an option is out of its range, or the text is too long to be shown or too short to learn from.
        WrongType: a sentence is not a list of tokens.
    """
    lists = [tokens for tokens in map(word_list, sentences) if tokens]
    ranked = Counter(token for tokens in lists for token in tokens).most_common()
    longest = max(map(len, lists), default=0)
    check_size(sum(count for _, count in ranked), len(ranked), longest)
    if language not in get_args(Language):
        raise OptionError(f"language={language!r}, expected 'en' or 'zh'")
    ids = {word: word_id for word_id, (word, _) in enumerate(ranked)}
    data = {
        "words": [escaped(word) for word in ids],
        "counts": [count for _, count in ranked],
        "sentences": [[ids[token] for token in tokens] for tokens in lists],
        "paths": _paths(huffman_tree(np.array([count for _, count in ranked], np.int64))),
        "widest": min(WIDEST_WINDOW, longest - 1),
        "settings": {
            "architecture": OPTIONS["architecture"].checked(architecture),
            "objective": OPTIONS["objective"].checked(objective),
            "window": min(whole("window", window, 1, WIDEST_WINDOW), longest - 1),
            "negatives": whole("negative", negative, 1, 20, optional=True) or 0,
            "exponent": 0.75,
            "dims": whole("vector_size", vector_size, 2, 10),
        },
        "rate": real("learning_rate", learning_rate, 0.01, 2.5),
        "language": language,
        "texts": {name: json.loads(_asset(f"{stem}.json")) for name, stem in _TEXTS.items()},
    }
    program = "\n".join(_asset(f"{name}.js") for name in _PROGRAM)
    parts = {"style": _asset("style.css"), "data": _embedded(data), "program": f'"use strict";\n{program}'}
    before, *rest = _asset("page.html").split("{")
    return before + "".join(parts[name] + after for name, _, after in (piece.partition("}") for piece in rest))


def check_size(tokens: int, words: int, longest: int) -> None:
    """Refuse a text that is too long to be shown, or too short to learn from.

    Args:
        tokens, words: of the text; the words that differ.
        longest: tokens of its longest sentence.

    Raises:
        OptionError: it is one of them.
    """
    if tokens > MOST_TOKENS or words > MOST_WORDS:
        raise OptionError(
            f"a text of {tokens:,} tokens and {words:,} different words, expected at most {MOST_TOKENS} and "
            f"{MOST_WORDS}",
            hint="choose a few sentences that show what you want to explain",
        )
    if longest < 2:
        raise OptionError(
            "no sentence of two words, expected at least one",
            hint="separate words with spaces, or choose a tokenizer that finds them",
        )
    if words < 2:
        raise OptionError("a text of one word, repeated, expected two different words", hint="add another word")


def _paths(tree: HuffmanTree) -> list[dict[str, list[int]]]:
    paths = (tree.path(word) for word in range(len(tree.bounds) - 1))
    return [{"nodes": nodes.tolist(), "codes": codes.tolist()} for nodes, codes in paths]


def _embedded(data: Any) -> str:
    """JSON that ends no element of HTML, whatever the words."""
    text = json.dumps(data, ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _asset(name: str) -> str:
    return files("firth.explain").joinpath("assets", name).read_text(encoding="utf-8")
