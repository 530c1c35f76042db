"""Lanes: parts of a text that are learned side by side, so that the result does not depend on who learns them.

A job is cut into lanes, always the same ones, and a lane goes on by a few blocks in each round. First every lane marks
the rows that its blocks will touch. Most are marked by one lane alone: it changes them in the matrix, and nobody else
looks at them in this round. Of a row that several lanes have marked each makes a copy of its own. At the end of the
round a copy becomes the difference that its lane made, and the differences are added to the row in the order of the
lanes. So what is computed depends on the lanes alone, and any number of threads may share them: the bits are the same.

The lanes that have copies of a row all begin at one state of it. Where their steps are short the row takes the sum of
the differences, as if they had come one after the other. Where they are long, each lane alone has gone most of the
way, and the sum would overshoot; there the row takes the mean. With n lanes that touched a row, and s the touches of
one of them times the share of the way that is left which a touch closes, the row takes the sum times

    (1 + s) / (1 + n s),

which is 1 for a single lane or for s = 0, and 1 / n where s is large: the way that is left after steps of s and n s is
about 1 / (1 + s) and 1 / (1 + n s) of what it was.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.cpu.blocks import has_diverged
from firth.kernels.cpu.pool import POOL, Pool
from firth.kernels.cpu.sampling import Windows
from firth.kernels.cpu.team import Team, meet, new_team
from firth.kernels.simd.arithmetic import fma
from firth.kernels.simd.rows import address, aligned_zeros, load, prefetch, slabs, store

LANES = 4
"""Lanes of a job, and so the most threads that can share it."""
_SHORTEST_LANE = 64  # tokens; a shorter job has fewer lanes
_MARKS = 512  # words of 64 marks: rows that share one are copied, though they may be of one lane alone
_AHEAD = 6
_LINE = 8


class Copies(NamedTuple):
    """What lanes have of the rows of one matrix; see :func:`copies`. L lanes of up to C copies, T threads."""

    capacity: int  # C
    step: float  # times the learning rate, the share of the way that is left which a touch closes, about
    marks: npt.NDArray[np.uint64]  # (L, marks) bits of the rows that a lane touches in this round
    shared: npt.NDArray[np.uint64]  # (marks,) of those that several do
    rows: npt.NDArray[np.float32]  # (L * C, columns) copies, then differences
    sources: npt.NDArray[np.int32]  # (L * C,) of which row each is
    touches: npt.NDArray[np.int32]  # (L * C,) how often it was asked for
    counts: npt.NDArray[np.int64]  # (L, 8) how many a lane has, in a cache line of its own
    places: npt.NDArray[np.int32]  # (T, matrix rows) where the copy of a row is, -1 where there is none
    lanes: npt.NDArray[np.int32]  # (matrix rows,) how many lanes touched a row; 0 between rounds
    all_touches: npt.NDArray[np.int32]  # (matrix rows,) how often they did
    mine: npt.NDArray[np.int32]  # (T, L * C) the copies that each thread merges


class OwnRows(NamedTuple):
    """One lane's part of them, in the hands of one thread."""

    first: int
    shared: npt.NDArray[np.uint64]
    rows: npt.NDArray[np.float32]
    sources: npt.NDArray[np.int32]
    touches: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int64]  # (8,)
    places: npt.NDArray[np.int32]  # (matrix rows,)


class Lanes(NamedTuple):
    """The lanes of the job under way; B blocks of a round, K noise words of a block."""

    team: Team
    threads: int
    windows: Windows  # of all lanes, one behind the other
    first: npt.NDArray[np.int64]  # (L + 1,) where each begins in these
    kept: npt.NDArray[np.int64]  # (L,) its tokens
    start: npt.NDArray[np.int64]  # (L,) its first token of the round
    stops: npt.NDArray[np.int64]  # (L, B) where its blocks stop
    rates: npt.NDArray[np.float64]  # (L, 2) learning rate at its first and after its last token
    state: npt.NDArray[np.uint64]  # (L, 8) random state, in a cache line of its own
    noise_words: npt.NDArray[np.int32]  # (L, B + 1, K) of each block, and of none
    pool_words: npt.NDArray[np.int32]  # (L, POOL) noise words that are met again
    pool_oldest: npt.NDArray[np.int64]  # (L, 8) which of these goes next, in a cache line of its own
    loss: npt.NDArray[np.float64]  # (L,)
    examples: npt.NDArray[np.float64]  # (L,)
    inputs: Copies
    outputs: Copies


