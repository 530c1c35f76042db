"""The names of options in gensim, word2vec.c and fastText, for errors that say what to write instead."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

_NAMES = {
    "alpha": "learning_rate",
    "lr": "learning_rate",
    "min_alpha": "min_learning_rate",
    "size": "vector_size",
    "dim": "vector_size",
    "ws": "window",
    "iter": "epochs",
    "epoch": "epochs",
    "threads": "workers",
    "thread": "workers",
    "neg": "negative",
    "ns_exponent": "noise_exponent",
    "max_final_vocab": "max_words",
    "minCount": "min_count",
    "t": "sample",
    "min_n": "minn",
    "max_n": "maxn",
    "bucket": "buckets",
}
_SWITCHES = {  # the option that a switch stands for, with its values off and on
    "sg": ("architecture", "cbow", "skipgram"),
    "cbow": ("architecture", "skipgram", "cbow"),
    "hs": ("objective", "negative", "hierarchical"),
    "cbow_mean": ("architecture", None, None),  # always the mean
}
_LOSSES = {"ns": "negative", "hs": "hierarchical", "softmax": "softmax"}
_ELSEWHERE = {  # what is no option of training here
    "trim_rule": "fit(..., keep_words=[...], drop_words=[...])",
    "callbacks": "fit(..., on_epoch=function)",
    "compute_loss": "model.loss_",
    "max_vocab_size": "max_words=...",
    **dict.fromkeys(("cbow_mean", "hashfxn", "null_word", "sorted_vocab", "batch_words", "comment"), "leave it out"),
}
TEXTS = ("sentences", "corpus_file", "corpus_iterable")
"""What gensim calls the text that it trains on."""


def in_our_words(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options under firth's names; those that it has no counterpart of are left out."""
    ours: dict[str, Any] = {}
    for name, value in options.items():
        if name in _SWITCHES:
            option, off, on = _SWITCHES[name]
            if chosen := on if value else off:
                ours[option] = chosen
        elif name == "loss" and value in _LOSSES:
            ours["objective"] = _LOSSES[value]
        elif name not in _ELSEWHERE and name not in TEXTS and not (name in ("negative", "neg") and value == 0):
            ours[_NAMES.get(name, name)] = value
    return ours


def is_foreign(name: str) -> bool:
    """Whether gensim, word2vec.c or fastText have an option of this name, and firth has not."""
    return name in _NAMES or name in _SWITCHES or name in _ELSEWHERE or name in (*TEXTS, "loss")


def advice(options: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """What to write for the options with foreign names.

    Args:
        options: as they were given.
        known: firth's own.
    """
    foreign = {name: value for name, value in options.items() if name not in known and is_foreign(name)}
    told = [f"{name}={_shown(value)}" for name, value in in_our_words(foreign).items()]
    told += dict.fromkeys(_ELSEWHERE[name] for name in foreign if name in _ELSEWHERE)
    return ", ".join(told) or "leave it out"


def line(options: Mapping[str, Any], text: str) -> str:
    """The line that trains with these options on a text."""
    told = ", ".join(f"{name}={_shown(value)}" for name, value in in_our_words(options).items())
    return f"Word2Vec({told}).fit({text})"


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value!r:.40}"


def name_of(text: tuple[Any, ...]) -> str:
    """How a text was written, as far as can be told."""
    return f'"{os.fspath(text[0])}"' if text and isinstance(text[0], str | os.PathLike) else "sentences"
