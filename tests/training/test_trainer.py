"""Shards, schedule and progress."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firth.corpus import encode
from firth.training.configuration import Configuration
from firth.training.learners import Tally
from firth.training.schedule import learning_rate
from firth.training.trainer import Shards, train


class Recorder:
    """A learner that remembers what it is given and reports one example a token."""

    def __init__(self):
        self.stretches = []

    def worker(self, longest):
        self.longest = longest
        return self

    def learn(self, stretch):
        self.stretches.append((stretch.ids.tolist(), stretch.bounds.tolist(), stretch.rates, int(stretch.state[0])))
        return Tally(loss=2.0 * len(stretch.ids), examples=len(stretch.ids))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(1, 3))
def test_shards_hold_every_sentence_once_in_order(lengths, workers):
    numbers = iter(range(sum(lengths)))
    sentences = [[str(next(numbers) % 97) for _ in range(length)] for length in lengths]
    with encode(sentences, min_count=1) as corpus:
        shards = Shards(corpus)
        read = [shards.read(shard) for shard in range(len(shards))]
        assert np.concatenate([ids for ids, _ in read]).tolist() == corpus.ids.tolist()
        assert [n for _, bounds in read for n in np.diff(bounds)] == np.diff(corpus.bounds).tolist()
        assert max(len(ids) for ids, _ in read) == shards.longest
        recorder = Recorder()
        losses = list(train(recorder, corpus, Configuration(epochs=2, workers=workers)))
        assert losses == [2.0, 2.0]
        assert len(recorder.stretches) == 2 * len(shards)


def test_rates_fall_evenly_and_states_differ():
    sentences = [[str(i % 50)] * 500 for i in range(20)]
    configuration = Configuration(epochs=2, workers=1, learning_rate=0.4, min_learning_rate=0.0)
    seen = []
    with encode(sentences, min_count=1) as corpus:
        recorder = Recorder()
        list(train(recorder, corpus, configuration, seen.append))
    rates = [rate for _, _, ends, _ in recorder.stretches for rate in ends]
    assert rates[0] == pytest.approx(0.4)
    assert rates[-1] == pytest.approx(0.0)
    assert rates == sorted(rates, reverse=True)
    assert len({state for *_, state in recorder.stretches}) == len(recorder.stretches)
    assert [p.epoch for p in seen if p.epoch_ended] == [1, 2]
    assert seen[-1].tokens_done == seen[-1].tokens_total == 20_000
    assert seen[-1].tokens_per_second > 0


def test_learning_rate_by_hand():
    configuration = Configuration(learning_rate=0.1, min_learning_rate=0.02)
    assert [learning_rate(configuration, p) for p in (0, 0.5, 1)] == pytest.approx([0.1, 0.06, 0.02])