def copies(matrix: npt.NDArray[np.float32], capacity: int, step: float, threads: int) -> Copies:
    """Room for ``capacity`` copies of rows in each lane."""
    rows, columns = matrix.shape
    capacity = min(capacity, rows)
    return Copies(
        capacity=capacity,
        step=step,
        marks=np.zeros((LANES, _MARKS), np.uint64),
        shared=np.zeros(_MARKS, np.uint64),
        rows=aligned_zeros(LANES * capacity, columns),
        sources=np.zeros(LANES * capacity, np.int32),
        touches=np.zeros(LANES * capacity, np.int32),
        counts=np.zeros((LANES, _LINE), np.int64),
        places=np.full((threads, rows), -1, np.int32),
        lanes=np.zeros(rows, np.int32),
        all_touches=np.zeros(rows, np.int32),
        mine=np.zeros((threads, LANES * capacity), np.int32),
    )


def new_lanes(threads: int, blocks: int, noise: int, windows: Windows, inputs: Copies, outputs: Copies) -> Lanes:
    """Lanes of no job yet."""
    return Lanes(
        team=new_team(),
        threads=threads,
        windows=windows,
        first=np.zeros(LANES + 1, np.int64),
        kept=np.zeros(LANES, np.int64),
        start=np.zeros(LANES, np.int64),
        stops=np.zeros((LANES, blocks), np.int64),
        rates=np.zeros((LANES, 2)),
        state=np.zeros((LANES, _LINE), np.uint64),
        noise_words=np.zeros((LANES, blocks + 1, noise), np.int32),
        pool_words=np.zeros((LANES, POOL), np.int32),
        pool_oldest=np.zeros((LANES, _LINE), np.int64),
        loss=np.zeros(LANES),
        examples=np.zeros(LANES),
        inputs=inputs,
        outputs=outputs,
    )


