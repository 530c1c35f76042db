"""The seam for other machines: a backend whose weights lie elsewhere trains the same model, to the bit."""

import numpy as np
import pytest

from firth import Word2Vec
from firth.training.backend import Cpu
from firth.training.weights import weights_from

RANDOM = np.random.default_rng(2)
TEXT = [[f"w{word}" for word in RANDOM.zipf(1.4, 30) % 200] for _ in range(300)]
OPTIONS = {"vector_size": 24, "min_count": 1, "epochs": 3, "deterministic": True}


class Elsewhere(Cpu):
    """Weights are copied to memory of its own, and back when somebody asks."""

    def __init__(self):
        self.fetched = 0

    def place(self, weights):
        return weights_from(*weights)

    def fetch(self, placed, into):
        self.fetched += 1
        into.input_vectors[:], into.output_vectors[:] = placed[:2]


@pytest.fixture
def elsewhere():
    model = Word2Vec(**OPTIONS)
    model._backend = Elsewhere()
    return model


def bits(model):
    return model.input_vectors.tobytes(), model.output_vectors.tobytes(), model.loss_


def test_a_model_trained_elsewhere_has_the_same_bits(elsewhere):
    assert bits(elsewhere.fit(TEXT)) == bits(Word2Vec(**OPTIONS).fit(TEXT))
    assert elsewhere._backend.fetched >= 3  # at the end of each epoch, for callbacks


def test_callbacks_see_what_was_learned(elsewhere):
    seen = []
    elsewhere.fit(TEXT, on_epoch=lambda _: seen.append(elsewhere.input_vectors.copy()) and None)
    here, same = Word2Vec(**OPTIONS), []
    here.fit(TEXT, on_epoch=lambda _: same.append(here.input_vectors.copy()) and None)
    np.testing.assert_array_equal(seen, same)


def test_a_checkpoint_from_elsewhere_is_resumed_here(tmp_path, elsewhere):
    def stop(progress):
        if progress.tokens_done > 12_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        elsewhere.fit(TEXT, on_progress=stop, checkpoint=tmp_path)
    whole = Word2Vec(**OPTIONS).fit(TEXT)
    assert bits(Word2Vec.resume(tmp_path).fit(TEXT)) == bits(whole)
    assert bits(elsewhere.fit(TEXT)) == bits(whole)
