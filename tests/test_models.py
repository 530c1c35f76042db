"""All six models through the estimator: one contract, planted answers, and what each defines."""

import itertools
import math

import numpy as np
import pytest

from firth import Word2Vec
from firth.errors import OptionError, UnknownWord

MODELS = list(itertools.product(["skipgram", "cbow"], ["negative", "hierarchical", "softmax"]))
TOPICS = [[f"{name}{i}" for i in range(8)] for name in ("fruit", "metal")]


@pytest.fixture(scope="module")
def two_topics():
    """Sentences of one topic or the other, never both."""
    rng = np.random.default_rng(0)
    return [[str(w) for w in rng.choice(TOPICS[i % 2], 10)] for i in range(2000)]


@pytest.fixture(scope="module")
def grammar():
    """An analogy planted in a small grammar: each of six things has a form in each of two numbers."""
    rng = np.random.default_rng(1)
    things = ["cat", "dog", "cow", "pig", "hen", "owl"]
    sentences = []
    for _ in range(12000):
        thing, many = things[rng.integers(6)], rng.integers(2)
        noun, number = thing + "s" * many, ["one", "many"][many]
        sentences.append([f"{number}{rng.integers(3)}", noun, f"{thing}ish{rng.integers(3)}"])
    return sentences


def options(architecture, objective, **changed):
    plain = {"vector_size": 16, "window": 3, "epochs": 4, "sample": 0, "workers": 1, "seed": 3, "min_count": 1}
    return {"architecture": architecture, "objective": objective, **plain, **changed}


@pytest.fixture(scope="module", params=MODELS, ids="-".join)
def trained(request, two_topics):
    return Word2Vec(**options(*request.param)).fit(two_topics)


def test_planted_topics_are_found(trained):
    for topic in TOPICS:
        neighbors = {neighbor for neighbor, _ in trained.vectors.most_similar(topic[0], topn=7)}
        assert neighbors == set(topic) - {topic[0]}


def test_loss_approaches_its_known_limit(trained):
    # Given the topic, every word is one of 8 at random: entropy log 8, for whoever predicts.
    assert trained.loss_ == sorted(trained.loss_, reverse=True)
    if trained.configuration.objective != "negative":
        assert math.log(8) - 0.03 < trained.loss_[-1] < 1.15 * math.log(8)


def test_probabilities_sum_to_one_or_are_refused(trained, two_topics):
    if trained.configuration.objective == "negative":
        for ask in (lambda: trained.predict(["fruit1"]), lambda: trained.score(two_topics[:1])):
            with pytest.raises(OptionError, match=r"no probability.*hint: train with objective='softmax'"):
                ask()
        return
    answers = trained.predict(["fruit1"], topn=100)
    assert sum(p for _, p in answers) == pytest.approx(1.0)
    assert {word for word, _ in answers[:8]} == set(TOPICS[0])
    assert [p for _, p in answers] == sorted((p for _, p in answers), reverse=True)
    likely, unlikely = trained.score([["fruit1", "fruit2", "fruit3"], ["fruit1", "metal2", "fruit3"]])
    assert likely > unlikely
    by_hand = 0.0
    if trained.configuration.architecture == "cbow":
        pairs = [(["fruit2"], "fruit1"), (["fruit1"], "fruit2")]
    else:
        pairs = [(["fruit1"], "fruit2"), (["fruit2"], "fruit1")]
    for context, target in pairs:
        by_hand += math.log(dict(trained.predict(context, topn=100))[target])
    assert trained.score([["fruit1", "fruit2"]])[0] == pytest.approx(by_hand)
    with pytest.raises(UnknownWord):
        trained.predict(["nonsense"])


def test_same_seed_same_bits_and_save_load(trained, two_topics, tmp_path):
    model = trained.configuration
    again = Word2Vec(**options(model.architecture, model.objective)).fit(two_topics)
    assert np.array_equal(again.input_vectors, trained.input_vectors)
    assert np.array_equal(again.output_vectors, trained.output_vectors)
    trained.save(tmp_path / "model.safetensors")
    loaded = Word2Vec.load(tmp_path / "model.safetensors")
    assert np.array_equal(loaded.output_vectors, trained.output_vectors)
    assert loaded.configuration == Word2Vec(**trained.configuration.as_dict()).configuration


def test_two_workers_report_the_same_loss(trained, two_topics):
    model = trained.configuration
    two = Word2Vec(**options(model.architecture, model.objective, workers=2)).fit(two_topics)
    np.testing.assert_allclose(two.loss_, trained.loss_, rtol=0.05)


@pytest.mark.parametrize(("architecture", "objective"), MODELS)
def test_planted_analogy(grammar, architecture, objective):
    model = Word2Vec(**options(architecture, objective, vector_size=12, epochs=6, window=2, shrink_windows=False))
    vectors = model.fit(grammar).vectors
    right = sum(
        vectors.analogy(a, a + "s", b, topn=1)[0][0] == b + "s"
        for a, b in itertools.permutations(["cat", "dog", "cow", "pig", "hen", "owl"], 2)
    )
    assert right >= 27, f"{right} of 30"


