"""The kernels of the second pass: workers' numbers to word ids, lines to sentences."""

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit

DROPPED = -1

Ids = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


@njit(nogil=True, cache=True)
def renumber(numbers: Ids, word_ids: Ids, ids: Ids, ends: Ids) -> tuple[int, int]:
    """Word ids of the tokens that are kept, and where lines end among them.

    Args:
        numbers: as the worker that read them wrote them; a negative number ends a line.  # (any,) int32
        word_ids: for each number its word id, or :data:`DROPPED`.  # (worker's words,) int32
        ids: receives the word ids.  # (>= numbers,) int32
        ends: receives for each line how many ids came up to its end.  # (>= numbers,) int32

    Returns:
        How many ids and how many line ends there are.
    """
    kept = lines = 0
    for number in numbers:
        if number < 0:
            ends[lines] = kept
            lines += 1
        else:
            word = word_ids[number]
            ids[kept] = word
            kept += word != DROPPED
    return kept, lines


@njit(nogil=True, cache=True)
def close_sentences(ends: Ids, tokens: int, longest: int, state: Places, bounds: Places) -> int:
    """Turn the lines of one piece of text into sentences of at most ``longest`` tokens.

    Args:
        ends: where lines end, counted in kept tokens from the start of the piece.  # (lines,) int32
        tokens: kept tokens of the piece.
        longest: where a line that goes on is cut.
        state: kept tokens of all earlier pieces; where the sentence that is still open began; whether its line
            has been cut; lines cut so far.  # (4,) int64, updated
        bounds: receives where each sentence ends, counted from the start of the corpus.
            # (>= lines + tokens // longest + 1,) int64

    Returns:
        How many sentences were closed.
    """
    base, start, cut, lines_cut = state
    closed = 0
    for line in range(len(ends) + 1):
        at_end = line < len(ends)
        stop = base + (ends[line] if at_end else tokens)
        while stop - start > longest:
            start += longest
            bounds[closed] = start
            closed += 1
            lines_cut += 1 - cut
            cut = 1
        if at_end:
            if stop > start:
                bounds[closed] = stop
                closed += 1
            start, cut = stop, 0
    state[0], state[1], state[2], state[3] = base + tokens, start, cut, lines_cut
    return closed
