"""The kernels of the second pass, by hand and against Python."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from firth.kernels.text.renumber import close_sentences, renumber
from firth.kernels.text.scanner import FILE_END, LINE_END


def test_rare_words_are_dropped_and_line_ends_counted():
    numbers = np.array([0, 1, LINE_END, 2, LINE_END, LINE_END, 1, 0, FILE_END], np.int32)
    ids, ends = np.empty(9, np.int32), np.empty(9, np.int32)
    kept, lines = renumber(numbers, np.array([7, -1, 3], np.int32), ids, ends)
    assert ids[:kept].tolist() == [7, 3, 7]
    assert ends[:lines].tolist() == [1, 2, 2, ~3]


@given(st.lists(st.lists(st.integers(0, 12), max_size=6), min_size=1, max_size=5), st.integers(1, 5))
def test_sentences_are_lines_cut_where_they_are_too_long(pieces, longest):
    """A piece is the lengths of its lines; the last line of a piece goes on in the next."""
    state = np.zeros(4, np.int64)
    bounds = [0]
    for lengths in pieces:
        ends = np.cumsum(lengths)[:-1].astype(np.int32)
        closed = np.empty(len(ends) + sum(lengths) // longest + 1, np.int64)
        count = close_sentences(ends, sum(lengths), longest, False, state, closed)
        bounds += closed[:count].tolist()
    closed = np.empty(2, np.int64)
    count = close_sentences(np.zeros(1, np.int32), 0, longest, False, state, closed)  # the end of the last file
    bounds += closed[:count].tolist()

    lines = [0]
    for lengths in pieces:
        for length, is_last in zip(lengths, [False] * (len(lengths) - 1) + [True], strict=False):
            lines[-1] += length
            if not is_last:
                lines.append(0)
    sentences = [min(longest, line - start) for line in lines for start in range(0, line, longest)]
    assert bounds == list(itertools.accumulate(sentences, initial=0))
    assert state[3] == sum(line > longest for line in lines)


def test_every_line_is_a_sentence_where_empty_ones_are_kept():
    """``a b``, nothing, ``c``, and the end of the file without a newline; then a file that ends in one."""
    state, bounds = np.zeros(4, np.int64), np.empty(9, np.int64)
    for ends, tokens, closed in [([2, 2, ~3], 3, [2, 2, 3]), ([1, ~1], 1, [4]), ([~0], 0, []), ([0, 0, ~0], 0, [4, 4])]:
        count = close_sentences(np.array(ends, np.int32), tokens, 1 << 62, True, state, bounds)
        assert bounds[:count].tolist() == closed
