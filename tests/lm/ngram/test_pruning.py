"""Pruning by count and by entropy."""

import numpy as np
import pytest

from firth.errors import OptionError
from firth.lm import NgramModel
from firth.lm.ngram.pruning import check_thresholds

TEXT = [line.split() for line in ("a b c a b", "a b d", "c a b c", "b a", "a c", "d d a b", "b c a") * 4]


@pytest.fixture(scope="module")
def model() -> NgramModel:
    return NgramModel.train(TEXT, 3, smoothing="witten-bell")


def sums_to_one(model: NgramModel) -> None:
    for history in ("", "a", "a b", "d d", "c d", "zebra"):
        assert np.exp(model.log_probabilities(model.state_after(history))).sum() == pytest.approx(1, abs=1e-6)


def test_thresholds_are_filled_up() -> None:
    assert check_thresholds(None, 3) == [0, 0, 0]
    assert check_thresholds([0, 1], 4) == [0, 1, 1, 1]


@pytest.mark.parametrize("thresholds", [[1, 1], [0, 2, 1], [0, 0, 0, 0]])
def test_thresholds_that_make_no_sense(thresholds: list[int]) -> None:
    with pytest.raises(OptionError, match=r"expected|cannot"):
        check_thresholds(thresholds, 3)


def test_rare_ngrams_go_and_the_rest_still_sums_to_one(model: NgramModel) -> None:
    pruned = NgramModel.train(TEXT, 3, smoothing="witten-bell", prune=[0, 4, 7])
    kept = {tuple(row) for row in pruned.trie.ngrams(3).tolist()}
    assert 0 < len(kept) < model.trie.sizes()[2]
    spelled = {" ".join(pruned.words[word] for word in row) for row in kept}
    assert "c a b" in spelled  # 8 occurrences
    assert "d d a" not in spelled  # 4 occurrences
    sums_to_one(pruned)


def relative_entropy(model: NgramModel, pruned: NgramModel, history: str, weight: float) -> float:
    """p(h) D(p || p') at one history."""
    p = np.exp(model.log_probabilities(model.state_after(history)))
    q = np.exp(pruned.log_probabilities(pruned.state_after(history)))
    mine = p > 0
    return weight * float((p[mine] * np.log(p[mine] / q[mine])).sum())


def test_the_change_that_decides_is_the_relative_entropy() -> None:
    # With a threshold just above its change an n-gram goes, just below it stays. In a bigram model p(h) is the unigram
    # probability, and leaving one bigram out changes the distribution after its history alone.
    bigrams = NgramModel.train(TEXT, 2, smoothing="witten-bell")
    low, high = 0.0, 1.0
    sizes = bigrams.trie.sizes()
    for _ in range(60):  # bisect for the threshold at which exactly the first bigram goes
        middle = (low + high) / 2
        if bigrams.prune_by_entropy(middle).trie.sizes()[1] < sizes[1]:
            high = middle
        else:
            low = middle
    pruned = bigrams.prune_by_entropy(high)
    gone = {tuple(r) for r in bigrams.trie.ngrams(2).tolist()} - {tuple(r) for r in pruned.trie.ngrams(2).tolist()}
    assert len(gone) == 1
    history = bigrams.words[next(iter(gone))[0]]
    unigram = np.exp(bigrams.log_probabilities(()))
    weight = unigram[bigrams.index["</s>" if history == "<s>" else history]]
    state = "" if history == "<s>" else history
    change = relative_entropy(bigrams, pruned, state, float(weight))
    assert np.expm1(change) == pytest.approx(high, rel=1e-3)


def test_a_threshold_of_zero_keeps_what_was_there(model: NgramModel) -> None:
    same = model.prune_by_entropy(0)
    for history in ("", "a", "a b", "d d"):
        np.testing.assert_allclose(
            same.log_probabilities(same.state_after(history)),
            model.log_probabilities(model.state_after(history)),
            atol=1e-5,
        )


def test_more_goes_as_the_threshold_grows(model: NgramModel) -> None:
    sizes = [sum(model.prune_by_entropy(threshold).trie.sizes()) for threshold in (0, 1e-4, 1e-3, 1e-2, 1.0)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] == model.trie.sizes()[0]
    for threshold in (1e-4, 1e-3, 1e-2, 1.0):
        sums_to_one(model.prune_by_entropy(threshold))


def test_what_cannot_be_pruned(model: NgramModel) -> None:
    with pytest.raises(OptionError, match="threshold=-1, expected a number of 0 or more"):
        model.prune_by_entropy(-1)
    with pytest.raises(OptionError, match="add-k cannot be pruned by entropy"):
        NgramModel.train(TEXT, 2, smoothing="add-k").prune_by_entropy(1e-3)