@pytest.mark.parametrize(("architecture", "objective"), MODELS)
def test_continuing_and_new_words(two_topics, architecture, objective):
    model = Word2Vec(**options(architecture, objective, epochs=3)).fit(two_topics)
    model.fit(two_topics)
    assert len(model.loss_) == 6
    assert model.loss_[5] < model.loss_[0]
    model.partial_fit(two_topics[:50])
    assert len(model.loss_) == 7

    before = {word: model.vectors[word].copy() for word in model.vocabulary.words}
    new_text = [["fruit0", "pear", "fruit1", "fruit2", "pear", "fruit3"]] * 800
    change = model.update_vocabulary(new_text)
    assert (change.added, change.dropped) == (["pear"], [])
    assert change.tree_rebuilt == (objective == "hierarchical")
    assert model.vocabulary.words[0] in ("pear", *TOPICS[0])
    assert model.vocabulary.counts.tolist() == sorted(model.vocabulary.counts, reverse=True)
    for word, vector in before.items():
        assert np.array_equal(model.vectors[word], vector)
    rows = len(model.vocabulary) - (objective == "hierarchical")
    assert model.output_vectors.shape == (rows, 16)
    model.fit([*two_topics, *new_text])
    assert {word for word, _ in model.vectors.most_similar("pear", topn=4)} <= set(TOPICS[0])


@pytest.mark.parametrize("frozen", ["input", "output"])
def test_one_side_frozen_is_convex(frozen):
    # Pairs of a fixed matrix with free rows are logistic regressions: every start ends at the same optimum.
    rng = np.random.default_rng(5)
    sentences = [[f"w{i}" for i in rng.integers(0, 5, 6)] for _ in range(400)]
    scores = []
    for start in (1, 2):
        model = Word2Vec(**options("skipgram", "softmax", vector_size=5, epochs=1, shrink_windows=False))
        model.fit(sentences)
        learning = {"epochs": 60, "freeze": frozen, "learning_rate": 0.2, "seed": start}
        model.configuration = Word2Vec(**{**model.configuration.as_dict(), **learning}).configuration
        fixed = np.random.default_rng(9).normal(size=(5, 5))
        free = np.random.default_rng(start).normal(size=(5, 5))
        model.input_vectors[:], model.output_vectors[:] = (fixed, free) if frozen == "input" else (free, fixed)
        model.fit(sentences)
        side = model.input_vectors if frozen == "input" else model.output_vectors
        assert np.array_equal(side, fixed.astype(np.float32))
        logs = model.input_vectors.astype(float) @ model.output_vectors.T
        scores.append(logs - np.log(np.exp(logs).sum(axis=1, keepdims=True)))
    np.testing.assert_allclose(scores[0], scores[1], atol=0.02)


def test_validation_and_early_stopping(two_topics, tmp_path):
    model = Word2Vec(**options("cbow", "softmax", validation=0.1, epochs=3)).fit(two_topics)
    assert len(model.validation_loss_) == 3
    assert model.validation_loss_[-1] == pytest.approx(model.loss_[-1], rel=0.05)
    text = tmp_path / "held-out.txt"
    text.write_text("\n".join(map(" ".join, two_topics[:100])) + "\nunknown words only\n")
    by_file = Word2Vec(**options("cbow", "softmax", epochs=2)).fit(two_topics, validation=text)
    assert len(by_file.validation_loss_) == 2
    early = Word2Vec(**options("skipgram", "negative", validation=0.3, early_stopping=1, epochs=50, learning_rate=0.2))
    early.fit(two_topics[:40])
    assert early.stopped_ == "early stopping"
    assert len(early.loss_) < 50


@pytest.mark.parametrize("size", [1, 2000])
@pytest.mark.parametrize(("architecture", "objective"), MODELS)
def test_vectors_may_be_short_or_long(two_topics, architecture, objective, size):
    model = Word2Vec(**options(architecture, objective, vector_size=size, epochs=3)).fit(two_topics[:50])
    assert model.input_vectors.shape == (16, size)
    assert model.loss_[2] < model.loss_[0]


def test_limits_of_the_options(two_topics):
    few = Word2Vec(**options("skipgram", "negative", max_words=5, epochs=1)).fit(two_topics)
    assert len(few.vocabulary) == 5
    whole = Word2Vec(**options("skipgram", "negative", window="sentence", epochs=2)).fit(two_topics)
    assert {word for word, _ in whole.vectors.most_similar("fruit0", topn=7)} == set(TOPICS[0]) - {"fruit0"}


@pytest.mark.parametrize(("architecture", "objective"), MODELS)
def test_long_sessions_in_a_whole_window_stay_finite(architecture, objective):
    rng = np.random.default_rng(2)
    sessions = [[f"i{i}" for i in rng.zipf(1.3, 700) % 300] for _ in range(12)]
    model = Word2Vec(**options(architecture, objective, window="sentence", epochs=3)).fit(sessions)
    assert np.isfinite(model.input_vectors).all()
    shares = model.vocabulary.counts / model.vocabulary.counts.sum()
    entropy = -(shares * np.log(shares)).sum()  # of items drawn one by one, of which nothing better can be learned
    assert model.loss_[-1] < (model.loss_[0] if objective == "negative" else 1.01 * entropy)
