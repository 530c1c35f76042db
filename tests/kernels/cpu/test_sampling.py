"""Which tokens stay, and their windows."""

import numpy as np
import pytest

from firth.kernels.cpu.sampling import Windows, sample_windows


def sampled(sentences, keep, window, *, shrink=True, seed=3):
    ids = np.concatenate(sentences).astype(np.int32)
    bounds = np.cumsum([0, *map(len, sentences)]).astype(np.int64)
    windows = Windows(*(np.full(len(ids), -1, np.int32) for _ in Windows._fields))
    thresholds = np.array(keep * (2**32 - 1), np.uint32)
    kept = sample_windows(
        ids, bounds, thresholds, window, shrink, *np.array([[seed], [seed + 1]], np.uint64), 0, windows
    )
    return [buffer[:kept] for buffer in windows]


def test_tokens_stay_by_their_chance_and_in_order():
    ids = np.tile(np.arange(5), 20_000)
    chances = np.array([1.0, 0.75, 0.5, 0.01, 0.0])
    words, _, _ = sampled([ids], chances, 2)
    expected = 20_000 * chances
    np.testing.assert_allclose(np.bincount(words, minlength=5), expected, atol=5 * np.sqrt(20_000 / 4))
    always = words[words != 3]
    assert (np.flatnonzero(always == 0)[1:] - np.flatnonzero(always == 0)[:-1] <= 3).all()


@pytest.mark.parametrize("passes", [1, 4, 5, 7])
def test_widths_of_passes_that_divide_the_circle_are_a_systematic_sample(passes):
    """Every token has each width equally often, up or down to a whole number, and what stays is drawn anew."""
    tokens, window = 3_000, 5
    ids, bounds = np.zeros(tokens, np.int32), np.array([0, tokens])
    widths, inner = np.zeros((tokens, window + 1), int), np.arange(window, tokens - window)
    for turn in range(passes):
        windows = Windows(*(np.zeros(tokens, np.int32) for _ in Windows._fields))
        states = np.array([[turn], [8]], np.uint64)
        keep = np.array([2**32 - 1], np.uint32)
        sample_windows(ids, bounds, keep, window, True, *states, int(turn / passes * 2**32), windows)
        widths[inner, inner - windows.first[inner]] += 1
    assert (widths[inner].sum(axis=1) == passes).all()
    assert (np.abs(widths[inner, 1:] - passes / window) < 1).all()
    np.testing.assert_allclose(widths[inner, 1:].mean(axis=0), passes / window, atol=5 / np.sqrt(tokens))


@pytest.mark.parametrize("window", [1, 5])
@pytest.mark.parametrize("shrink", [True, False])
def test_windows_reach_equally_far_within_their_sentence(window, shrink):
    draw = np.random.default_rng(window)
    sentences = [draw.integers(0, 9, length) for length in draw.integers(1, 40, 400)]
    # Word 9 ends each sentence and never stays, word 8 often does not.
    chances = np.array([1.0] * 8 + [0.3, 0.0])
    words, first, last = sampled([np.append(sentence, 9) for sentence in sentences], chances, window, shrink=shrink)
    assert set(words) == set(range(9))
    sizes, at = [], 0
    while at < len(words):  # a window of 1 or more reaches every neighbour, so a sentence ends where none is reached
        end = at
        while last[end] > end:
            end += 1
        for i in range(at, end + 1):
            left, right = i - first[i], last[i] - i
            width = max(left, right)
            assert first[i] >= at
            assert last[i] <= end
            assert left == min(width, i - at)
            assert right == min(width, end - i)
            assert width <= window
            if end - i >= window and i - at >= window:
                sizes.append(width)
        at = end + 1
    shares = np.bincount(sizes, minlength=window + 1)[1:] / len(sizes)
    expected = np.full(window, 1 / window) if shrink else np.eye(window)[-1]
    np.testing.assert_allclose(shares, expected, atol=5 / np.sqrt(len(sizes)))
