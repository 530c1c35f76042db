"""Tracked evaluations: the figures of ``firth evaluate``, at the right words, and the same vectors as without them."""

import numpy as np
import pytest

from firth import FileFormatError, FirthError, OptionError, VocabularyError, Word2Vec, WrongType
from firth.evaluation import AnalogySet, SimilaritySet, analogy, similarity
from firth.training.state import TrainingState
from firth.training.tracking import Tracker

WORDS = [f"w{number}" for number in range(12)]
RNG = np.random.default_rng(0)
SENTENCES = [[WORDS[number] for number in RNG.integers(0, 12, 10)] for _ in range(300)]


@pytest.fixture
def tests(tmp_path):
    """A set of pairs and one of questions."""
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("".join(f"w{a} w{a + 1} {a % 4}\n" for a in range(10)) + "w0 stranger 3\n")
    questions = tmp_path / "questions.txt"
    questions.write_text(": some\n" + "".join(f"w{a} w{a + 1} w{a + 2} w{a + 3}\n" for a in range(8)))
    return [f"similarity:{pairs}", f"analogy:{questions}"]


def fitted(workers=1, **options):
    model = Word2Vec(vector_size=4, min_count=1, workers=workers, seed=3, sample=0, epochs=3, deterministic=workers > 1)
    return model.fit(SENTENCES, progress=False, **options)


def test_scores_are_those_of_an_evaluation(tests):
    told = []
    model = fitted(track=tests, on_progress=told.append, every=10**9)
    assert [(one.tokens_done, one.epoch_ended) for one in told] == [
        (0, False),
        (3000, True),
        (6000, True),
        (9000, True),
    ]
    pairs, questions = (one.partition(":")[2] for one in tests)
    assert told[-1].scores == {
        "similarity:pairs": pytest.approx(100 * similarity(model.vectors, SimilaritySet.read(pairs)).spearman),
        "analogy:questions": pytest.approx(100 * analogy(model.vectors, AnalogySet.read(questions)).accuracy),
    }
    assert told[0].scores != told[1].scores != told[2].scores
    assert model.history.series()["similarity:pairs"] == [(p.tokens_done, p.scores["similarity:pairs"]) for p in told]


@pytest.mark.parametrize("workers", [1, 2])
def test_watching_does_not_change_the_bits(tests, tmp_path, workers):
    alone = fitted(workers)
    seen = []
    watched = fitted(workers, track=tests, track_every="1000-words", on_progress=seen.append)
    watched.plot_training(tmp_path / "curves.html")
    within = [one.tokens_done for one in seen if one.scores and not one.epoch_ended]
    if len(seen) > 10:  # several jobs an epoch
        assert len(within) > 3
    assert (watched.input_vectors == alone.input_vectors).all()
    assert (watched.output_vectors == alone.output_vectors).all()
    assert (watched.loss_, watched.configuration) == (alone.loss_, alone.configuration)


def test_functions_with_names():
    seen = []
    track = {"first": lambda vectors: vectors["w0"][0], "never": lambda _: np.nan}
    model = fitted(track=track, on_epoch=lambda told: seen.append(told.scores))
    assert seen[-1] == {"first": pytest.approx(float(model.vectors["w0"][0])), "never": None}
    assert "never" not in model.history.series()


def test_the_interval():
    tracker = Tracker({"n": len}, "20%")
    state = TrainingState(tokens_done=199)
    assert not tracker.is_due(state, 1000)
    state.tokens_done = 200
    assert tracker.is_due(state, 1000)
    tracker.begin(200)
    assert not tracker.is_due(state, 1000)
    assert not Tracker({"n": len}).is_due(state, 1000)


def test_a_callback_ends_training_before_it_begins():
    model = fitted(track={"n": len}, on_progress=lambda told: told.tokens_done == 0)
    assert (model.stopped_, model.loss_) == ("callback", [])


def test_a_measurement_that_fails_later_is_no_figure(tests):
    def fail(vectors):
        raise FirthError("no")

    tracker = Tracker({"no": fail})
    assert tracker.scores(fitted().vectors) == {"no": None}


@pytest.mark.parametrize(
    ("track", "error", "message"),
    [
        ("pairs.txt", OptionError, "track='pairs.txt', expected similarity, analogy"),
        (["likeness:pairs.txt"], OptionError, "track='likeness:pairs.txt'"),
        ("similarity:none.txt", FirthError, "none.txt"),
        ([3], WrongType, "the int 3 to track"),
        (3, WrongType, "the int 3 to track"),
        ({"name": 3}, WrongType, "expected a name and a function"),
    ],
)
def test_mistakes(track, error, message):
    with pytest.raises(error, match=message):
        fitted(track=track)


def test_a_test_of_other_words_is_an_error_before_training(tmp_path):
    (tmp_path / "pairs.txt").write_text("king queen 3\nman woman 4\n")
    model = Word2Vec(vector_size=4, min_count=1, workers=1)
    with pytest.raises(VocabularyError, match="0 of 2 pairs known"):
        model.fit(SENTENCES, progress=False, track=f"similarity:{tmp_path / 'pairs.txt'}")
    assert not model.is_trained
    assert not model.is_interrupted
    (tmp_path / "pairs.txt").write_text("king\n")
    with pytest.raises(FileFormatError, match="line 1"):
        fitted(track=f"similarity:{tmp_path / 'pairs.txt'}")
    with pytest.raises(OptionError, match="track_every='5%' without track"):
        fitted(track_every="5%")
    with pytest.raises(OptionError, match="an interval of 'often'"):
        fitted(track={"n": len}, track_every="often")
