"""Shards, jobs, schedule and progress; and that a training that was stopped goes on as if it had not been."""

import itertools
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firth.corpus import encode
from firth.training.configuration import Configuration
from firth.training.interruption import Interrupted
from firth.training.jobs import JobQueue, evaluation_jobs, training_jobs
from firth.training.learners.learner import LossSum
from firth.training.loop import TrainingLoop
from firth.training.schedule import learning_rate
from firth.training.shards import Sentences, Shards, Translated, split
from firth.training.state import TrainingState
from firth.training.weights import initial_weights


class Recorder:
    """A learner that remembers what it is given and reports one example a token."""

    def __init__(self, pause=0.0):
        self.chunks, self.pause = [], pause
        self.worst_loss, self.operations = 100.0, 1.0
        self.weights = initial_weights(3, 3, 2, 1)

    def workers(self, wanted):
        return wanted

    def worker(self, _weights, longest):
        self.longest = longest
        return self

    def team(self, *_):
        return None

    def learn(self, chunk):
        self.chunks.append(chunk)
        time.sleep(self.pause)
        return LossSum(loss=2.0 * len(chunk.ids), examples=len(chunk.ids))


def loop_of(recorder, shards, **options):
    held_out, state = options.pop("held_out", None), options.pop("state", None)
    return TrainingLoop(recorder, recorder.weights, shards, Configuration(**options), held_out, state)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(1, 3))
def test_shards_hold_every_sentence_once_in_order(lengths, workers):
    numbers = iter(range(sum(lengths)))
    sentences = [[str(next(numbers) % 97) for _ in range(length)] for length in lengths]
    with encode(sentences, min_count=1) as corpus:
        shards = Shards(corpus)
        read = [corpus.read(first, last) for first, last, *_ in shards]
        assert np.concatenate([ids for ids, _ in read]).tolist() == corpus.ids.tolist()
        assert [n for _, bounds in read for n in np.diff(bounds)] == np.diff(corpus.bounds).tolist()
        assert [len(ids) for ids, _ in read] == [tokens for *_, tokens in shards]
        recorder = Recorder()
        loop = loop_of(recorder, shards, epochs=2, workers=workers)
        loop.run()
        assert loop.state.history == [2.0, 2.0]
        assert len(recorder.chunks) == 2 * len(shards)
        assert max(len(chunk.ids) for chunk in recorder.chunks) == recorder.longest


def shards_of(lengths):
    bounds = np.cumsum([0, *lengths])
    return Shards(Sentences(np.zeros(bounds[-1], np.int32), bounds))


def test_a_continued_training_draws_other_widths():
    configuration = Configuration(epochs=1)
    turns = [training_jobs(configuration, shards_of([10] * 5), 0, before)[0].rotation / 2**32 for before in range(3)]
    assert turns == pytest.approx([0, 0.6180339887, 0.2360679775])


def test_rates_fall_evenly_and_states_differ():
    configuration = Configuration(epochs=2, learning_rate=0.4, min_learning_rate=0.0)
    shards = shards_of([500] * 20)
    jobs = [job for epoch in range(2) for job in training_jobs(configuration, shards, epoch)]
    rates = [rate for job in jobs for rate in job.rates]
    assert rates[0] == pytest.approx(0.4)
    assert rates[-1] == pytest.approx(0.0)
    assert rates == sorted(rates, reverse=True)
    assert len({job.state for job in jobs}) == len(jobs)
    assert len({job.widths for job in jobs}) == len(shards), "the same in every epoch"
    assert [job.rotation for job in jobs] == [0] * len(shards) + [2**31] * len(shards)
    assert not any(job.evaluate for job in jobs)


def test_progress_is_told():
    seen = []
    loop_of(Recorder(), shards_of([500] * 20), epochs=2, workers=1).run(seen.append)
    assert [p.epoch for p in seen if p.epoch_ended] == [1, 2]
    assert seen[-1].tokens_done == seen[-1].tokens_total == 20_000
    assert seen[-1].tokens_per_second > 0
    assert seen[-1].learning_rate == pytest.approx(2.5e-6)


def test_what_is_held_out_is_evaluated_alike_each_time():
    recorder = Recorder()
    loop = loop_of(recorder, shards_of([4] * 50), epochs=2, workers=1, held_out=shards_of([200] * 3))
    loop.run()
    assert loop.state.validation_history == [2.0, 2.0]
    evaluated = [chunk for chunk in recorder.chunks if chunk.evaluate]
    assert len(evaluated) == 2 * len(evaluation_jobs(loop.configuration, loop.held_out)) == 6
    assert [int(chunk.state[0]) for chunk in evaluated[:3]] == [int(chunk.state[0]) for chunk in evaluated[3:]]
    assert {chunk.rates for chunk in evaluated} == {(0.0, 0.0)}


def test_learning_rate_by_hand():
    configuration = Configuration(learning_rate=0.1, min_learning_rate=0.02)
    assert [learning_rate(configuration, p) for p in (0, 0.5, 1)] == pytest.approx([0.1, 0.06, 0.02])


class Scripted(Recorder):
    """A learner whose held-out loss follows a script."""

    def __init__(self, script):
        super().__init__()
        self.script = iter(script)

    def learn(self, chunk):
        return LossSum(loss=next(self.script) if chunk.evaluate else 1.0, examples=1)


