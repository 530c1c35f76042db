"""Sentences with weights: by hand, by law, and what training makes of them."""

import itertools

import numpy as np
import pytest

from firth import Word2Vec, encode
from firth.errors import OptionError
from firth.training.repeats import most_tokens, repeated
from firth.training.shards import Shards

IDS = np.array([1, 2, 3, 4, 5, 6], np.int32)
BOUNDS = np.array([0, 2, 3, 6])


def sentences(ids, bounds):
    return [ids[a:b].tolist() for a, b in itertools.pairwise(bounds)]


def test_whole_weights_by_hand():
    found = repeated(IDS, BOUNDS, np.array([1, 3, 0], np.float32), 7)
    assert sentences(*found) == [[1, 2], [3], [3], [3]]
    found = repeated(IDS, BOUNDS, np.array([2, 1, 2], np.float32), 7)
    assert sentences(*found) == [[1, 2], [3], [4, 5, 6], [1, 2], [4, 5, 6]]
    assert found[0].dtype == np.int32
    ids, bounds = repeated(IDS, BOUNDS, np.ones(3, np.float32), 7)
    np.testing.assert_array_equal(ids, IDS)
    np.testing.assert_array_equal(bounds, BOUNDS)


def test_weights_of_zero_leave_an_empty_sentence():
    ids, bounds = repeated(IDS, BOUNDS, np.zeros(3, np.float32), 7)
    assert (len(ids), bounds.tolist()) == (0, [0, 0])


def test_fractions_are_drawn_and_follow_from_the_state():
    weights = np.array([0.25, 1.5, 0], np.float32)
    counts = np.zeros(3)
    for state in range(4000):
        found = sentences(*repeated(IDS, BOUNDS, weights, state))
        counts += [found.count([1, 2]), found.count([3]), found.count([4, 5, 6])]
    assert counts / 4000 == pytest.approx([0.25, 1.5, 0], abs=0.03)
    for state in (3, 2**64 - 1):
        one, other = (repeated(IDS, BOUNDS, weights, state) for _ in range(2))
        assert all(map(np.array_equal, one, other))


def test_no_more_tokens_than_are_expected():
    weights = np.array([0.25, 1.5, 0], np.float32)
    assert most_tokens(BOUNDS, weights).tolist() == [0, 2, 4, 4]
    assert most_tokens(BOUNDS, None) is BOUNDS
    assert max(len(repeated(IDS, BOUNDS, weights, state)[0]) for state in range(200)) == 4


def pairs(count, weight_of_even, weight_of_odd):
    """a stands beside b in half of the sentences, and beside c in the other half; their weights."""
    lists = [["a", "b"], ["a", "c"]] * count
    return lists, [weight_of_even, weight_of_odd] * count


OPTIONS = {"vector_size": 8, "min_count": 1, "sample": 0, "epochs": 3, "seed": 3}


@pytest.mark.parametrize("options", [{"workers": 1}, {"workers": 2}, {"workers": 2, "deterministic": True}])
@pytest.mark.parametrize("model", [("skipgram", "negative"), ("cbow", "negative"), ("skipgram", "hierarchical"),
                                   ("cbow", "softmax")])  # fmt: skip
def test_what_has_no_weight_is_not_learned(model, options):
    architecture, objective = model
    lists, weights = pairs(300, 1.5, 0)
    model = Word2Vec(**OPTIONS, **options, architecture=architecture, objective=objective)
    model.fit(lists, weight=weights)
    assert model.vocabulary.words == ["a", "b"]  # c occurs 0 times
    assert model.vocabulary.counts.tolist() == [450, 450]


def test_training_leans_to_what_has_more_weight():
    lists, weights = pairs(200, 4, 0.5)
    model = Word2Vec(**OPTIONS, objective="softmax", workers=1).fit(lists, weight=weights)
    assert dict(model.predict(["a"]))["b"] > 0.7
    assert model.vocabulary.counts.tolist() == [900, 800, 100]


def test_weights_of_one_change_nothing_and_weights_repeat_bits():
    rng = np.random.default_rng(6)
    lists = [rng.integers(0, 30, 6).tolist() for _ in range(400)]
    plain = Word2Vec(**OPTIONS, workers=1).fit(lists)
    ones = Word2Vec(**OPTIONS, workers=1).fit(lists, weight=np.ones(400))
    np.testing.assert_array_equal(plain.input_vectors, ones.input_vectors)
    weights = rng.random(400) * 2
    runs = [Word2Vec(**OPTIONS, deterministic=True, workers=workers).fit(lists, weight=weights) for workers in (1, 2)]
    np.testing.assert_array_equal(runs[0].input_vectors, runs[1].input_vectors)
    assert not np.array_equal(runs[0].input_vectors, plain.input_vectors)


def test_a_training_with_weights_goes_on_with_the_same_bits(tmp_path):
    rng = np.random.default_rng(6)
    lists, weights = [rng.integers(0, 30, 6).tolist() for _ in range(400)], rng.random(400) * 2

    def stop(progress):
        raise KeyboardInterrupt

    whole = Word2Vec(**OPTIONS, workers=1).fit(lists, weight=weights)
    with pytest.raises(KeyboardInterrupt):
        Word2Vec(**OPTIONS, workers=1).fit(lists, weight=weights, checkpoint=tmp_path / "run", on_epoch=stop)
    resumed = Word2Vec.resume(tmp_path / "run")
    with pytest.raises(OptionError, match="cannot continue"):
        Word2Vec.resume(tmp_path / "run").fit(lists)
    np.testing.assert_array_equal(resumed.fit(lists, weight=weights).input_vectors, whole.input_vectors)


def test_held_out_text_has_its_weights():
    lists, weights = pairs(300, 2, 0.5)
    model = Word2Vec(**OPTIONS, workers=1).fit(lists, weight=weights, validation=0.2)
    assert len(model.validation_loss_) == 3
    with encode(lists, weight=weights, min_count=1) as corpus:
        assert Shards(corpus).tokens == 2 * 300 * 2 + 300 * 2
