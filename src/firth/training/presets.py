"""Options for kinds of data, such as sessions of items, and those of fastText; each may be overridden one by one.

The preset ``items`` was chosen by the hit rate at 10 of the item before the last of each session of 1,090 listeners,
the last items being left out altogether:

    python benchmarks/sequences.py items lastfm_sessions.txt --validate --seeds 4 --try noise_exponent=0.5

Whole sessions as windows, more noise words and more epochs help there: 7.8 % against 3.7 % by the defaults. Noise
exponents do not differ by more than seeds do (7.8 % for 0 and 0.5, 8.1 % for 1, standard deviations of 0.2 to 0.7);
Caselles-Dupre et al. (2018) found negative ones best on other sessions, so that a search by ``firth tune`` may pay.
"""

from __future__ import annotations

from firth.errors import OptionError
from firth.training.options import OptionValues

PRESETS: dict[str, OptionValues] = {
    "text": {},  # the defaults are for natural language
    # Sessions of items: all items of a session belong together (Barkan and Koenigstein 2016), frequent ones too.
    "items": {
        "window": "sentence",
        "shrink_windows": False,
        "sample": 0.0,
        "negative": 20,
        "noise_exponent": 0.0,
        "min_count": 1,
        "epochs": 20,
    },
    # Random walks over a graph, as in DeepWalk (Perozzi et al. 2014) and node2vec (Grover and Leskovec 2016).
    "graph": {"vector_size": 128, "window": 10, "sample": 0.0, "min_count": 1, "epochs": 5},
    # What fastText does by default, with its gradients.
    "fasttext": {
        "subwords": True,
        "subword_gradient": "fasttext",
        "cbow_gradient": "word2vec",
        "learning_rate": 0.05,
        "noise_exponent": 0.5,
        "sample": 1e-4,
    },
}


def preset(name: str) -> OptionValues:
    """The options of a preset.

    Raises:
        OptionError: there is no such preset.
    """
    if name not in PRESETS:
        *names, last = map(repr, PRESETS)
        raise OptionError(f"no preset {name!r}, expected {', '.join(names)} or {last}")
    return PRESETS[name].copy()