@pytest.mark.parametrize(("patience", "epochs"), [(None, 6), (1, 3), (2, 6), (3, 6)])
def test_early_stopping_waits_for_a_new_minimum(patience, epochs):
    script = [5.0, 4.0, 4.5, 3.0, 3.5, 2.0]
    loop = loop_of(
        Scripted(script), shards_of([4]), epochs=6, workers=1, early_stopping=patience, held_out=shards_of([2])
    )
    loop.run()
    assert loop.state.validation_history == script[:epochs]
    assert len(loop.state.history) == epochs
    assert loop.state.stopped == ("early stopping" if epochs < 6 else None)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(("every", "calls"), [(None, 40), (1, 40), (100, 40), (150, 20), (1000, 4), (3000, 2)])
def test_a_callback_is_told_every_so_many_words(every, calls, workers):
    # 200 sentences of 10 tokens, twice: 2,000 tokens an epoch, in jobs of 100.
    seen, epochs = [], []
    recorder = Recorder()
    loop = loop_of(recorder, shards_of([10] * 200), epochs=2, workers=workers)
    loop.run(lambda progress: seen.append(progress.tokens_done), every, lambda p: epochs.append(p.tokens_done))
    assert epochs == [2000, 4000]
    assert seen == sorted(seen)
    assert len(seen) == calls
    assert {len(chunk.ids) for chunk in recorder.chunks} == {100}, "watching cuts nothing"


def test_either_callback_ends_training():
    for stop in ({"on_progress": lambda p: p.tokens_done >= 1230, "every": 10}, {"on_epoch": lambda _: True}):
        loop = loop_of(Recorder(), shards_of([10] * 200), epochs=3, workers=1)
        seen = []
        loop.run(**{"on_progress": seen.append, **stop})
        assert loop.state.stopped == "callback"
        assert len(loop.state.history) == ("on_epoch" in stop)
        assert loop.state.tokens_done == (2000 if "on_epoch" in stop else 1300)
        assert not seen or seen[-1].tokens_done == 2000


@pytest.mark.parametrize("workers", [1, 3])
def test_a_training_that_is_stopped_again_and_again_does_every_job_once(workers):
    recorder, state = Recorder(pause=0.002), TrainingState()
    interruptions = 0
    while state.epoch < 2:
        loop = loop_of(recorder, shards_of([10] * 200), epochs=2, workers=workers, state=state)

        def interrupt(progress, before=state.tokens_done):
            if progress.tokens_done > before + 400:
                raise Interrupted(2)

        try:
            loop.run(interrupt)
        except Interrupted:
            interruptions += 1
    assert interruptions >= 4
    assert state.history == [2.0, 2.0]
    assert state.tokens_done == 4000
    assert sorted(int(chunk.state[0]) for chunk in recorder.chunks) == sorted(
        job.state for epoch in range(2) for job in training_jobs(loop.configuration, loop.shards, epoch)
    )


@pytest.mark.parametrize("workers", [1, 3])
def test_checkpoints_come_between_whole_jobs(workers):
    recorder, saved = Recorder(pause=0.002), []
    loop = loop_of(recorder, shards_of([10] * 200), epochs=2, workers=workers)

    def save():
        saved.append((loop.state.tokens_done, len(recorder.chunks)))

    last = lambda: saved[-1][0] if saved else 0  # noqa: E731
    loop.run(on_pause=lambda: loop.state.tokens_done >= last() + 700, save=save)
    assert [100 * chunks for _, chunks in saved] == [tokens for tokens, _ in saved], "nobody is at work meanwhile"
    assert saved[-1][0] == 4000, "the last one is of the end"
    tokens = [tokens for tokens, _ in saved[:-1]]
    # Each is due after 700 tokens. How many more there are until the workers wait depends on the turns of threads.
    assert all(before + 700 <= later for before, later in itertools.pairwise([0, *tokens]))
    assert len(tokens) >= 3


def test_a_queue_gives_each_job_once_and_can_be_closed():
    jobs = training_jobs(Configuration(), shards_of([100] * 64), 0)
    queue, taken = JobQueue(jobs), []
    threads = [threading.Thread(target=lambda: taken.extend(queue)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == jobs
    assert queue.given == len(jobs)
    queue = JobQueue(jobs)
    assert next(queue) is jobs[0]
    queue.close()
    assert list(queue) == []
    assert queue.given == 1


@pytest.mark.parametrize("share", [0.001, 0.1, 0.34, 0.8])
def test_held_out_shards_are_an_even_share_and_no_others(share):
    sentences = [[f"w{i}"] * 1000 for i in range(30)]
    with encode(sentences, min_count=1) as corpus:
        learned, held_out = split(corpus, share)
        parts = [
            np.concatenate([corpus.read(first, last)[0] for first, last, *_ in part]) for part in (learned, held_out)
        ]
    assert len(held_out) == max(1, round(30 * share))
    assert not set(parts[0]) & set(parts[1])
    assert sorted(np.concatenate(parts)) == sorted(np.repeat(np.arange(30), 1000))


def test_translation_leaves_out_unknown_words_and_keeps_sentences():
    with (
        encode([["a", "b", "a"], ["c"]], min_count=1) as known,
        encode([["x", "b"], ["x"], ["c", "a"]], min_count=1) as new,
    ):
        text = Translated(new, known.vocabulary)
        ids, bounds = text.read(0, 3)
        words = [[known.vocabulary.words[i] for i in ids[a:b]] for a, b in itertools.pairwise(bounds)]
        ids, bounds = text.read(2, 3)
        assert (ids.tolist(), bounds.tolist()) == (
            [known.vocabulary.word_id("c"), known.vocabulary.word_id("a")],
            [0, 2],
        )
        assert text.bounds.tolist() == [0, 2, 3, 5]
    assert words == [["b"], [], ["c", "a"]]
    assert text.unknown == 2
