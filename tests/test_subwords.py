"""Word2Vec with subwords: from a text to vectors for any string, through files and further trainings."""

import numpy as np
import pytest

from firth import Word2Vec, WordVectors
from firth.errors import OptionError
from firth.training.ngram_lengths import ngram_lengths

ENDINGS = ["ing", "ed", "s", "er"]
STEMS = ["walk", "talk", "jump", "climb", "paint", "print"]


def text():
    """Sentences of verbs that end alike: only the endings tell which words belong together."""
    rng = np.random.default_rng(1)
    return [
        [rng.choice(STEMS) + ending for _ in range(5)] for ending in map(str, rng.choice(ENDINGS, 1500))
    ]  # fmt: skip


def options(**changed):
    return {
        "vector_size": 20, "window": 4, "epochs": 3, "min_count": 1, "sample": 0, "workers": 1, "seed": 3,
        "subwords": True, "minn": 2, "maxn": 4, "buckets": 300, **changed,
    }  # fmt: skip


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("objective", ["negative", "hierarchical"])
@pytest.mark.parametrize("gradient", ["corrected", "fasttext"])
def test_words_that_were_never_seen_are_near_those_that_end_alike(architecture, objective, gradient):
    model = Word2Vec(**options(architecture=architecture, objective=objective, subword_gradient=gradient)).fit(text())
    assert model.loss_[-1] < model.loss_[0]
    vectors = model.vectors
    assert "swimming" not in vectors
    for unseen, ending in (("swimming", "ing"), ("carved", "ed")):
        assert [word for word, _ in vectors.most_similar(unseen, topn=4) if word.endswith(ending)], unseen
        assert vectors.most_similar(unseen, topn=1)[0][0].endswith(ending)


@pytest.mark.parametrize("hashes", [0, 2])
def test_a_model_is_saved_and_goes_on(tmp_path, hashes):
    model = Word2Vec(**options(hashes=hashes)).fit(text())
    assert model._model.weights.input_vectors.shape[0] == 300 + (0 if hashes else 24)
    model.save(tmp_path / "m.safetensors")
    again, vectors = Word2Vec.load(tmp_path / "m.safetensors"), WordVectors.load(tmp_path / "m.safetensors")
    model.vectors.save(tmp_path / "v.safetensors")
    alone = WordVectors.load(tmp_path / "v.safetensors")
    for word in ("walking", "swimming"):
        for some in (again.vectors, vectors, alone):
            np.testing.assert_array_equal(some[word], model.vectors[word])
    assert vectors.subwords.hashes == alone.subwords.hashes == hashes
    np.testing.assert_array_equal(again.fit(text()).vectors.vectors, model.fit(text()).vectors.vectors)
    with pytest.raises(OptionError, match=r"buckets=9 for a model with 300; hint: train a new model"):
        Word2Vec.load(tmp_path / "m.safetensors", buckets=9)


def test_new_words_begin_with_their_ngrams():
    model = Word2Vec(**options(hashes=0)).fit(text())
    before = model.vectors["walking"].copy()
    ngrams = model.vectors.subwords.ngrams.copy()
    change = model.update_vocabulary([["swimming", "walking"]] * 3)
    assert change.added == ["swimming"]
    np.testing.assert_array_equal(model.vectors.subwords.ngrams, ngrams)
    np.testing.assert_allclose(model.vectors["walking"], before, rtol=1e-6)
    assert model.fit([["swimming", "walking"]] * 30).loss_[-1] > 0


def test_a_training_is_resumed(tmp_path):
    whole = Word2Vec(**options()).fit(text())
    model = Word2Vec(**options())
    model.notes["who"] = "me"
    with pytest.raises(KeyboardInterrupt):
        model.fit(text(), checkpoint=tmp_path, on_epoch=interrupt)
    resumed = Word2Vec.resume(tmp_path).fit(text())
    assert resumed.notes == {"who": "me"}
    np.testing.assert_array_equal(resumed.vectors.vectors, whole.vectors.vectors)
    np.testing.assert_array_equal(resumed.vectors["swimming"], whole.vectors["swimming"])