def begin_lanes(lanes: Lanes, bounds: npt.NDArray[np.int64], rates: tuple[float, float]) -> npt.NDArray[np.int64]:
    """Cut a job into lanes of about the same length; returns (L + 1,) the sentences at which they begin, and the end.

    Args:
        lanes: of the job before.
        bounds: (sentences + 1,) where each begins.
        rates: learning rate at the first and after the last token.
    """
    tokens = int(bounds[-1])
    count = max(1, min(LANES, tokens // _SHORTEST_LANE))
    wanted = np.minimum(np.arange(LANES + 1), count) * tokens // count
    cuts: npt.NDArray[np.int64] = np.searchsorted(bounds, wanted, side="left")
    cuts[-1] = len(bounds) - 1
    lanes.first[:] = bounds[cuts]
    ends = rates[0] + (rates[1] - rates[0]) * lanes.first / max(1, tokens)
    lanes.rates[:, 0], lanes.rates[:, 1] = ends[:-1], ends[1:]
    lanes.start[:] = 0
    lanes.loss[:] = 0.0
    lanes.examples[:] = 0.0
    return cuts


@njit(nogil=True, cache=True)
def lanes_of(threads, thread):
    """The lanes that one of so many threads goes on with: the first, and behind the last."""
    return LANES * thread // threads, LANES * (thread + 1) // threads


def windows_of(lanes: Lanes, lane: int) -> Windows:
    """Room for the windows of a lane."""
    part = slice(lanes.first[lane], lanes.first[lane + 1])
    return Windows(*(buffer[part] for buffer in lanes.windows))


@njit(nogil=True, cache=True)
def lane_windows(lanes, lane):
    """The same in compiled code."""
    begin, end = lanes.first[lane], lanes.first[lane + 1]
    windows = lanes.windows
    return Windows(windows.words[begin:end], windows.first[begin:end], windows.last[begin:end])


@njit(nogil=True, cache=True)
def pool_of(lanes, lane):
    """A lane's noise words that are met again."""
    return Pool(lanes.pool_words[lane], lanes.pool_oldest[lane])


@njit(nogil=True, cache=True, forceinline=True)
def mark(c, lane, rows, start, stop):
    """Mark rows that a lane will touch."""
    for k in range(start, stop):
        row = rows[k]
        c.marks[lane, (row >> 6) & (_MARKS - 1)] |= np.uint64(1) << np.uint64(row & 63)


@njit(nogil=True, cache=True, forceinline=True)
def mark_paths(c, lane, words, start, stop, paths):
    """Mark the inner nodes on the paths of words."""
    for k in range(start, stop):
        mark(c, lane, paths.nodes, paths.bounds[words[k]], paths.bounds[words[k] + 1])


@njit(nogil=True, cache=True)
def begin_rounds(lanes, thread):
    """To be called when the rows of the first round are marked; returns whether there is anything to do."""
    if not meet(lanes.team, lanes.threads):
        return False
    _compare_marks(lanes, thread)
    done = _are_done(lanes)  # before others go on
    return meet(lanes.team, lanes.threads) and not done


@njit(nogil=True, cache=True)
def end_round(input_vectors, output_vectors, plan, lanes, thread, slab):
    """Merge the copies; to be called when the rows of the next round are marked. Returns whether there is one."""
    if not meet(lanes.team, lanes.threads):
        return False
    if plan.change_inputs:
        _merge(input_vectors, lanes.inputs, lanes.rates[0, 0], thread, lanes.threads, slab)
    if plan.change_outputs:
        _merge(output_vectors, lanes.outputs, lanes.rates[0, 0], thread, lanes.threads, slab)
    _compare_marks(lanes, thread)
    done = _are_done(lanes)  # before others go on
    return meet(lanes.team, lanes.threads) and not done


@njit(nogil=True, cache=True)
def _are_done(lanes):
    done = True
    for lane in range(LANES):
        done = done and lanes.start[lane] >= lanes.kept[lane]
    return done


@njit(nogil=True, cache=True)
def _compare_marks(lanes, thread):
    """Find the rows that several lanes touch in this thread's part of the marks, and wipe these off."""
    for c in (lanes.inputs, lanes.outputs):
        for place in range(_MARKS * thread // lanes.threads, _MARKS * (thread + 1) // lanes.threads):
            seen, shared = np.uint64(0), np.uint64(0)
            for lane in range(LANES):
                marked = c.marks[lane, place]
                shared |= seen & marked
                seen |= marked
                c.marks[lane, place] = np.uint64(0)
            c.shared[place] = shared


@njit(nogil=True, cache=True)
def own_rows(c, lane, thread):
    """A lane's copies, of which there are none yet."""
    c.counts[lane, 0] = 0
    return OwnRows(lane * c.capacity, c.shared, c.rows, c.sources, c.touches, c.counts[lane], c.places[thread])


@njit(nogil=True, cache=True, forceinline=True)
def address_of(row, matrix, own, slab):
    """Where a row is read and changed: in the matrix, or where several lanes touch it, in the lane's copy."""
    if own is None:
        return address(matrix, row)
    if own.shared[(row >> 6) & (_MARKS - 1)] >> np.uint64(row & 63) & np.uint64(1) == 0:
        return address(matrix, row)
    place = own.places[row]
    if place < 0:
        place = np.int32(own.first + own.counts[0])
        own.counts[0] += 1
        own.places[row] = place
        own.sources[place] = row
        own.touches[place] = 0
        for column in slabs(matrix, slab):
            store(own.rows, place, column, load(matrix, row, column, slab))
    own.touches[place] += 1
    return address(own.rows, place)


@njit(nogil=True, cache=True, forceinline=True)
def near_address(row, matrix, hot, own, slab):
    """The same, where a worker that shares the matrix has copies of the first rows."""
    if own is None:
        return address(hot.rows, row) if row < hot.rows.shape[0] else address(matrix, row)
    return address_of(row, matrix, own, slab)


@njit(nogil=True, cache=True)
def end_part(lanes, lane, start, loss, examples, worst_loss):
    """Keep how far a lane is and what it has told; one that diverges is at its end."""
    lanes.loss[lane] += loss
    lanes.examples[lane] += examples
    diverged = has_diverged(lanes.loss[lane], lanes.examples[lane], worst_loss)
    lanes.start[lane] = lanes.kept[lane] if diverged else start


@njit(nogil=True, cache=True)
def take_differences(matrix, own, slab):
    """Turn a lane's copies into what it changed."""
    for place in range(own.first, own.first + own.counts[0]):
        row = own.sources[place]
        own.places[row] = -1
        for column in slabs(matrix, slab):
            store(own.rows, place, column, load(own.rows, place, column, slab) - load(matrix, row, column, slab))


@njit(nogil=True, cache=True, error_model="numpy")
def _merge(matrix, c, rate, thread, threads, slab):
    step = np.float32(c.step * rate)
    mine = c.mine[thread]
    count = 0
    for lane in range(LANES):
        first = lane * c.capacity
        for place in range(first, first + c.counts[lane, 0]):
            row = c.sources[place]
            if ((row >> 4) & 63) * threads >> 6 == thread:  # neighbours, whose counters share a cache line, together
                c.lanes[row] += 1
                c.all_touches[row] += c.touches[place]
                mine[count] = place
                count += 1
    for k in range(count):
        ahead = mine[min(k + _AHEAD, count - 1)]
        prefetch(c.rows, ahead, slab)
        prefetch(matrix, c.sources[ahead], slab)
        place = mine[k]
        row = c.sources[place]
        together = step * np.float32(c.all_touches[row])
        one = together / np.float32(c.lanes[row])
        share = (np.float32(1.0) + one) / (np.float32(1.0) + together)
        for column in slabs(matrix, slab):
            change = load(c.rows, place, column, slab)
            store(matrix, row, column, fma(share, change, load(matrix, row, column, slab)))
    for k in range(count):
        row = c.sources[mine[k]]
        c.lanes[row] = 0
        c.all_touches[row] = 0
