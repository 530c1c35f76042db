"""The n-gram model as a whole: frozen figures, files, vocabularies."""

import gc
import gzip
import warnings
from pathlib import Path

import numpy as np
import pytest

from firth.errors import FileFormatError, LanguageModelWarning, OptionError, SourceError, VocabularyError
from firth.lm import NgramModel
from firth.lm.ngram.smoothing import DiscountWarning
from firth.lm.training_text import read_training_text
from firth.storage import map_tensors, write_tensors
from firth.stored_words import pack_words
from firth.text.sources import BLOCK_SIZE

# A fixed pseudo-random text, so that no corpus has to be shipped: words by Zipf's law, each with favourite followers.


def chain(sentences: int, seed: int) -> list[list[str]]:
    random = np.random.default_rng(seed)
    text = []
    for _ in range(sentences):
        word, sentence = 1, []
        for _ in range(int(random.integers(0, 18))):
            draw = int(min(random.zipf(1.5), 3000))
            word = (word * 7 + min(draw, 3)) % 1009 if random.random() < 0.5 else draw
            sentence.append(f"w{word}")
        text.append(sentence)
    return text


@pytest.fixture(scope="module")
def model() -> NgramModel:
    return NgramModel.train(chain(400, 1), 3)


def test_a_file_and_a_list_and_any_number_of_workers_give_the_same_model(model: NgramModel, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("".join(" ".join(sentence) + "\n" for sentence in chain(400, 1)))
    packed = tmp_path / "text.txt.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    unfinished = tmp_path / "unfinished.txt"  # no newline at the end
    unfinished.write_text(path.read_text().rstrip("\n") or " ")
    for source in (path, [str(path)], packed):
        for workers in (1, 3):
            other = NgramModel.train(source, 3, workers=workers)
            assert other.words == model.words
            np.testing.assert_array_equal(other.log10_probabilities, model.log10_probabilities)
            np.testing.assert_array_equal(other.log10_backoffs, model.log10_backoffs)


def test_empty_lines_are_sentences_and_long_lines_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("\n\n" + "a b " * 3000 + "\n" + "a\n\nb")
    other = tmp_path / "other.txt"
    other.write_text("a b\n")
    model = NgramModel.train(path, 2, smoothing="maximum-likelihood")
    result = model.perplexity(path)
    assert (result.tokens, result.sentences) == (6002 + 6, 6)
    assert model.step(model.start(), "</s>")[0] == pytest.approx(np.log(3 / 6))
    both = NgramModel.train([path, other], 2, smoothing="maximum-likelihood")
    assert both.info["tokens"] == 6008 + 3


@pytest.mark.parametrize("rest", ["", "  ", "\n", "b"])
def test_a_last_line_without_a_newline_is_whole(rest: str, tmp_path: Path) -> None:
    """The text ends, or nearly so, where a block of it does."""
    path = tmp_path / "text.txt"
    path.write_text("a " * (BLOCK_SIZE // 2) + rest)
    learned = read_training_text(path, workers=2)
    assert learned.words[3:] == ["a", "b"][: len(learned.words) - 3]
    assert learned.sentences.bounds.tolist() == [0, BLOCK_SIZE // 2 + (rest == "b")]


def test_steps_scores_and_batches_agree(model: NgramModel) -> None:
    text = [*chain(30, 2), ["w1", "never", "w2"]]
    scores = model.score_all(text)
    for sentence, expected in zip(text, scores, strict=True):
        assert model.score(sentence) == pytest.approx(expected)
        state, total = model.start(), 0.0
        for word in [*sentence, "</s>"]:
            value, following = model.step(state, word)
            assert value == pytest.approx(model.log_probabilities(state)[model.index.get(word, 0)])
            total, state = total + value, following
        assert total == pytest.approx(expected)
    result = model.perplexity(text)
    assert result.log_probability == pytest.approx(scores.sum())
    assert result.unknown == sum(word not in model.index for sentence in text for word in sentence) > 0
    assert result.tokens == sum(len(sentence) + 1 for sentence in text)


@pytest.mark.filterwarnings("ignore::firth.lm.ngram.smoothing.DiscountWarning")
@pytest.mark.parametrize(
    ("order", "prune", "size", "perplexity", "without_unknown"),
    [
        (1, None, 487, 66.5037266, 50.4345301),
        (2, None, 1845, 24.4252974, 17.8259329),
        (3, None, 4012, 25.3442045, 18.4957567),
        (3, [0, 0, 1], 2228, 25.2363232, 18.4926003),
        (5, None, 9247, 25.5470020, 18.6577173),
        (7, [0, 1, 1], 1555, 28.1306513, 20.9266066),
    ],
)
def test_modified_kneser_ney_is_that_of_lmplz(
    order: int, prune: list[int] | None, size: int, perplexity: float, without_unknown: float
) -> None:
    """lmplz of KenLM, with -o, --prune and --discount_fallback, made these n-grams of the same text."""
    model = NgramModel.train(chain(400, 1), order, prune=prune)
    result = model.perplexity(chain(100, 5))
    assert sum(model.trie.sizes()) == size
    assert (result.tokens, result.sentences, result.unknown) == (1038, 100, 67)
    assert result.perplexity == pytest.approx(perplexity, rel=1e-7)
    assert result.known_perplexity == pytest.approx(without_unknown, rel=1e-7)


def test_discounts_are_those_of_lmplz(model: NgramModel) -> None:
    assert model.info["used"] == [
        pytest.approx([0.664032, 1.39065, 2.18273], rel=1e-5),
        pytest.approx([0.847875, 1.10225, 0.927417], rel=1e-5),
        pytest.approx([0.82212, 1.09269, 1.56419], rel=1e-5),
    ]


def test_native_files_are_mapped_and_equal(model: NgramModel, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    model.save(path)
    loaded = NgramModel.load(path)
    assert loaded.words == model.words
    assert loaded.info == model.info
    assert not loaded.log10_probabilities.flags.owndata
    assert loaded.perplexity(chain(20, 3)) == model.perplexity(chain(20, 3))


@pytest.mark.parametrize("size", [0, 10, 500])
def test_cut_files_are_refused(model: NgramModel, tmp_path: Path, size: int) -> None:
    path = tmp_path / "model.safetensors"
    model.save(path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(FileFormatError):
        NgramModel.load(path)


@pytest.mark.parametrize(
    "name", ["level_bounds", "left_words", "child_bounds", "log10_probabilities", "log10_backoffs"]
)
def test_files_whose_parts_do_not_fit_are_refused(model: NgramModel, tmp_path: Path, name: str) -> None:
    path = tmp_path / "model.safetensors"
    model.save(path)
    tensors, info = map_tensors(path, "ngram")
    for broken in (tensors[name][:-1], None):
        others = {key: value for key, value in tensors.items() if key != name}
        if broken is not None:
            others[name] = broken
        write_tensors(tmp_path / "broken.safetensors", "ngram", others, info)
        with pytest.raises(FileFormatError, match="n-gram model is damaged"):
            NgramModel.load(tmp_path / "broken.safetensors")


@pytest.mark.parametrize("shift", [-1, 1, 1000, 10**9])
@pytest.mark.parametrize("level", [1, 2])
def test_children_that_are_of_another_level_are_refused(
    model: NgramModel, tmp_path: Path, level: int, shift: int
) -> None:
    """Bounds that grow, begin and end as they should, but let a node have children beyond the next level."""
    path = tmp_path / "model.safetensors"
    model.save(path)
    tensors, info = map_tensors(path, "ngram")
    bounds, children = tensors["level_bounds"], tensors["child_bounds"].copy()
    border = bounds[level]
    children[border - 5 : border + 5] += shift
    if level == 1:
        children[: border - 5] = np.minimum(children[: border - 5], children[border - 5])
        children = np.maximum.accumulate(children).clip(bounds[1], bounds[-1])
    write_tensors(path, "ngram", {**tensors, "child_bounds": children}, info)
    with pytest.raises(FileFormatError, match="n-gram model is damaged"):
        NgramModel.load(path)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_words_without_the_special_ones_are_refused(tmp_path: Path, kept: int) -> None:
    """Kernels take the first three rows for them."""
    path = tmp_path / "model.safetensors"
    NgramModel.train([["a"]], 1, smoothing="add-k").save(path)
    tensors, info = map_tensors(path, "ngram")
    few = {name: tensors[name][:kept] for name in ("left_words", "log10_probabilities")}
    few |= {"level_bounds": np.array([0, kept]), **pack_words(["<unk>", "<s>"][:kept])}
    few["child_bounds"] = np.full(1, kept)
    write_tensors(path, "ngram", {**tensors, **few}, info)
    with pytest.raises(FileFormatError, match=r"begin with .*<unk>"):
        NgramModel.load(path)


def test_rare_words_and_words_outside_a_list_are_unknown() -> None:
    text = [["a", "b", "a", "c"], ["a", "b", "d"]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DiscountWarning)
        rare = NgramModel.train(text, 2, min_count=2)
        listed = NgramModel.train(text, 2, vocabulary=["b", "z"])
    assert rare.words == ["<unk>", "<s>", "</s>", "a", "b"]
    assert rare.step(rare.start(), "c") == rare.step(rare.start(), "<unk>")
    assert rare.perplexity(text).unknown == 2
    assert listed.words == ["<unk>", "<s>", "</s>", "b", "z"]
    assert listed.perplexity(text).unknown == 5


def test_closed_vocabularies() -> None:
    text = [["a", "b", "a"]]
    model = NgramModel.train(text, 2, closed=True, smoothing="add-k")
    assert model.step(model.start(), "c")[0] == -np.inf
    with pytest.warns(LanguageModelWarning, match="1 tokens are unknown, .* no probability for <unk>"):
        result = model.perplexity([["a", "c"]])
    assert result.perplexity == np.inf
    assert np.isfinite(result.known_perplexity)
    with pytest.raises(OptionError, match="1 tokens of the text are not in it"):
        NgramModel.train(text, 2, closed=True, vocabulary=["a"])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ([], OptionError),
        ([[]], SourceError),
        ([["a", "<s>"]], SourceError),
        (["a b"], OptionError),
        ([[1.5]], OptionError),
    ],
)
def test_texts_that_cannot_be_used(text: list[list[str]], error: type[Exception]) -> None:
    with pytest.raises(error, match="hint"):
        NgramModel.train(text, 2)


def test_no_word_left() -> None:
    with pytest.raises(VocabularyError):
        NgramModel.train([["a"]], 2, min_count=2)


def test_reading_needs_no_more_than_was_allowed(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("".join(" ".join(sentence) + "\n" for sentence in chain(4000, 1)))
    small = NgramModel.train(path, 5, memory=1 << 20, workers=2)
    large = NgramModel.train(path, 5)
    np.testing.assert_array_equal(small.log10_probabilities, large.log10_probabilities)
    del small, large
    gc.collect()


@pytest.mark.parametrize("order", [0, -1, 99])
def test_orders_that_make_no_sense(order: int) -> None:
    with pytest.raises(OptionError, match=f"order={order}, expected 1"):
        NgramModel.train([["a", "b"]], order)
