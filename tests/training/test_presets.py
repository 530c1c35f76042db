"""Presets: whole sessions as windows, options that override, and items that belong together found."""

import numpy as np
import pytest

from firth import Word2Vec
from firth.errors import OptionError
from firth.evaluation import SessionSet, sequences
from firth.training.presets import PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_configuration_and_options_override_it(name):
    model = Word2Vec.preset(name, vector_size=7)
    options = model.configuration.as_dict()
    assert options["vector_size"] == 7
    assert options.items() >= {key: value for key, value in PRESETS[name].items() if key != "vector_size"}.items()


def test_no_such_preset():
    with pytest.raises(OptionError, match="expected 'text', 'items', 'graph' or 'fasttext'"):
        Word2Vec.preset("songs")


def test_items_of_one_kind_are_suggested():
    """Six kinds of ten items; each session holds items of one kind in random order."""
    rng = np.random.default_rng(0)
    sessions = [[f"{kind}{item}" for item in rng.permutation(10)[:6]] for kind in rng.choice(list("abcdef"), 3000)]
    model = Word2Vec.preset("items", vector_size=16, workers=1, seed=1).fit([items[:-1] for items in sessions])
    assert sequences(model.vectors, SessionSet("s", sessions), k=5).hit_rate > 0.8  # chance is 5 of 55


@pytest.mark.parametrize("options", [{}, {"learning_rate": 0.1}])
def test_long_sessions_do_not_diverge(options):
    """A thousand items in one window: vectors stay small, the loss falls, and items of one kind come together."""
    rng = np.random.default_rng(1)
    sessions = [[f"{kind}{item}" for item in rng.permutation(1000)] for kind in "abcd" * 3]
    model = Word2Vec.preset("items", vector_size=16, epochs=3, workers=1, **options).fit(sessions)
    assert np.abs(model.input_vectors).max() < 6
    assert 14.6 > model.loss_[0] > model.loss_[1] > model.loss_[2]  # 21 log 2 before anything is learned
    kinds = np.array([word[0] for word in model.vectors.index_to_key])
    units = model.vectors.vectors / model.vectors.norms[:, None]
    cosines, same = units @ units.T, kinds[:, None] == kinds
    assert cosines[same].mean() > 0.95 > cosines[~same].mean() + 0.1


def test_items_that_recur_do_not_diverge():
    """Each item stands forty times in a session: a center has a thousand pairs, all with the same few rows."""
    rng = np.random.default_rng(1)
    sessions = [list(rng.permutation([f"{kind}{item}" for item in range(25)] * 40)) for kind in "abcdefgh" * 2]
    model = Word2Vec.preset("items", vector_size=16, epochs=4, workers=1).fit(sessions)
    assert np.abs(model.input_vectors).max() < 6
    assert 14.6 > model.loss_[0] > model.loss_[1] > model.loss_[2] > model.loss_[3]  # 21 log 2 at the beginning
    kinds = np.array([word[0] for word in model.vectors.index_to_key])
    units = model.vectors.vectors / model.vectors.norms[:, None]
    cosines, same = units @ units.T, kinds[:, None] == kinds
    assert cosines[same].mean() > 0.9 > cosines[~same].mean() + 0.1
