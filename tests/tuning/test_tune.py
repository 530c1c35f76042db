"""The search on a text with planted topics: its best is the best, it repeats itself, it stops and goes on."""

import math

import numpy as np
import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from firth import Word2Vec, encode
from firth.errors import FileFormatError, MissingExtra, OptionError, StorageError, VocabularyError
from firth.evaluation import AnalogySet, SessionSet, SimilaritySet, analogy, sequences, similarity
from firth.evaluation.questions import Question, Section
from firth.tuning import Metric, tune
from firth.tuning.space import suggest

RNG = np.random.default_rng(4)
TOPICS = [[f"{topic}{word}" for word in range(8)] for topic in "abcd"]
SENTENCES = [list(RNG.choice(TOPICS[RNG.integers(4)], 10)) for _ in range(300)]
WORDS = sorted({word for sentence in SENTENCES for word in sentence})
PAIRS = [(WORDS[i], WORDS[j]) for i, j in RNG.integers(0, len(WORDS), (80, 2)) if i != j]
TOPIC = SimilaritySet("topic", PAIRS, np.array([float(a[0] == b[0]) for a, b in PAIRS]))
FIXED = {"vector_size": 8, "window": 5, "sample": 0.0, "min_count": 1, "epochs": 2, "workers": 1, "seed": 3}
SEARCH = {"learning_rate": (0.001, 0.1), "negative": [2, 5], "noise_exponent": (-0.5, 1.0)}


def plain(tuning):
    return [(trial.number, trial.options, trial.value, trial.is_best) for trial in tuning.trials]


@pytest.fixture(scope="module")
def whole():
    return tune(SENTENCES, TOPIC, search=SEARCH, trials=12, **FIXED)


def test_each_value_is_that_of_a_model_trained_by_hand(whole):
    for trial in whole.trials[::5]:
        model = Word2Vec(**FIXED, **trial.options).fit(SENTENCES)
        assert similarity(model.vectors, TOPIC).spearman == trial.value


def test_the_best_is_the_first_of_the_highest(whole):
    values = [trial.value for trial in whole.trials]
    assert whole.best.number == 1 + values.index(max(values))
    assert [trial.number for trial in whole.trials if trial.is_best] == [
        number for number, value in enumerate(values, 1) if value > max(values[: number - 1], default=-math.inf)
    ]
    model = Word2Vec(**whole.options).fit(SENTENCES)
    assert similarity(model.vectors, TOPIC).spearman == max(values)


def test_options_stay_in_their_ranges_and_differ(whole):
    rates = [trial.options["learning_rate"] for trial in whole.trials]
    assert all(0.001 <= rate <= 0.1 for rate in rates)
    assert len(set(rates)) == 12
    assert {trial.options["negative"] for trial in whole.trials} == {2, 5}
    assert all(trial.options.keys() == SEARCH.keys() for trial in whole.trials)


def test_a_search_that_was_stopped_goes_on_as_if_it_had_not_been(whole, tmp_path):
    study, seen = tmp_path / "study", []
    tune(SENTENCES, TOPIC, search=SEARCH, trials=3, study=study, **FIXED)

    def interrupt(progress):
        raise KeyboardInterrupt

    stopped = tune(SENTENCES, TOPIC, search=SEARCH, trials=12, study=study, on_progress=interrupt, **FIXED)
    assert stopped.interrupted
    assert plain(stopped) == plain(whole)[:3]
    again = tune(SENTENCES, TOPIC, search=SEARCH, trials=12, study=study, on_trial=seen.append, **FIXED)
    assert plain(again) == plain(whole)  # beyond the tenth trial, so that the sampler has learned from those before
    assert seen == again.trials
    assert not again.interrupted


def test_a_trial_that_was_killed_counts_for_nothing(whole, tmp_path):
    """A process that is killed says no more to its study, where the trial stands as running for ever."""
    tune(SENTENCES, TOPIC, search=SEARCH, trials=10, study=tmp_path / "study", **FIXED)
    storage = JournalStorage(JournalFileBackend(str(tmp_path / "study")))
    suggest(optuna.load_study(study_name=None, storage=storage).ask(), SEARCH)
    again = tune(SENTENCES, TOPIC, search=SEARCH, trials=12, study=tmp_path / "study", **FIXED)
    assert plain(again) == plain(whole)


