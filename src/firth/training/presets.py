"""Options for data that is not text; each preset may be overridden option by option."""

from __future__ import annotations

from typing import Any

from firth.errors import OptionError
from firth.training.configuration import SENTENCE

PRESETS: dict[str, dict[str, Any]] = {
    # Sessions of items: all items of a session belong together, and order and frequency say less than in text. A long
    # session gives each item hundreds of positive pairs at once; at text's learning rate that diverges.
    "items": {
        "window": SENTENCE,
        "shrink_windows": False,
        "sample": 0.0,
        "noise_exponent": 0.75,
        "min_count": 1,
        "learning_rate": 0.005,
        "epochs": 10,
    },
    # Random walks over a graph, as in DeepWalk (Perozzi et al. 2014) and node2vec (Grover and Leskovec 2016).
    "graph": {"vector_size": 128, "window": 10, "sample": 0.0, "min_count": 1, "epochs": 1},
}


def preset(name: str) -> dict[str, Any]:
    """The options of a preset.

    Raises:
        OptionError: there is no such preset.
    """
    if name not in PRESETS:
        raise OptionError(f"no preset {name!r}, expected {' or '.join(map(repr, PRESETS))}")
    return dict(PRESETS[name])
