"""The seam holds: an executor of twenty lines does the jobs in another process, which shares nothing with this one."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

from firth.corpus import EncodedCorpus, encode
from firth.training.configuration import Configuration
from firth.training.learners import new_learner
from firth.training.learners.learner import LossSum
from firth.training.loop import TrainingLoop
from firth.training.shards import Shards
from firth.training.weights import initial_weights

OTHER = """
import pickle, sys
from firth.corpus import EncodedCorpus
from firth.training.jobs import chunk_of
from firth.training.learners import new_learner
from firth.training.weights import weights_from

path, configuration, counts = pickle.load(sys.stdin.buffer)
learner, text = new_learner(configuration, counts), EncodedCorpus.load(path)
while (task := pickle.load(sys.stdin.buffer)) is not None:
    job, weights = task
    weights = weights_from(*weights)
    told = learner.worker(weights, job.tokens).learn(chunk_of(text, job))
    pickle.dump((tuple(told), tuple(weights)), sys.stdout.buffer)
    sys.stdout.buffer.flush()
"""


class OtherProcess:
    """A job goes there with the weights, and the weights come back."""

    def __init__(self, *first):
        self.first = first

    def run(self, _learner, weights, _text, jobs):
        with subprocess.Popen([sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:

            def send(what):
                pickle.dump(what, other.stdin)
                other.stdin.flush()

            send(self.first)
            for job in jobs:
                send((job, tuple(weights)))
                told, changed = pickle.load(other.stdout)
                weights.input_vectors[:], weights.output_vectors[:] = changed[:2]
                yield job, LossSum(*told)
            send(None)


@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
def test_the_same_bits_come_from_another_process(tmp_path, objective):
    words = np.random.default_rng(0).zipf(1.4, 3000) % 50
    sentences = [[f"w{word}" for word in words[start : start + 10]] for start in range(0, len(words), 10)]
    path = tmp_path / "text.corpus"
    encode(sentences, min_count=1, cache=path).close()
    with EncodedCorpus.load(path) as corpus:
        configuration = Configuration(objective=objective, vector_size=8, epochs=2, workers=1)
        counts, results = corpus.vocabulary.counts, []
        for executor in (None, OtherProcess(path, configuration, counts)):
            weights = initial_weights(len(counts), len(counts) - (objective == "hierarchical"), 8, 1)
            loop = TrainingLoop(new_learner(configuration, counts), weights, Shards(corpus), configuration)
            loop.executor = executor or loop.executor
            loop.run()
            results.append((loop.state.history, weights))
    (here, ours), (there, theirs) = results
    assert here == there
    assert np.array_equal(ours.input_vectors, theirs.input_vectors)
    assert np.array_equal(ours.output_vectors, theirs.output_vectors)
