"""Scoring a text at once gives what scoring it step by step gives, wherever it is cut."""

import itertools
import warnings
from pathlib import Path

import numpy as np
import pytest

from firth.kernels.ngram import batches
from firth.kernels.ngram.slots import BUCKET, home_of
from firth.lm import NgramModel
from firth.lm.ngram import probing
from firth.lm.ngram.smoothing import SMOOTHINGS, DiscountWarning
from firth.lm.ngram.trie import Trie
from firth.lm.sentences import Sentences

RANDOM = np.random.default_rng(11)
TEXT = [[f"w{i}" for i in np.minimum(RANDOM.zipf(1.4, size), 30)] for size in (40, 0, 3, 1, 25, 60, 0, 2)]
OTHER = [["w1", "w30", "w30", "w29", "w2", "w1"], [], ["new", "w1", "new", "new", "w1", "w2", "w3"], *TEXT[2:5]]
OTHER += [["w1", "<s>", "w2"], TEXT[5] * 3, TEXT[0]]  # <s> is never predicted; more than are looked up together


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
@pytest.mark.parametrize("worth", [1 << 20, 0], ids=["table", "trie"])
def test_batches_are_steps(smoothing: str, order: int, chunk: int, worth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DiscountWarning)
        model = NgramModel.train(TEXT, order, smoothing=smoothing)
    monkeypatch.setattr(batches, "CHUNK", chunk)
    monkeypatch.setattr(batches, "WORTH", worth)
    expected = []
    for sentence in OTHER:
        state = model.start()
        for word in [*sentence, "</s>"]:
            value, state = model.step(state, word)
            expected.append(value)
    index = model.index
    ids = [index.get(word, 0) for sentence in OTHER for word in sentence]
    bounds = np.cumsum([0, *(len(sentence) for sentence in OTHER)])
    found = model.token_log_probabilities(Sentences(np.array(ids, np.int32), bounds), workers=2)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_n_grams_are_found_behind_full_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search goes on in the next bucket where one is full, behind the level's last in its first."""
    monkeypatch.setattr(batches, "WORTH", 1 << 20)
    spilled = wrapped = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        text = [[f"w{i}" for i in random.integers(0, 9, 12)] for _ in range(4)]
        model = NgramModel.train(text, 3, smoothing="witten-bell")
        scores = model.score_all(text, workers=1)
        assert scores == pytest.approx([model.score(sentence) for sentence in text])
        assert model._table is not None
        for first, last in itertools.pairwise(model._table.bounds):
            keys = model._table.slots["key"][first * BUCKET : last * BUCKET]
            homes = np.array([home_of(key, last - first) for key in keys[keys > 0]])
            buckets = np.flatnonzero(keys) // BUCKET
            spilled += int((homes < buckets).sum())
            wrapped += int((homes > buckets).sum())
    assert spilled > 0
    assert wrapped > 0


def test_buckets_are_lines_of_memory() -> None:
    model = NgramModel.train(TEXT, 3, smoothing="witten-bell")
    slots, bounds = probing.build_table(model.trie, model.log10_probabilities, model.log10_backoffs, 2)
    assert slots.ctypes.data % 64 == 0
    assert len(slots) == (bounds[-1] + 1) * BUCKET
    for n, (first, last) in enumerate(itertools.pairwise(bounds), 2):
        taken = np.count_nonzero(slots["key"][first * BUCKET : last * BUCKET])
        assert taken == model.trie.sizes()[n - 1]
        assert 2 * taken <= (last - first) * BUCKET
    assert not slots["key"][bounds[-1] * BUCKET :].any()


@pytest.mark.parametrize(("size", "fits"), [((1 << 30) - 1, True), (1 << 30, False)])
def test_a_place_has_half_a_key(size: int, fits: bool) -> None:
    """The places of ``size`` n-grams are below 2 * size + 8 slots, which 32 bits can count."""
    trie = Trie(np.array([0, 5, 5 + size]), np.empty(0, np.int32), np.empty(0, np.int64))
    assert probing.fits(trie) == fits


def test_sentences_have_one_start(tmp_path: Path) -> None:
    """An n-gram with ``<s>`` twice, which files from elsewhere may hold, is not looked for."""
    text = "\\data\\\nngram 1=4\nngram 2=2\nngram 3=1\n\n\\1-grams:\n-99\t<s>\t-0.5\n-0.6\t</s>\n-0.7\t<unk>\n"
    text += "-0.8\ta\t-0.4\n\n\\2-grams:\n-0.3\t<s> a\t-0.2\n-0.9\t<s> <s>\t-0.1\n\n"
    text += "\\3-grams:\n-0.05\t<s> <s> a\n\n\\end\\\n"
    path = tmp_path / "starts.arpa"
    path.write_text(text, encoding="utf-8")
    model = NgramModel.read_arpa(path)
    for _ in range(2):
        assert model.score_lines(["a"] * 4).tolist() == pytest.approx([model.score("a")] * 4)
    assert model._table is not None


def test_more_n_grams_than_keys_have_room_for_stay_in_the_trie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "WORTH", 1 << 20)
    model = NgramModel.train(TEXT, 3, smoothing="witten-bell")
    monkeypatch.setattr(probing, "fits", lambda _: False)
    scores = model.score_all(TEXT)
    assert model._table is None
    assert scores == pytest.approx([model.score(sentence) for sentence in TEXT])
