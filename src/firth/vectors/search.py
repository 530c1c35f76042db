"""Exact search: the rows of a matrix nearest to each of many queries, by cosine similarity.

Scores are computed block by block, in constant extra memory: a block of unit rows times all queries is one matrix
product, and of its scores only those above the query's k-th best so far are kept. Since this threshold rises quickly,
nearly all the time is spent in the product itself.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from firth.parallel import cores, in_threads

Matrix = npt.NDArray[np.float32]

_QUERIES = 1024  # queries that share one pass over the matrix
_SCORES = 1 << 22  # scores in memory at once: 16 MB
_FEW = 16  # up to this many queries, scaling the scores is cheaper than scaling the rows
_BLOCK = 4096  # minimum number of rows in a block
_FIRST = 512  # rows whose k-th best is the first threshold: found by sorting, so few
_CACHED = 512  # rows that stay in cache while each of a few queries passes over them
_THREADED = 1 << 22  # numbers in a block from which threads are faster
_SHARES = 8  # parts of a block for each thread, so that none waits long for another


def row_norms(matrix: Matrix) -> Matrix:
    """Euclidean lengths of the rows, (rows,): 0 for a zero row, not finite where a row is not finite.

    Rows whose squares overflow or vanish in float32 are measured again in float64. A length below the smallest normal
    float32, about 1e-38, has no reciprocal in float32, and counts as 0.
    """
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        norms: Matrix = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
        odd = np.flatnonzero(~(np.isfinite(norms) & (norms > 1e-15)))
        if len(odd):
            norms[odd] = np.linalg.norm(matrix[odd].astype(np.float64), axis=1).astype(np.float32)
    norms[norms < np.finfo(np.float32).tiny] = 0
    return norms


def unit_rows(matrix: Matrix) -> Matrix:
    """The rows divided by their lengths; zero rows stay zero, and rows that are not finite become NaN."""
    norms = row_norms(matrix)[:, None]
    with np.errstate(invalid="ignore"):
        units: Matrix = np.divide(matrix, norms, out=np.zeros(matrix.shape, np.float32), where=norms != 0)
    return units


def top_rows(matrix: Matrix, norms: Matrix, queries: Matrix, k: int) -> tuple[npt.NDArray[np.int64], Matrix]:
    """The ``k`` rows of the highest cosine similarity with each query.

    Args:
        matrix: (rows, dims).
        norms: (rows,), from :func:`row_norms`.
        queries: (queries, dims), of unit length or zero.
        k: number of rows; at most ``len(matrix)`` are returned.

    Returns:
        rows: (queries, k), best first; rows of equal score in ascending order.
        scores: (queries, k). A zero row scores 0, a row that is not finite ``-inf``.
    """
    k = min(k, len(matrix))
    rows = np.empty((len(queries), k), np.int64)
    scores = np.empty((len(queries), k), np.float32)
    if k:
        for start in range(0, len(queries), _QUERIES):
            group = slice(start, start + _QUERIES)
            rows[group], scores[group] = _search(matrix, norms, queries[group], k)
    return rows, scores


def _search(matrix: Matrix, norms: Matrix, queries: Matrix, k: int) -> tuple[npt.NDArray[np.int64], Matrix]:
    count = len(queries)
    block = min(len(matrix), max(_BLOCK, 2 * k, _SCORES // count))
    best = _Best(count, k)
    buffer = np.empty(block * count, np.float32)
    scaled = np.empty((block if count > _FEW else 0, matrix.shape[1]), np.float32)
    columns = np.ascontiguousarray(queries.T)  # (dims, queries): this way round a GEMM is fastest
    for start in range(0, len(matrix), block):
        rows, lengths = matrix[start : start + block], norms[start : start + block]
        finite = np.isfinite(lengths)
        scale = np.divide(1, lengths, out=np.zeros_like(lengths), where=finite & (lengths > 0))
        scores = buffer[: len(rows) * count].reshape(len(rows), count)
        with np.errstate(invalid="ignore", over="ignore"):
            if count > _FEW:
                np.matmul(np.multiply(rows, scale[:, None], out=scaled[: len(rows)]), columns, out=scores)
            else:
                _dots(rows, queries, scores)
                scores *= scale[:, None]
        if not finite.all():
            scores[~finite] = -np.inf
        first = 0
        while first < len(rows):  # no more rows than were seen, so that about k of each query survive
            part = slice(first, first + max(_FIRST, 2 * k, start + first))
            best.offer(scores[part], start + first)
            first = part.stop
    return best.settle()


def _dots(rows: Matrix, queries: Matrix, scores: Matrix) -> None:
    """Dot products of a few queries with many rows, at the speed of memory: a GEMV of OpenBLAS reaches two thirds."""
    step = _CACHED if len(queries) > 1 else len(rows)

    def fill(start: int) -> None:
        stop = min(start + share, len(rows))
        for first in range(start, stop, step):
            part = slice(first, min(first + step, stop))
            for column, query in enumerate(queries):
                np.vecdot(rows[part], query, out=scores[part, column])

    share = len(rows)
    if rows.size < _THREADED:
        fill(0)
        return
    share = -(-share // (_SHARES * cores()))
    in_threads(fill, range(0, len(rows), share))


class _Best:
    """The ``k`` best rows so far of each query, and candidates that have not been sorted yet."""

    def __init__(self, count: int, k: int) -> None:
        self._count, self._k = count, k
        self._query = np.empty(0, np.int16)  # up to _QUERIES; 16 bits are sorted soonest
        self._row = np.empty(0, np.int64)
        self._score = np.empty(0, np.float32)
        self._threshold: Matrix | None = None  # (queries,)
        self._seen, self._settled = 0, 0  # rows

    def offer(self, scores: Matrix, start: int) -> None:
        """Add the scores (rows, queries) of the rows from ``start`` on."""
        if self._threshold is None:  # keep what ties with the k-th best: its order is settled later
            self._threshold = np.partition(scores, len(scores) - self._k, axis=0)[len(scores) - self._k]
            above = scores >= self._threshold
        else:  # a later row that only ties has the higher row number, and loses
            above = scores > self._threshold
        hits = _where(above.ravel())
        row = hits // self._count
        self._row = np.concatenate([self._row, row + start])
        self._query = np.concatenate([self._query, (hits - row * self._count).astype(np.int16)])
        self._score = np.concatenate([self._score, scores.ravel()[hits]])
        self._seen += len(scores)
        if self._seen >= 2 * self._settled or len(self._query) > 8 * self._count * self._k:
            self._sort()

    def _sort(self) -> None:
        order = np.lexsort((-self._score, self._query))  # stable, so that equal scores stay in the order of rows
        query = self._query[order]
        first = np.searchsorted(query, np.arange(self._count, dtype=np.int16))
        kept = order[np.arange(len(order)) - first[query] < self._k]
        self._query, self._row, self._score = self._query[kept], self._row[kept], self._score[kept]
        self._threshold = self._score.reshape(self._count, self._k)[:, -1].copy()
        self._settled = self._seen

    def settle(self) -> tuple[npt.NDArray[np.int64], Matrix]:
        """Rows and scores, (queries, k) each, best first."""
        self._sort()
        return self._row.reshape(self._count, self._k), self._score.reshape(self._count, self._k)


def _where(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Positions of the few true flags, found eight at a time."""
    whole = len(flags) // 8 * 8
    eights = np.flatnonzero(flags[:whole].view(np.uint64) != 0)  # of a mask, seven times as soon as of the numbers
    places = (eights[:, None] * 8 + np.arange(8)).ravel()
    return np.concatenate([places[flags[places]], whole + np.flatnonzero(flags[whole:])])
