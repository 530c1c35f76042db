"""Every shard runs once, whoever runs it; and workers end when the consumer does."""

import threading
import time

import pytest

from firth.training.hogwild import run_shards


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_shard_runs_once(workers):
    reports = dict(run_shards(20, workers, lambda: lambda shard: [shard * shard]))
    assert reports == {shard: shard * shard for shard in range(20)}


def test_one_worker_goes_in_order():
    assert [shard for shard, _ in run_shards(10, 1, lambda: lambda number: [-number])] == list(range(10))


def test_a_shard_may_report_several_times():
    reports = list(run_shards(3, 1, lambda: lambda shard: (10 * shard + piece for piece in range(shard))))
    assert reports == [(1, 10), (2, 20), (2, 21)]


def test_a_workers_error_reaches_the_consumer():
    before = threading.active_count()

    def start():
        def run(shard):
            if shard == 3:
                raise ValueError("shard 3")
            return [shard]

        return run

    with pytest.raises(ValueError, match="shard 3"):
        list(run_shards(10, 2, start))
    assert threading.active_count() == before


def test_workers_end_when_the_consumer_leaves():
    before, ran = threading.active_count(), []

    def run(shard):
        ran.append(shard)
        time.sleep(0.001)
        return [None]

    for shard, _ in run_shards(1000, 2, lambda: run):
        if shard >= 3:
            break
    assert threading.active_count() == before
    assert len(ran) < 1000
