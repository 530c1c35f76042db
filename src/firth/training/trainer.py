"""The training loop: epochs x shards x workers."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from firth.corpus import EncodedCorpus
from firth.training.configuration import Configuration
from firth.training.hogwild import run_shards
from firth.training.learners import Learner, Stretch, Tally
from firth.training.schedule import learning_rate

_SHARD_TOKENS = 50_000
_SMALLEST_SHARD = 1_000
_SHARDS_OF_A_SMALL_CORPUS = 64


@dataclass(frozen=True)
class Progress:
    """How far training is.

    Attributes:
        epoch: the epoch under way, from 1.
        epochs: how many there are to be.
        tokens_done: over all epochs.
        tokens_total: over all epochs.
        loss: mean over the examples of this epoch so far.
        learning_rate: about now.
        seconds: since training began.
        epoch_ended: whether this is the last word on the epoch.
    """

    epoch: int
    epochs: int
    tokens_done: int
    tokens_total: int
    loss: float
    learning_rate: float
    seconds: float
    epoch_ended: bool

    @property
    def tokens_per_second(self) -> float:
        """Over the whole training so far."""
        return self.tokens_done / self.seconds if self.seconds else 0.0


Listener = Callable[[Progress], None]


class Shards:
    """A corpus cut into stretches of whole sentences, the same however many workers there are.

    Attributes:
        tokens: where each shard begins, and the end.  # (shards + 1,)
        longest: tokens of the longest shard.
    """

    def __init__(self, corpus: EncodedCorpus) -> None:
        self._corpus = corpus
        tokens = corpus.tokens_kept
        size = min(_SHARD_TOKENS, max(_SMALLEST_SHARD, tokens // _SHARDS_OF_A_SMALL_CORPUS))
        starts = np.searchsorted(corpus.bounds, np.arange(0, tokens, size), side="left")
        self._sentences: list[int] = [*np.unique(starts[starts < corpus.sentences]).tolist(), corpus.sentences]
        self.tokens: list[int] = corpus.bounds[self._sentences].tolist()
        self.longest = max(stop - start for start, stop in itertools.pairwise(self.tokens))

    def __len__(self) -> int:
        return len(self._sentences) - 1

    def size(self, shard: int) -> int:
        """Tokens of a shard."""
        return self.tokens[shard + 1] - self.tokens[shard]

    def read(self, shard: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
        """Word ids of a shard, and where each of its sentences begins among them, and the end."""
        start, stop = self.tokens[shard : shard + 2]
        first, last = self._sentences[shard : shard + 2]
        return self._corpus.ids[start:stop], self._corpus.bounds[first : last + 1] - start


def train(
    learner: Learner, corpus: EncodedCorpus, configuration: Configuration, listener: Listener | None = None
) -> Iterator[float]:
    """Train epoch after epoch; yields each epoch's loss as it ends.

    The loss is the objective, summed in float64 over the examples in the order of the text and divided by their
    number: one quantity, however many workers share the work.

    Args:
        learner: the model.
        corpus: the text.
        configuration: epochs, learning rates, seed and workers are read here.
        listener: told of progress after each shard, in the calling thread.
    """
    shards = Shards(corpus)
    began = time.perf_counter()
    for epoch in range(configuration.epochs):
        loss = 0.0
        for progress in _train_epoch(learner, shards, configuration, epoch, began):
            loss = progress.loss
            if listener is not None:
                listener(progress)
        yield loss


def _train_epoch(
    learner: Learner, shards: Shards, configuration: Configuration, epoch: int, began: float
) -> Iterator[Progress]:
    length = shards.tokens[-1]
    total = configuration.epochs * length
    losses, examples = np.zeros(len(shards)), np.zeros(len(shards), np.int64)

    def rate(position: int) -> float:
        return learning_rate(configuration, (epoch * length + position) / total)

    def start_worker() -> Callable[[int], Tally]:
        worker = learner.worker(shards.longest)

        def run(shard: int) -> Tally:
            ids, bounds = shards.read(shard)
            state = np.random.SeedSequence([configuration.seed, epoch, shard]).generate_state(1, np.uint64)
            rates = rate(shards.tokens[shard]), rate(shards.tokens[shard + 1])
            return worker.learn(Stretch(ids, bounds, rates, state.astype(np.uint64)))

        return run

    done = 0
    for number, (shard, tally) in enumerate(run_shards(len(shards), configuration.worker_count, start_worker), 1):
        losses[shard], examples[shard] = tally
        done += shards.size(shard)
        yield Progress(
            epoch=epoch + 1,
            epochs=configuration.epochs,
            tokens_done=epoch * length + done,
            tokens_total=total,
            loss=float(losses.sum() / max(1, examples.sum())),
            learning_rate=rate(done),
            seconds=time.perf_counter() - began,
            epoch_ended=number == len(shards),
        )
