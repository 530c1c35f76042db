"""Random walks in batches, on all cores, the same for any number of them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from firth.arguments import real, whole
from firth.errors import OptionError
from firth.graphs.edges import Graph
from firth.parallel import cores
from firth.targets import replacing
from firth.text.tokenizers import check_tokens

_BATCH = 4096  # walks made at a time by one thread


def walks(
    graph: Graph, *, number: int = 10, length: int = 80, p: float = 1.0, q: float = 1.0, seed: int = 1
) -> Iterator[list[str]]:
    """Random walks, each a list of node names: a corpus to train on.

    They start at every node in a random order, ``number`` times. With p = q = 1, a step follows an edge in proportion
    to its weight (DeepWalk, Perozzi et al. 2014); otherwise walks are biased as in node2vec, see
    :func:`firth.kernels.cpu.walks.random_walks`. A walk ends early at a node without edges out.

    Args:
        graph: the graph.
        number: number of walks from each node.
        length: number of nodes in a walk.
        p: return parameter; with a high value, walks rarely go straight back.
        q: in-out parameter; with a high value, walks stay near their start, with a low one, they lead away from it.
        seed: seed of the random number generator; the number of cores changes nothing.

    Raises:
        OptionError: ``number`` or ``length`` is below 1, or p or q is not above 0.
    """
    number, length, seed = whole("number", number, 1), whole("length", length, 1), whole("seed", seed, 0)
    p, q = real("p", p, 0), real("q", q, 0)
    if not (p and q):
        raise OptionError(f"{'q' if p else 'p'}=0, expected a number above 0")
    return _walks(graph, number, length, p, q, seed)


def write_walks(sentences: Iterable[Sequence[str]], path: str | os.PathLike[str]) -> None:
    """Write walks as a text to train on, with one walk per line and spaces between nodes.

    Raises:
        OptionError: a node contains whitespace or a lone surrogate, and would be read back as another word.
        StorageError: the file cannot be written.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        for number, walk in enumerate(sentences):
            line = " ".join(walk)
            if not number or line.split() != walk:  # much faster than a look at each node
                check_tokens(walk, at_the_head=not number)
            try:
                file.write(line + "\n")
            except UnicodeEncodeError:
                check_tokens(walk)
                raise


def _walks(graph: Graph, number: int, length: int, p: float, q: float, seed: int) -> Iterator[list[str]]:
    from firth.kernels.cpu.walks import random_walks

    cumulative = np.cumsum(graph.weights)

    def make(starts: npt.NDArray[np.int64], batch_seed: int) -> list[list[str]]:
        made, lengths = np.empty((len(starts), length), np.int32), np.empty(len(starts), np.int64)
        state = np.array([batch_seed], np.uint64)
        random_walks(graph.bounds, graph.targets, cumulative, starts, 1 / p, 1 / q, state, made, lengths)
        return [[graph.nodes[node] for node in row[:end]] for row, end in zip(made.tolist(), lengths, strict=True)]

    rng = np.random.default_rng(seed)
    with ThreadPoolExecutor(cores()) as pool:
        for _ in range(number):
            order = rng.permutation(len(graph))
            batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
            seeds = rng.integers(0, 1 << 63, len(batches)).tolist()
            yield from itertools.chain.from_iterable(pool.map(make, batches, seeds))
