"""Shards, schedule and progress."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firth.corpus import encode
from firth.training.configuration import Configuration
from firth.training.learners import Stretch, Tally, Widths
from firth.training.schedule import learning_rate
from firth.training.shards import Shards, Translated, split
from firth.training.trainer import Trainer, pieces
from firth.training.weights import initial_weights


class Recorder:
    """A learner that remembers what it is given and reports one example a token."""

    def __init__(self):
        self.stretches = []
        self.worst_loss, self.weights = 100.0, initial_weights(3, 3, 2, 1)

    def workers(self, wanted):
        return wanted

    def worker(self, longest):
        self.longest = longest
        return self

    def learn(self, stretch, *, frozen=False):
        self.stretches.append((stretch.ids.tolist(), stretch.bounds.tolist(), stretch.rates, stretch))
        self.frozen = frozen
        return Tally(loss=2.0 * len(stretch.ids), examples=len(stretch.ids))


@settings(max_examples=25)
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
        trainer = Trainer(recorder, shards, Configuration(epochs=2, workers=workers))
        trainer.run()
        assert trainer.losses == [2.0, 2.0]
        assert len(recorder.stretches) == 2 * len(shards)


def test_a_continued_training_draws_other_widths():
    turns = []
    for first_epoch in range(3):  # partial_fit, three times
        recorder = Recorder()
        Trainer(recorder, shards_of([10] * 5), Configuration(epochs=1, workers=1), first_epoch=first_epoch).run()
        turns.append(recorder.stretches[0][-1].widths.turn / 2**32)
    assert turns == pytest.approx([0, 0.6180339887, 0.2360679775])


def test_rates_fall_evenly_and_states_differ():
    sentences = [[str(i % 50)] * 500 for i in range(20)]
    configuration = Configuration(epochs=2, workers=1, learning_rate=0.4, min_learning_rate=0.0)
    seen = []
    with encode(sentences, min_count=1) as corpus:
        recorder = Recorder()
        Trainer(recorder, Shards(corpus), configuration).run(seen.append)
    rates = [rate for _, _, ends, _ in recorder.stretches for rate in ends]
    assert rates[0] == pytest.approx(0.4)
    assert rates[-1] == pytest.approx(0.0)
    assert rates == sorted(rates, reverse=True)
    stretches = [stretch for *_, stretch in recorder.stretches]
    shards = len(stretches) // 2
    assert len({int(stretch.state[0]) for stretch in stretches}) == len(stretches)
    assert len({int(stretch.widths.state[0]) for stretch in stretches}) == shards, "the same in every epoch"
    assert [stretch.widths.turn for stretch in stretches] == [0] * shards + [2**31] * shards
    assert [p.epoch for p in seen if p.epoch_ended] == [1, 2]
    assert seen[-1].tokens_done == seen[-1].tokens_total == 20_000
    assert seen[-1].tokens_per_second > 0


def test_learning_rate_by_hand():
    configuration = Configuration(learning_rate=0.1, min_learning_rate=0.02)
    assert [learning_rate(configuration, p) for p in (0, 0.5, 1)] == pytest.approx([0.1, 0.06, 0.02])


class Scripted(Recorder):
    """A learner whose held-out loss follows a script."""

    def __init__(self, script):
        super().__init__()
        self.script = iter(script)

    def learn(self, _stretch, *, frozen=False):
        return Tally(loss=next(self.script) if frozen else 1.0, examples=1)


def shards_of(lengths):
    bounds = np.cumsum([0, *lengths])
    return Shards(SimpleNamespace(ids=np.zeros(bounds[-1], np.int32), bounds=bounds))


@pytest.mark.parametrize(("patience", "epochs"), [(None, 6), (1, 3), (2, 6), (3, 6)])
def test_early_stopping_waits_for_a_new_minimum(patience, epochs):
    configuration = Configuration(epochs=6, workers=1, early_stopping=patience)
    script = [5.0, 4.0, 4.5, 3.0, 3.5, 2.0]
    trainer = Trainer(Scripted(script), shards_of([4]), configuration, held_out=shards_of([2]))
    trainer.run()
    assert trainer.validation_losses == script[:epochs]
    assert len(trainer.losses) == epochs
    assert trainer.stopped == ("early stopping" if epochs < 6 else None)


def test_a_listener_ends_training():
    trainer = Trainer(Recorder(), shards_of([2000] * 10), Configuration(epochs=3, workers=1))
    trainer.run(lambda progress: progress.tokens_done >= 25_000)
    assert trainer.stopped == "listener"
    assert len(trainer.losses) == 1


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(("every", "calls"), [(1, 400), (10, 400), (30, 134), (1000, 4), (1500, 4), (3000, 2)])
def test_a_listener_is_told_every_so_many_words(every, calls, workers):
    # 200 sentences of 10 tokens, twice: 2,000 tokens an epoch, in shards of 100.
    seen, epochs = [], []
    recorder = Recorder()
    trainer = Trainer(recorder, shards_of([10] * 200), Configuration(epochs=2, workers=workers))
    trainer.run(lambda progress: seen.append(progress.tokens_done), every, lambda p: epochs.append(p.tokens_done))
    assert epochs == [2000, 4000]
    assert seen == sorted(seen)
    if workers == 1:
        assert len(seen) == calls
        assert max(np.diff([0, *seen])) <= max(every, 10)
    else:  # pieces of several shards end in any order, so a multiple may be passed by up to a piece
        assert len(seen) <= calls
        assert max(np.diff([0, *seen])) <= 2 * max(every, 10)
    assert trainer.losses == [2.0, 2.0]
    longest = max(len(ids) for ids, *_ in recorder.stretches)
    assert longest <= max(10, every)


def test_either_listener_ends_training():
    for stop in ({"on_progress": lambda p: p.tokens_done >= 1230, "every": 10}, {"on_epoch": lambda _: True}):
        trainer = Trainer(Recorder(), shards_of([10] * 200), Configuration(epochs=3, workers=1))
        seen = []
        trainer.run(**{"on_progress": seen.append, **stop})
        assert trainer.stopped == "listener"
        assert len(trainer.losses) == ("on_epoch" in stop)
        assert not seen or seen[-1].tokens_done == 2000


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30).filter(any), st.integers(1, 200), st.integers(0, 500))
def test_pieces_are_the_stretch(lengths, tokens, position):
    ids, bounds = np.arange(sum(lengths), dtype=np.int32), np.cumsum([0, *lengths])
    state, widths = np.zeros(1, np.uint64), Widths(np.zeros(1, np.uint64), 3)
    parts = pieces(Stretch(ids, bounds, (0.4, 0.1), state, widths), tokens, position)
    assert np.concatenate([part.ids for part in parts]).tolist() == ids.tolist()
    assert [n for part in parts for n in np.diff(part.bounds)] == lengths
    assert all(len(part.ids) == part.bounds[-1] < tokens + max(lengths) for part in parts)
    ends = [rate for part in parts for rate in part.rates]
    assert (ends[0], ends[-1]) == pytest.approx((0.4, 0.1))
    assert ends[1:-1:2] == pytest.approx(ends[2::2])
    assert all(part.state is state and part.widths is widths for part in parts)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.34, 0.8])
def test_held_out_shards_are_an_even_share_and_no_others(share):
    sentences = [[f"w{i}"] * 1000 for i in range(30)]
    with encode(sentences, min_count=1) as corpus:
        learned, held_out = split(corpus, share)
        parts = [np.concatenate([part.read(k)[0] for k in range(len(part))]) for part in (learned, held_out)]
    assert len(held_out) == max(1, round(30 * share))
    assert not set(parts[0]) & set(parts[1])
    assert sorted(np.concatenate(parts)) == sorted(np.repeat(np.arange(30), 1000))


def test_translation_leaves_out_unknown_words_and_keeps_sentences():
    with (
        encode([["a", "b", "a"], ["c"]], min_count=1) as known,
        encode([["x", "b"], ["x"], ["c", "a"]], min_count=1) as new,
    ):
        text = Translated(new, known.vocabulary)
        words = [[known.vocabulary.words[i] for i in text.ids[a:b]] for a, b in itertools.pairwise(text.bounds)]
    assert words == [["b"], [], ["c", "a"]]
    assert text.unknown == 2
