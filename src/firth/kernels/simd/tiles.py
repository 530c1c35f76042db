"""Small matrix products in registers, over scratch that stays in the nearest caches.

A block has B input rows ``x`` (B, D), R output rows ``y`` (R, D) and one coefficient for each pair, ``g`` (R, B).
With ``xt`` the transpose of ``x``, every blocked kernel is three products: scores y @ x.T, and the gradients
g.T @ y of the inputs and g @ x of the outputs, each limited to the band where g is not zero.
"""

from firth.kernels.compiled import njit
from firth.kernels.simd.arithmetic import fma
from firth.kernels.simd.rows import CHUNK, Lanes, load, load_at, prefetch, slabs, splat, store, store_at
from firth.kernels.simd.shuffles import transpose

TALL = 6
"""Rows of a tile of scores: 6 rows of 2 chunks leave room for their operands in 32 registers."""

ONE = Lanes(1)

WIDEST_SLAB = 10
"""Chunks of the widest slab: two rows of sums and their operands must fit in 32 registers."""


def slab_layout(dims: int) -> tuple[int, Lanes]:
    """How rows of ``dims`` columns are cut: (slabs, the lanes of each), all slabs alike and as few as fit.

    A row of one slab may leave out half of its last chunk; matrices have whole chunks all the same.
    """
    chunks = -(-dims // CHUNK)
    slabs = -(-chunks // WIDEST_SLAB)
    half = slabs == 1 and chunks > 1 and 0 < dims % CHUNK <= CHUNK // 2
    return slabs, Lanes(-(-chunks // slabs), half)


@njit(nogil=True, cache=True, forceinline=True)
def copy_rows_at(rows, count, target, slab):
    """Copy the rows at ``rows[:count]``, which are addresses, to ``target[:count]``."""
    for r in range(count):
        for column in slabs(target, slab):
            store(target, r, column, load_at(rows[r], column, slab))


@njit(nogil=True, cache=True, forceinline=True)
def prefetch_rows(matrix, rows, start, stop, slab):
    """Ask for ``matrix[rows[start:stop]]``, which a copy soon to come will need."""
    for r in range(start, min(stop, rows.shape[0])):
        prefetch(matrix, rows[r], slab)


@njit(nogil=True, cache=True, forceinline=True)
def transpose_rows(x, rows, xt):
    """``xt[:, :rows] = x[:rows].T``, in whole chunks."""
    for i in range(0, rows, CHUNK):
        for column in range(0, x.shape[1], CHUNK):
            transpose(x, i, column, xt, column, i)


@njit(nogil=True, cache=True, forceinline=True)
def score_rows(y, r, xt, i, dims, scores, lanes):
    """``scores[r : r+6, i : i+len(lanes)] = y[r : r+6, :dims] @ xt[:dims, i : i+len(lanes)]``."""
    s0 = splat(0.0, lanes)
    s1 = splat(0.0, lanes)
    s2 = splat(0.0, lanes)
    s3 = splat(0.0, lanes)
    s4 = splat(0.0, lanes)
    s5 = splat(0.0, lanes)
    for d in range(dims):
        x = load(xt, d, i, lanes)
        s0 = fma(y[r, d], x, s0)
        s1 = fma(y[r + 1, d], x, s1)
        s2 = fma(y[r + 2, d], x, s2)
        s3 = fma(y[r + 3, d], x, s3)
        s4 = fma(y[r + 4, d], x, s4)
        s5 = fma(y[r + 5, d], x, s5)
    store(scores, r, i, s0)
    store(scores, r + 1, i, s1)
    store(scores, r + 2, i, s2)
    store(scores, r + 3, i, s3)
    store(scores, r + 4, i, s4)
    store(scores, r + 5, i, s5)


@njit(nogil=True, cache=True, forceinline=True)
def sum_over_rows(g, i, rows, y, start, stop, column, sums):
    """A pair of sums, over r in [start, stop), of ``g[r, i] * y[r]`` and ``g[r, i+1] * y[r]``, one slab wide."""
    a, b = sums
    for r in range(start, stop):
        row = load(y, r, column, rows)
        a = fma(g[r, i], row, a)
        b = fma(g[r, i + 1], row, b)
    return a, b


@njit(nogil=True, cache=True, forceinline=True)
def sum_over_centers(g, r, rows, x, start, stop, column, sums):
    """A pair of sums, over i in [start, stop), of ``g[r, i] * x[i]`` and ``g[r+1, i] * x[i]``, one slab wide."""
    a, b = sums
    for i in range(start, stop):
        row = load(x, i, column, rows)
        a = fma(g[r, i], row, a)
        b = fma(g[r + 1, i], row, b)
    return a, b


@njit(nogil=True, cache=True, forceinline=True)
def add_to(matrix, row, column, change, slab):
    """``matrix[row, column : column+len(slab)] += change``."""
    store(matrix, row, column, load(matrix, row, column, slab) + change)


@njit(nogil=True, cache=True, forceinline=True)
def add_at(row, column, change, slab):
    """The same for the row at an address."""
    store_at(row, column, load_at(row, column, slab) + change)
