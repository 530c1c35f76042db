"""Scoring a whole text at once: the look-ups of :mod:`firth.lm.scoring`, reordered so that memory keeps up.

Which n-gram ends at a place depends on the words alone, not on what was found before it, so all places can be looked up
independently. They are taken in the order of their last two words: so lie the n-grams in the trie. And they are
searched many at a time, one step of every binary search before the next step of any: each step waits for memory, and
so they wait together.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from firth.lm.scoring import Float32s
from firth.lm.sentences import START_ID, Sentences
from firth.lm.trie import Floats, Int32s, Int64s

CHUNK = 1 << 19  # places looked up together
_TOGETHER = 4096  # of them searched at a time
_NONE = np.uint32(0xFFFF_FFFF)

Places = npt.NDArray[np.uint32]
Nodes = npt.NDArray[np.uint32]


def as_stream(sentences: Sentences) -> Int32s:
    """All sentences one after another, each between ``<s>`` and ``</s>``. # (tokens + sentences,)"""
    stream = np.full(sentences.tokens + len(sentences), START_ID, np.int32)
    is_token = np.ones(len(stream), bool)
    is_token[sentences.bounds[:-1] + 2 * np.arange(len(sentences))] = False
    stream[is_token] = sentences.targets()
    return stream


@njit(cache=True, nogil=True)
def score_chunk(
    stream: Int32s, first: int, last: int, out: Floats,
    order: int, left_words: Int32s, child_bounds: Int64s,
    log_probabilities: Float32s, log_backoffs: Float32s, missing: float, uniform: float,
) -> None:  # fmt: skip
    """log10 p of the tokens ``first`` to ``last`` of the stream; 0 where it is ``<s>``."""
    before = max(first - order, 0)  # the n-grams that end just before the first token are its histories
    size = last - before
    reach = np.empty(size, np.uint8)  # how many words of its sentence stand before each token, at most order - 1
    known = 0
    for place in range(size):
        known = 0 if stream[before + place] == START_ID else min(known + 1, order - 1)
        reach[place] = known
    if before > 0:  # tokens whose sentence began further back than the chunk reaches
        for place in range(min(order, size)):
            if stream[before + place] == START_ID:
                break
            known = 0
            while known < order - 1 and stream[before + place - known] != START_ID:
                known += 1
            reach[place] = known
    words = highest_word(stream, before, last) + 1
    places = np.arange(size).astype(np.uint32)
    for back in range(min(1, order - 1), -1, -1):
        places = by_word(stream, before, places, back, words)
    nodes = np.full((order, size), _NONE, np.uint32)  # of the n-gram of each length that ends at each place
    for place in range(size):
        nodes[0, place] = stream[before + place]
    for length in range(1, order):
        extend(stream, before, places, reach, length, nodes, left_words, child_bounds)
    for index in range(size):
        place = places[index]
        if before + place < first or stream[before + place] == START_ID:
            continue
        matched = order - 1
        while nodes[matched, place] == _NONE:
            matched -= 1
        value: float = np.float64(log_probabilities[nodes[matched, place]])
        given = reach[place]
        if matched < given:
            if np.isnan(uniform):
                for length in range(matched, given):
                    history = nodes[length, place - 1]
                    value += missing if history == _NONE else log_backoffs[history]
            elif log_probabilities[nodes[0, place]] > -np.inf:  # <s> is never predicted
                history = nodes[given - 1, place - 1]
                value = uniform if history == _NONE else uniform + log_backoffs[history]
        out[before + place] = value


@njit(cache=True, nogil=True)
def highest_word(stream: Int32s, first: int, last: int) -> int:
    """The greatest id in a part of the stream, and of the word before it."""
    highest = 0
    for place in range(max(first - 1, 0), last):
        highest = max(highest, stream[place])
    return highest


@njit(cache=True, nogil=True)
def by_word(stream: Int32s, before: int, places: Places, back: int, words: int) -> Places:
    """The places, counted from ``before``, sorted by the word ``back`` places earlier; ties stay as they are."""
    starts = np.zeros(words + 1, np.uint32)
    for place in places:
        starts[stream[max(before + place - back, 0)] + 1] += 1
    for word in range(1, len(starts)):
        starts[word] += starts[word - 1]
    placed = np.empty_like(places)
    for place in places:
        word = stream[max(before + place - back, 0)]
        placed[starts[word]] = place
        starts[word] += 1
    return placed


@njit(cache=True, nogil=True)
def extend(
    stream: Int32s, before: int, places: Places, reach: npt.NDArray[np.uint8], length: int, nodes: Nodes,
    left_words: Int32s, child_bounds: Int64s,
) -> None:  # fmt: skip
    """From the n-grams of ``length`` words found at each place to those that are one word longer."""
    low = np.empty(_TOGETHER, np.uint32)  # of each search: where it has come to, among how many, for which word
    size = np.empty(_TOGETHER, np.uint32)
    wanted = np.empty(_TOGETHER, np.int32)
    at = np.empty(_TOGETHER, np.uint32)  # the places that wait for an answer, and from which search
    search_of = np.empty(_TOGETHER, np.uint32)
    one = np.uint32(1)
    start = 0
    while start < len(places):
        searches = waiting = 0
        longest = np.uint32(0)
        latest = _NONE
        while start < len(places) and waiting < _TOGETHER:
            place = places[start]
            start += 1
            node = nodes[length - 1, place]
            if node == _NONE or reach[place] < length:
                continue
            word = stream[before + place - length]
            if node != latest or word != wanted[searches - 1]:  # neighbours often ask the same
                first, last = child_bounds[node], child_bounds[node + 1]
                if first == last:
                    continue
                latest = node
                # Siblings are different words in rising order, so that word w is at most the w-th of them.
                possible = np.uint32(min(last - first, np.int64(word) + 1))
                low[searches] = first
                size[searches] = possible
                wanted[searches] = word
                searches += 1
                longest = max(longest, possible)
            at[waiting] = place
            search_of[waiting] = searches - 1
            waiting += 1
        while longest > one:
            for search in range(searches):
                half = size[search] >> one
                middle = low[search] + half
                low[search] = middle if left_words[middle - one] < wanted[search] else low[search]
                size[search] -= half
            longest -= longest >> one
        for answer in range(waiting):
            search = search_of[answer]
            if left_words[low[search]] == wanted[search]:
                nodes[length, at[answer]] = low[search]
