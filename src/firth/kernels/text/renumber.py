"""The kernels of the second pass: workers' numbers to word ids, lines to sentences."""

import numpy as np
import numpy.typing as npt

from firth.kernels.compiled import njit
from firth.kernels.text.scanner import LINE_END

DROPPED = -1

Ids = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


@njit(nogil=True, cache=True)
def renumber(numbers: Ids, word_ids: Ids, ids: Ids, ends: Ids) -> tuple[int, int]:
    """Word ids of the tokens that are kept, and where lines end among them.

    Args:
        numbers: as the worker that read them wrote them, with LINE_END and FILE_END.  # (any,) int32
        word_ids: for each number its word id, or :data:`DROPPED`.  # (worker's words,) int32
        ids: receives the word ids.  # (>= numbers,) int32
        ends: receives for each line how many ids came up to its end, for the end of a file the complement of that
            number.  # (>= numbers,) int32

    Returns:
        How many ids and how many line ends there are.
    """
    kept = lines = 0
    for number in numbers:
        if number < 0:
            ends[lines] = kept if number == LINE_END else ~kept
            lines += 1
        else:
            word = word_ids[number]
            ids[kept] = word
            kept += word != DROPPED
    return kept, lines


@njit(nogil=True, cache=True)
def close_sentences(ends: Ids, tokens: int, longest: int, keep_empty: bool, state: Places, bounds: Places) -> int:
    """Turn the lines of one piece of text into sentences of at most ``longest`` tokens.

    Args:
        ends: where lines end, counted in kept tokens from the start of the piece, as :func:`renumber` left them.
            # (lines,) int32
        tokens: kept tokens of the piece.
        longest: where a line that goes on is cut.
        keep_empty: whether a line without a token is a sentence.
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
        end = ends[line] if at_end else tokens
        ends_file = end < 0
        stop = base + (~end if ends_file else end)
        while stop - start > longest:
            start += longest
            bounds[closed] = start
            closed += 1
            lines_cut += 1 - cut
            cut = 1
        if at_end:
            if stop > start or (keep_empty and not ends_file):
                bounds[closed] = stop
                closed += 1
            start, cut = stop, 0
    state[0], state[1], state[2], state[3] = base + tokens, start, cut, lines_cut
    return closed