def test_a_rate_that_learns_nothing_is_not_chosen():
    found = tune(SENTENCES, TOPIC, search={"learning_rate": [1e-7, 0.05]}, trials=6, **FIXED)
    assert found.best.options == {"learning_rate": 0.05}
    assert found.best.value > 0.7


def test_the_text_is_read_once():
    sentences = (sentence for sentence in SENTENCES)  # a second pass would find nothing
    assert len(tune(sentences, TOPIC, search=SEARCH, trials=2, **FIXED).trials) == 2
    with encode(SENTENCES, min_count=1) as corpus:
        tune(corpus, TOPIC, search=SEARCH, trials=1, **FIXED)
        assert corpus.tokens_kept == 3000  # a corpus that was given stays open


def test_held_out_loss():
    found = tune(SENTENCES, search={"learning_rate": [1e-7, 0.05]}, trials=5, **FIXED)
    for trial in found.trials:
        model = Word2Vec(**FIXED, **trial.options, validation=0.1).fit(SENTENCES)
        assert trial.value == model.validation_loss_[-1]
    assert found.best.value == min(trial.value for trial in found.trials)
    assert found.best.options == {"learning_rate": 0.05}
    assert found.options["validation"] == 0.1


def test_sessions_and_analogies():
    sessions = SessionSet("s", SENTENCES[:50])
    found = tune(SENTENCES, sessions, search={"negative": [5]}, trials=1, k=5, **FIXED)
    vectors = Word2Vec(**FIXED).fit(SENTENCES).vectors
    assert found.best.value == sequences(vectors, sessions, k=5).hit_rate > 0
    questions = [Question(f"a{i}", f"a{i + 1}", f"a{i + 2}", tuple(TOPICS[0])) for i in range(6)]
    test = AnalogySet("q", [Section("s", [], questions)])
    found = tune(SENTENCES, test, search={"negative": [5]}, trials=1, **FIXED)
    assert found.best.value == analogy(vectors, test).accuracy > 0
    assert (found.metric.name, sessions.name) == ("accuracy, q", "s")


def test_a_trial_without_a_value_is_never_the_best():
    values = iter([math.nan, 1.0, math.nan, 2.0])
    found = tune(SENTENCES, Metric("made", lambda _: next(values)), search=SEARCH, trials=4, **FIXED)
    assert [trial.value for trial in found.trials] == [None, 1, None, 2]
    assert found.best.number == 4
    values = iter([math.inf])
    nothing = tune(SENTENCES, Metric("made", lambda _: next(values)), search=SEARCH, trials=1, **FIXED)
    assert nothing.best is None


def test_trials_without_a_value_stay_in_their_study(tmp_path):
    values = iter([math.nan, 1.0, 2.0])
    made = Metric("made", lambda _: next(values))
    tune(SENTENCES, made, search=SEARCH, trials=2, study=tmp_path / "study", **FIXED)
    again = tune(SENTENCES, made, search=SEARCH, trials=3, study=tmp_path / "study", **FIXED)
    assert [trial.value for trial in again.trials] == [None, 1, 2]


def test_another_seed_is_another_search(whole):
    other = tune(SENTENCES, TOPIC, search=SEARCH, trials=1, **FIXED | {"seed": 4})
    assert other.trials[0].options != whole.trials[0].options


def test_a_test_that_cannot_be_measured_ends_before_training():
    def train(progress):
        raise AssertionError

    with pytest.raises(VocabularyError, match="0 of 1 pairs known"):
        tune(SENTENCES, SimilaritySet("s", [("x", "y")], np.ones(1)), on_progress=train, **FIXED)


