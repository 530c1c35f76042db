"""Searches that arrive while another is running are done together afterwards, with one matrix product."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from firth.vectors.embeddings import Vector
from firth.vectors.nearest import Neighbors
from firth.vectors.wordvectors import WordVectors

_MOST = 256  # most searches that are done together


class Search(NamedTuple):
    """What is searched for: the words nearest to a direction.

    Attributes:
        direction: (dims,), of unit length or zero.
        excluded: rows that are excluded from the answer.
        topn: number of words.
    """

    direction: Vector
    excluded: frozenset[int]
    topn: int


class CombinedSearch:
    """Answers searches from many connections; belongs to one event loop.

    A search spends its time on reading all rows from memory, so a second direction in the same pass costs almost
    nothing. No search is delayed to wait for others: the first begins at once, and those that arrive meanwhile form the
    next group.
    """

    def __init__(self, vectors: WordVectors) -> None:
        self._vectors = vectors
        self._waiting: list[tuple[Search, asyncio.Future[Neighbors]]] = []
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "search")
        self.groups = 0

    async def ask(self, search: Search) -> Neighbors:
        """The words nearest to a direction, best first.

        Raises:
            OptionError: the direction is not finite.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Neighbors] = loop.create_future()
        self._waiting.append((search, future))
        if self._task is None:
            self._task = loop.create_task(self._work())
        return await future

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            asked = [(search, future) for search, future in group if not future.done()]  # of connected clients
            if not asked:
                continue
            self.groups += 1
            try:
                found = await loop.run_in_executor(self._thread, self._found, [search for search, _ in asked])
            except Exception as error:
                for _, future in asked:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (search, future), neighbors in zip(asked, found, strict=True):
                    if not future.done():
                        future.set_result(neighbors[: search.topn])
        self._task = None

    def _found(self, searches: list[Search]) -> list[Neighbors]:
        directions = np.stack([search.direction for search in searches])
        most = max(search.topn for search in searches)
        return self._vectors.search(directions, most, [search.excluded for search in searches])
