"""Workers that share the weights without locks: the one unsafe place, and why it is allowed.

Several threads read and write the same rows of the same matrices, and none waits for another, so a change may be lost
when two threads add to one row at the same moment. Niu et al. 2011 ("Hogwild!") show that stochastic gradient descent
over sparse examples converges at the same rate all the same: most changes touch different rows, and a lost one is one
noisy step among millions. Nothing else is shared. Each shard has a random state of its own, and what a shard reports
is stored under its number, so the sum over shards does not depend on which worker came first. With one worker nothing
is shared at all and every bit is fixed by the seed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import TypeVar

Report = TypeVar("Report")


def run_shards(
    shards: int, workers: int, start_worker: Callable[[], Callable[[int], Iterable[Report]]]
) -> Iterator[tuple[int, Report]]:
    """Run every shard on some worker; yields (shard, what it reported) as the reports come.

    When the consumer stops early, or an exception such as KeyboardInterrupt reaches it, the workers go on to their next
    report and end; so every change that was begun is complete.

    Args:
        shards: how many there are; they are begun in order.
        workers: threads.
        start_worker: called once in each thread; returns the function that runs one shard, report by report.
    """
    finished: SimpleQueue[tuple[int, Report] | BaseException | None] = SimpleQueue()
    numbers = iter(range(shards))
    lock = threading.Lock()
    stop = threading.Event()

    def work() -> None:
        try:
            run = start_worker()
            while not stop.is_set():
                with lock:
                    shard = next(numbers, None)
                if shard is None:
                    break
                for report in run(shard):
                    finished.put((shard, report))
                    if stop.is_set():
                        break
        except BaseException as error:  # handed to the consumer, which raises it
            finished.put(error)
        finally:
            finished.put(None)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        running = workers
        while running:
            result = finished.get()
            if result is None:
                running -= 1
            elif isinstance(result, BaseException):
                raise result
            else:
                yield result
    finally:
        stop.set()
        for thread in threads:
            thread.join()