def interrupt(progress):
    raise KeyboardInterrupt


def test_the_same_bits_whatever_the_number_of_workers():
    made = [Word2Vec(**options(workers=workers, deterministic=True)).fit(text()).vectors for workers in (1, 2)]
    np.testing.assert_array_equal(made[0].vectors, made[1].vectors)


def test_ngrams_of_one_letter_do_not_diverge():
    model = Word2Vec(**options(minn=1, maxn=2, learning_rate=0.1, buckets=50)).fit(text())
    assert model.loss_[-1] < 6 * np.log(2)


def test_lengths_are_chosen_and_told():
    reports = []
    model = Word2Vec(**options(minn="auto")).fit(text(), on_report=reports.append)
    minn, maxn = model.configuration.minn, model.configuration.maxn
    assert (minn, maxn) == ngram_lengths(model.vocabulary.words)[:2]
    assert f"n-grams of {minn} to {maxn} characters in 300 rows" in "\n".join(reports[0].lines())
    assert model.notes["ngram_lengths"]["minn"] == minn


def test_lengths_by_hand():
    # a b c d, ab bc cd, abc bcd, abcd: shares 4/10, 3/10, 2/10, 1/10, and the most numerous length is 1
    assert ngram_lengths(["abcd"]) == (1, 1, 0.4)
    # 26 letters, 26 pairs of them that follow each other, and 26 longer ones each
    words = ["".join(chr(97 + (start + place) % 26) for place in range(20)) for start in range(26)]
    assert ngram_lengths(words)[:2] == (1, 1)
    assert ngram_lengths(words)[2] == pytest.approx(26 / (20 * 26))
    assert ngram_lengths([]) == (1, 1, 0.0)
    assert ngram_lengths([3, 14])[:2] == (1, 1)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"minn": 5}, "minn=5 and maxn=4, expected a minn of at most maxn; hint: minn='auto'"),
        ({"objective": "softmax"}, "subwords with full softmax, expected negative sampling or hierarchical softmax"),
        ({"buckets": 0}, "buckets=0, expected 1 to"),
        ({"minn": 0}, "minn=0, expected 1 to 1,000 or 'auto'"),
        ({"hashes": 5}, "hashes=5, expected 0 to 4"),
        ({"minn": "some"}, "minn='some', expected a whole number"),
    ],
)
def test_options_that_cannot_be(wrong, told):
    with pytest.raises(OptionError, match=told):
        Word2Vec(**options(**wrong))


def test_lengths_that_were_chosen_remain_when_one_epoch_is_learned():
    model = Word2Vec(**options(minn="auto", epochs=2)).partial_fit(text())
    chosen = ngram_lengths(model.vocabulary.words)
    assert (model.configuration.minn, model.configuration.maxn) == (chosen.minn, chosen.maxn)
    assert np.isfinite(model.vectors["swimming"]).all()
    assert (model.configuration.epochs, model.configuration.learning_rate) == (2, None)
    assert len(model.partial_fit(text()).loss_) == 2


def test_odd_words():
    words = ["a", "é", "é", "</s>", "日本", "x" * 1000, "🙂"]
    model = Word2Vec(**options(minn=3, maxn=6)).fit([words] * 40)
    assert np.isfinite(model.vectors.vectors).all()
    for word in (*words, "", "y" * 5000, "\U0001f468‍\U0001f469"):
        assert np.isfinite(model.vectors[word]).all()


def test_the_preset_of_fasttext():
    c = Word2Vec.preset("fasttext").configuration
    assert (c.subwords, c.minn, c.maxn, c.buckets, c.subword_gradient) == (True, 3, 6, 2_000_000, "fasttext")
    assert (c.noise_exponent, c.sample, c.first_learning_rate) == (0.5, 1e-4, 0.05)
