"""Each smoothing: sums to 1, equals its formula worked out with dictionaries, and by hand on a line or two."""

import warnings
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firth.errors import OptionError
from firth.lm import NgramModel
from firth.lm.ngram import pieces, trie
from firth.lm.ngram.smoothing import SMOOTHINGS, DiscountWarning, Level, good_turing, modified_absolute

TEXT = [
    ["the", "cat", "sat", "on", "the", "mat"],
    ["the", "dog", "sat", "on", "the", "log"],
    ["a", "cat", "saw", "the", "dog"],
    ["the", "dog", "saw", "a", "cat"],
    [],
    ["the", "cat"],
]
PROPER = [
    (name, form)
    for name, method in SMOOTHINGS.items()
    for form in method.forms
    if name != "stupid-backoff"
]  # fmt: skip


def train(text: list[list[str]], order: int, **options: object) -> NgramModel:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DiscountWarning)
        return NgramModel.train(text, order, **options)


def sums(model: NgramModel, histories: list[str]) -> list[float]:
    return [float(np.exp(model.log_probabilities(model.state_after(history))).sum()) for history in histories]


@pytest.mark.parametrize(("smoothing", "form"), PROPER)
@pytest.mark.parametrize("order", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("closed", [False, True])
def test_probabilities_sum_to_one(smoothing: str, form: str, order: int, closed: bool) -> None:
    model = train(TEXT, order, smoothing=smoothing, form=form, closed=closed)
    sentence = ["the", "dog", "sat", "on", "the", "log"]
    seen = [" ".join(sentence[:length]) for length in range(7)] + ["the cat sat on", "saw a cat", "a cat saw the"]
    inner = ["sat on the", "saw", "mat", "cat sat on the", "dog sat on the log"]  # none begins a sentence
    unseen = ["mat mat", "log the", "zebra", "cat zebra", "on on on on", "the dog sat on the cat saw", "a " * 9]
    np.testing.assert_allclose(sums(model, seen + inner + unseen), 1, atol=2e-6)
    # behind a history cut out of the middle of a sentence, too
    for history in [sentence[start:] for start in range(6)]:
        state = tuple(model.index[word] for word in history)[-(order - 1) :] if order > 1 else ()
        assert np.exp(model.log_probabilities(state)).sum() == pytest.approx(1, abs=2e-6)


@pytest.mark.parametrize(("smoothing", "form"), [*PROPER, ("stupid-backoff", "stupid")])
@pytest.mark.parametrize("prune", [None, [0, 1]])
def test_pieces_and_threads_change_no_bit(
    smoothing: str, form: str, prune: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"smoothing": smoothing, "form": form, "prune": prune}
    whole = train(TEXT, 4, **options, workers=1)
    for module in (trie, pieces):
        monkeypatch.setattr(module, "NODES_AT_A_TIME", 3)
    for workers in (1, 3):
        cut = train(TEXT, 4, **options, workers=workers)
        np.testing.assert_array_equal(cut.log10_probabilities, whole.log10_probabilities)
        np.testing.assert_array_equal(cut.log10_backoffs, whole.log10_backoffs)


words = st.sampled_from(["a", "b", "c", "d", "e"])


@settings(max_examples=40)
@given(
    st.lists(st.lists(words, max_size=9), min_size=1, max_size=9).filter(any),
    st.sampled_from(PROPER),
    st.integers(1, 7),
    st.lists(words, max_size=8),
    st.booleans(),
)
@example([["a"]], ("jelinek-mercer", "interpolated"), 4, [], False)  # orders longer than every sentence
@example([["b", "a"], ["a", "b", "a", "b", "a"]], ("jelinek-mercer", "interpolated"), 3, [], False)
def test_any_text_and_history_sum_to_one(
    text: list[list[str]], method: tuple[str, str], order: int, history: list[str], prune: bool
) -> None:
    model = train(text, order, smoothing=method[0], form=method[1], prune=[0, 1] if prune and order > 1 else None)
    assert sums(model, [" ".join(history)])[0] == pytest.approx(1, abs=1e-5)


def padded(text: list[list[str]]) -> list[list[str]]:
    return [["<s>", *sentence, "</s>"] for sentence in text]


def counts_of(text: list[list[str]], n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(s[i - n + 1 : i + 1]) for s in padded(text) for i in range(1, len(s)) if i - n + 1 >= 0)


def adjusted(text: list[list[str]], n: int, order: int) -> dict[tuple[str, ...], int]:
    """Kneser and Ney's counts: different left words, but occurrences at the highest order and behind <s>."""
    counts = counts_of(text, n)
    if n == order:
        return dict(counts)
    lefts = defaultdict(set)
    for gram in counts_of(text, n + 1):
        lefts[gram[1:]].add(gram[0])
    return {gram: counts[gram] if gram[0] == "<s>" else len(lefts[gram]) for gram in counts}


def kneser_ney(
    text: list[list[str]], order: int, discounts: dict[int, list[float]], history: tuple[str, ...], word: str, size: int
) -> float:
    """p(word | history) by the recursion of Chen and Goodman's equation 25."""
    if len(history) > order - 1:
        history = history[len(history) - order + 1 :]
    n = len(history) + 1
    table = adjusted(text, n, order)
    followers = {gram: count for gram, count in table.items() if gram[:-1] == history}
    lower = kneser_ney(text, order, discounts, history[1:], word, size) if n > 1 else 1 / size
    if not followers:
        return lower
    total = sum(followers.values())
    count = followers.get((*history, word), 0)
    rest = sum(discounts[n][min(c, 3)] for c in followers.values())
    return (count - discounts[n][min(count, 3)] + rest * lower) / total


@pytest.mark.parametrize(("smoothing", "parameter"), [("kneser-ney", 0.7), ("modified-kneser-ney", None)])
def test_kneser_ney_is_its_recursion(smoothing: str, parameter: float | None) -> None:
    order = 3
    model = train(TEXT, order, smoothing=smoothing, parameters=parameter)
    used = model.info["used"]
    discounts = {n: [0.0, *used[n - 1]] for n in range(1, order + 1)}
    size = len(model.words) - 1
    for history in ["", "the", "the cat", "on the", "cat mat", "mat mat"]:
        state = model.state_after(history)
        for word in [*model.words[3:], "</s>"]:
            expected = kneser_ney(TEXT, order, discounts, ("<s>", *history.split()), word, size)
            assert np.exp(model.step(state, word)[0]) == pytest.approx(expected, rel=1e-5), (history, word)


def level_of(counts: np.ndarray, n: int, words: int) -> Level:
    return Level(n, words, np.bincount(counts[counts < 7].astype(int), minlength=7))


def test_discounts_by_hand() -> None:
    # n_1 .. n_4 = 4, 3, 2, 1: Y = 4 / (4 + 6) = 0.4
    counts = np.array([1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 9], np.float64)
    shares = modified_absolute(level_of(counts, 2, 20))
    assert shares.used == pytest.approx([1 - 2 * 0.4 * 3 / 4, 2 - 3 * 0.4 * 2 / 3, 3 - 4 * 0.4 * 1 / 2])
    taken = shares.taken(counts).sum(keepdims=True)
    total, left = shares.closed(counts.sum(keepdims=True), taken)
    assert left[0] == pytest.approx(4 * 0.4 + 3 * 1.2 + 4 * 2.2)
    assert shares.kept(counts).sum() + left[0] == pytest.approx(total[0]) == counts.sum()


def test_good_turing_by_hand() -> None:
    # n_1 .. n_6 = 60, 20, 10, 6, 4, 3: q = 6 * 3 / 60 = 0.3; 1* = 2 * 20 / 60 = 2/3, d_1 = (2/3 - 0.3) / 0.7
    sizes = [60, 20, 10, 6, 4, 3]
    counts = np.repeat(np.arange(1.0, 7.0), sizes)
    shares = good_turing(level_of(counts, 1, 500))
    stars = [(r + 1) * sizes[r] / sizes[r - 1] for r in range(1, 6)]
    assert shares.used == pytest.approx([(stars[r - 1] / r - 0.3) / 0.7 for r in range(1, 6)])
    assert shares.kept(counts)[0] == pytest.approx((2 / 3 - 0.3) / 0.7)
    assert shares.kept(counts)[-1] == 6
    # what is left is the mass of the words seen once, as Good and Turing have it
    _, left = shares.closed(counts.sum(keepdims=True), shares.taken(counts).sum(keepdims=True))
    assert left[0] == pytest.approx(60)


LINE = [["a", "b", "a", "c", "a", "b"]]  # after a: b twice, c once; V = a, b, c, </s>, <unk>


@pytest.mark.parametrize(
    ("smoothing", "options", "b_after_a", "a_after_a"),
    [
        ("maximum-likelihood", {}, 2 / 3, 0),
        ("add-k", {"parameters": 0.5}, 2.5 / 5.5, 0.5 / 5.5),
        ("add-k", {}, 3 / 8, 1 / 8),
        ("stupid-backoff", {}, 2 / 3, 0.4 * 3 / 7),
        # unigram a: 3 of 7 occurrences, 4 kinds: (3 + 4/5) / 11
        ("witten-bell", {}, (2 + 2 * (2 + 4 / 5) / 11) / 5, 2 * (3 + 4 / 5) / 11 / 5),
        # by back-off: a keeps 3/11, <unk> 4/11; after a stand b and c, with 3/11 of the unigrams
        ("witten-bell", {"form": "backoff"}, 2 / 5, (2 / 5) / (1 - 3 / 11) * 3 / 11),
        ("jelinek-mercer", {"parameters": [0.9, 0.6]}, 0.4 + 0.4 * (0.9 * 2 / 7 + 0.02), 0.4 * (0.9 * 3 / 7 + 0.02)),
        ("absolute", {"parameters": 0.5}, (1.5 + (1.5 + 2 / 5) / 7) / 3, (2.5 + 2 / 5) / 7 / 3),
    ],
)
def test_formulas_by_hand(smoothing: str, options: dict[str, object], b_after_a: float, a_after_a: float) -> None:
    model = train(LINE, 2, smoothing=smoothing, **options)
    found = np.exp(model.log_probabilities(model.state_after("a")))
    assert found[model.index["b"]] == pytest.approx(b_after_a, rel=1e-6)
    assert found[model.index["a"]] == pytest.approx(a_after_a, rel=1e-6)


def test_stupid_back_off_says_what_it_is_and_counts_every_step_back() -> None:
    model = train(LINE, 3, smoothing="stupid-backoff")
    assert not model.is_distribution
    # "c c" was never seen, "c" never before "c": two steps back, whether or not the history is stored
    assert np.exp(model.step(model.state_after("c c"), "c")[0]) == pytest.approx(0.4**2 / 7)


def test_jelinek_mercer_weights_prefer_what_predicts() -> None:
    random = np.random.default_rng(0)
    noise = [[f"w{i}" for i in random.integers(0, 300, 20)] for _ in range(200)]
    chain = [[f"w{i % 5}" for i in range(start, start + 20)] for start in random.integers(0, 5, 200)]
    no_order = train(noise, 2, smoothing="jelinek-mercer").info["used"]
    all_order = train(chain, 2, smoothing="jelinek-mercer").info["used"]
    assert no_order[1][0] < 0.2
    assert all_order[1][0] > 0.95


def test_tiny_texts_state_their_discounts() -> None:
    with pytest.warns(DiscountWarning, match=r"1-grams: no discount can be estimated from n_1 = 2, n_2 = 0.*0\.5, 1"):
        model = NgramModel.train([["a"]], 1)
    assert model.info["used"][0] == [0.5, 1.0, 1.5]


@pytest.mark.parametrize(
    "options",
    [
        {"smoothing": "magic"},
        {"smoothing": "add-k", "form": "backoff"},
        {"smoothing": "add-k", "parameters": -1.0},
        {"smoothing": "absolute", "parameters": 2.0},
        {"smoothing": "jelinek-mercer", "parameters": 0.0},
        {"smoothing": "stupid-backoff", "parameters": 3.0},
        {"smoothing": "absolute", "parameters": [0.5]},
    ],
)
def test_options_that_make_no_sense(options: dict[str, object]) -> None:
    with pytest.raises(OptionError, match="expected"):
        train(TEXT, 2, **options)
