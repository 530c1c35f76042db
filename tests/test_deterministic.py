"""The same seed gives the same bits, whatever the number of workers, for each of the six models."""

import numpy as np
import pytest

from firth import Word2Vec
from firth.training.configuration import Configuration

MODELS = [(a, o) for a in ("skipgram", "cbow") for o in ("negative", "hierarchical", "softmax")]
RANDOM = np.random.default_rng(5)
TEXT = [[f"w{word}" for word in RANDOM.zipf(1.3, 40) % 5000] for _ in range(400)]
OPTIONS = {"vector_size": 24, "min_count": 1, "epochs": 2, "seed": 3}


def bits(model):
    return model.input_vectors.tobytes(), model.output_vectors.tobytes(), model.loss_, model.validation_loss_


@pytest.mark.parametrize(("architecture", "objective"), MODELS)
def test_workers_do_not_change_a_bit(architecture, objective):
    models = [
        Word2Vec(
            architecture=architecture,
            objective=objective,
            deterministic=True,
            workers=workers,
            validation=0.1,
            **OPTIONS,
        ).fit(TEXT)
        for workers in (1, 2, 5)
    ]
    assert bits(models[0]) == bits(models[1]) == bits(models[2])


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_full_softmax_in_slices_is_always_deterministic(monkeypatch, architecture):
    monkeypatch.setattr("firth.kernels.cpu.softmax._SMALLEST_SLICE", 300)

    def train(**how):
        return bits(Word2Vec(architecture=architecture, objective="softmax", **OPTIONS, **how).fit(TEXT))

    assert train(workers=1) == train(workers=3) == train(workers=2, deterministic=True)


@pytest.mark.parametrize(("architecture", "objective"), MODELS)
def test_resumed_by_another_number_of_workers(tmp_path, architecture, objective):
    options = {"architecture": architecture, "objective": objective, "deterministic": True, **OPTIONS}
    whole = Word2Vec(workers=1, **options).fit(TEXT)
    stopped = Word2Vec(workers=3, **options)

    def stop(progress):
        if progress.tokens_done > 20_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped.fit(TEXT, on_progress=stop, checkpoint=tmp_path)
    resumed = Word2Vec.resume(tmp_path)
    resumed.configuration = Configuration(**{**resumed.configuration.as_dict(), "workers": 2})
    assert bits(resumed.fit(TEXT)) == bits(whole)


@pytest.mark.parametrize(
    ("options", "repeats"),
    [
        ({"workers": 1}, True),
        ({"workers": 2}, False),
        ({"workers": 2, "deterministic": True}, True),
        ({"workers": 2, "objective": "softmax"}, True),
    ],
)
def test_the_configuration_says_whether_bits_repeat(options, repeats):
    assert Configuration(**options).repeats_bits is repeats