def test_a_study_of_something_else(tmp_path):
    study = tmp_path / "study"
    tune(SENTENCES, TOPIC, search=SEARCH, trials=1, study=study, **FIXED)
    with pytest.raises(OptionError, match="epochs=2, expected 3"):
        tune(SENTENCES, TOPIC, search=SEARCH, trials=1, study=study, **FIXED | {"epochs": 3})
    with pytest.raises(OptionError, match="search="):
        tune(SENTENCES, TOPIC, search=SEARCH | {"negative": [2]}, trials=1, study=study, **FIXED)
    with pytest.raises(OptionError, match="tokens=3000"):
        tune(SENTENCES[1:], TOPIC, search=SEARCH, trials=1, study=study, **FIXED)
    with pytest.raises(OptionError, match="metric="):
        tune(SENTENCES, search={"learning_rate": [0.1]}, trials=1, study=study, **FIXED)
    tune(SENTENCES, TOPIC, search=SEARCH, trials=1, study=study, **FIXED | {"workers": 2})


def test_files_that_are_no_study(tmp_path):
    for text in ("a corpus of words\nof two lines\n", '{"a": 1}\n[2]\n', "1\n2\n"):
        (tmp_path / "other").write_text(text)
        with pytest.raises(FileFormatError, match="not a study"):
            tune(SENTENCES, TOPIC, search=SEARCH, trials=1, study=tmp_path / "other", **FIXED)
        assert (tmp_path / "other").read_text() == text
    with pytest.raises(StorageError, match="folder"):
        tune(SENTENCES, TOPIC, search=SEARCH, trials=1, study=tmp_path, **FIXED)
    with pytest.raises(StorageError):
        tune(SENTENCES, TOPIC, search=SEARCH, trials=1, study=tmp_path / "none" / "study", **FIXED)


def test_without_optuna(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "optuna", None)
    with pytest.raises(MissingExtra, match=r"firth\[tune\]"):
        tune(SENTENCES, TOPIC, search=SEARCH, **FIXED)


def test_a_study_that_is_also_read(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("\n".join(map(" ".join, SENTENCES)))
    before = text.read_bytes()
    with pytest.raises(OptionError, match="is given as source and as study: the same file"):
        tune(text, TOPIC, search=SEARCH, trials=1, study=text, **FIXED)
    assert text.read_bytes() == before


def test_a_study_whose_last_step_was_not_written_to_its_end(whole, tmp_path):
    """As a killed run or a full disk leaves it: what is added goes to a line of its own."""
    study = tmp_path / "study"
    for rest in (b'{"op_code":5,"worker_id":"8a', b'{"op_code":0'):
        tune(SENTENCES, TOPIC, search=SEARCH, trials=3, study=study, **FIXED)
        written = study.read_bytes()
        assert written.startswith(b'{"op_code":')
        assert written.endswith(b"\n")
        study.write_bytes(written + rest)
    for _ in range(2):
        assert plain(tune(SENTENCES, TOPIC, search=SEARCH, trials=4, study=study, **FIXED)) == plain(whole)[:4]
    study.write_bytes(b'{"op_code":0,"wor')  # not even the first step
    assert plain(tune(SENTENCES, TOPIC, search=SEARCH, trials=1, study=study, **FIXED)) == plain(whole)[:1]
    study.write_bytes(b"some text\nof another")
    with pytest.raises(FileFormatError, match="not a study"):
        tune(SENTENCES, TOPIC, search=SEARCH, trials=1, study=study, **FIXED)
    assert study.read_bytes() == b"some text\nof another"


def test_a_disk_that_fills_up(whole, tmp_path, monkeypatch):
    study, room = tmp_path / "study", 20
    append = JournalFileBackend.append_logs

    def refuse(backend, logs):
        nonlocal room
        room -= 1
        if not room:
            raise OSError(28, "No space left on device")
        append(backend, logs)

    monkeypatch.setattr(JournalFileBackend, "append_logs", refuse)
    with pytest.raises(StorageError, match=r"cannot write .*study: No space left on device; hint: the earlier trials"):
        tune(SENTENCES, TOPIC, search=SEARCH, trials=9, study=study, **FIXED)
    assert plain(tune(SENTENCES, TOPIC, search=SEARCH, trials=4, study=study, **FIXED)) == plain(whole)[:4]
