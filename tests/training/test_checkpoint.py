"""A training that was interrupted or killed goes on, and ends with the same bits as one that never was."""

import itertools
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from firth import Word2Vec
from firth.errors import FileFormatError, OptionError
from firth.storage import map_tensors, write_tensors
from firth.training.checkpoint import Checkpoint, Interval, files, newest
from firth.training.interruption import Interrupted, interruptible

MODELS = [
    *(("skipgram", objective, "corrected") for objective in ("negative", "hierarchical", "softmax")),
    *itertools.product(["cbow"], ["negative", "hierarchical", "softmax"], ["corrected", "word2vec"]),
]


@pytest.fixture(scope="module")
def text():
    random = np.random.default_rng(0)
    return [[f"w{word}" for word in random.zipf(1.3, 20) % 60] for _ in range(600)]


def options(**changed):
    return {"vector_size": 8, "min_count": 1, "epochs": 3, "workers": 1, "seed": 5, "sample": 0.01, **changed}


def same_bits(a, b):
    return (
        np.array_equal(a.input_vectors, b.input_vectors)
        and np.array_equal(a.output_vectors, b.output_vectors)
        and a.loss_ == b.loss_
        and a.validation_loss_ == b.validation_loss_
    )


def stop_after(tokens):
    def stop(progress):
        if progress.tokens_done >= tokens:
            raise Interrupted(2)

    return stop


@pytest.fixture(scope="module", params=MODELS, ids="-".join)
def whole(request, text):
    """Options of a model, and the model that was never stopped."""
    architecture, objective, gradient = request.param
    chosen = options(architecture=architecture, objective=objective, cbow_gradient=gradient, validation=0.1)
    return chosen, Word2Vec(**chosen).fit(text)


def test_fit_again_finishes_what_was_interrupted(whole, text):
    chosen, expected = whole
    model = Word2Vec(**chosen)
    for tokens in (1000, 9000, 14_000, 31_000):
        with pytest.raises(Interrupted):
            model.fit(text, on_progress=stop_after(tokens))
        assert model.is_interrupted
    model.fit(text)
    assert not model.is_interrupted
    assert same_bits(model, expected)


def test_a_checkpoint_goes_on_in_another_model(whole, text, tmp_path):
    chosen, expected = whole
    with pytest.raises(Interrupted):
        Word2Vec(**chosen).fit(text, on_progress=stop_after(17_000), checkpoint=tmp_path, checkpoint_every="2K-words")
    resumed = Word2Vec.resume(tmp_path)
    assert len(resumed.loss_) == 1
    assert same_bits(resumed.fit(text, checkpoint=tmp_path), expected)
    assert same_bits(Word2Vec.resume(tmp_path), expected), "the last checkpoint is the finished model"


@pytest.mark.parametrize("every", [1, 500, None])
def test_watching_changes_nothing(whole, text, every, tmp_path):
    chosen, expected = whole
    callbacks = {"on_progress": lambda _: None, "on_epoch": lambda _: None, "every": every}
    watched = Word2Vec(**chosen).fit(text, checkpoint=tmp_path, checkpoint_every="1%", **callbacks)
    assert same_bits(watched, expected)


def test_a_training_that_continues_is_resumed_too(text):
    more, new = text[:300], [[*sentence, "new"] for sentence in text[300:]]
    expected = Word2Vec(**options()).fit(more)
    expected.fit(new, update_vocabulary=True)
    model = Word2Vec(**options()).fit(more)
    with pytest.raises(Interrupted):
        model.fit(new, update_vocabulary=True, on_progress=stop_after(7000))
    model.fit(new, update_vocabulary=True)
    assert len(model.loss_) == 6
    assert same_bits(model, expected)
    assert "new" in model.vocabulary


def test_early_stopping_is_resumed(text):
    chosen = options(validation=0.2, early_stopping=1, epochs=12, learning_rate=0.4)
    expected = Word2Vec(**chosen).fit(text)
    assert expected.stopped_ == "early stopping"
    model = Word2Vec(**chosen)
    with pytest.raises(Interrupted):
        model.fit(text, on_progress=stop_after(10_500))
    assert same_bits(model.fit(text), expected)
    assert model.stopped_ == "early stopping"


def test_hogwild_is_resumed_within_noise(text, tmp_path):
    expected = Word2Vec(**options(workers=2)).fit(text)
    model = Word2Vec(**options(workers=2))
    with pytest.raises(Interrupted):
        model.fit(text, on_progress=stop_after(15_000), checkpoint=tmp_path)
    resumed = Word2Vec.resume(tmp_path).fit(text)
    np.testing.assert_allclose(resumed.loss_, expected.loss_, rtol=0.02)


def test_another_text_or_option_is_named(text):
    model = Word2Vec(**options())
    with pytest.raises(Interrupted):
        model.fit(text, on_progress=stop_after(5000))
    with pytest.raises(OptionError, match="cannot continue: the text has changed"):
        model.fit(text[:-1])
    with pytest.raises(OptionError, match="cannot continue: the held-out text has changed"):
        model.fit(text, validation=text[:50])
    with pytest.raises(OptionError, match="cannot continue: epochs=1 instead of 3"):
        model.partial_fit(text)
    model.drop_interrupted()
    assert len(model.fit(text[:-1]).loss_) == 3


def test_a_folder_with_another_training_is_refused(text, tmp_path):
    with pytest.raises(Interrupted):
        Word2Vec(**options()).fit(text, on_progress=stop_after(5000), checkpoint=tmp_path)
    with pytest.raises(OptionError, match=r"holds checkpoints of a training that is not finished.*resume"):
        Word2Vec(**options()).fit(text, checkpoint=tmp_path)
    Word2Vec.resume(tmp_path).fit(text, checkpoint=tmp_path)
    again = Word2Vec(**options(epochs=1)).fit(text, checkpoint=tmp_path)
    assert [newest(tmp_path).state.history, len(files(tmp_path))] == [again.loss_, 1]


def test_two_are_kept_and_a_damaged_one_is_told(text, tmp_path):
    kept = {"checkpoint": tmp_path, "checkpoint_every": "1K-words"}
    with pytest.raises(Interrupted):
        Word2Vec(**options()).fit(text, on_progress=stop_after(20_000), **kept)
    last, before = files(tmp_path)
    content = bytearray(last.read_bytes())
    content[-5] ^= 1
    last.write_bytes(content)
    with pytest.warns(UserWarning, match=rf"{last.name}: damaged.*the previous one is used"):
        model = Word2Vec.resume(tmp_path)
    assert same_bits(model.fit(text), Word2Vec(**options()).fit(text))
    before.write_bytes(before.read_bytes()[:1000])
    with (
        pytest.warns(UserWarning, match="damaged"),
        pytest.raises(FileFormatError, match="no checkpoint in it is intact"),
    ):
        Word2Vec.resume(tmp_path)
    with pytest.raises(FileFormatError, match="no checkpoint in it; hint"):
        Word2Vec.resume(tmp_path / "nowhere")


@pytest.fixture(scope="module")
def checkpoint(text, tmp_path_factory):
    """In the middle of the second epoch."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.raises(Interrupted):
        Word2Vec(**options()).fit(text, on_progress=stop_after(17_000), checkpoint=folder)
    return files(folder)[0]


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("state", {"epoch": -1}),
        ("state", {"epoch": 2}),  # of which only one has a loss
        ("state", {"epoch": "1"}),
        ("state", {"jobs_done": 10**9}),
        ("state", {"jobs_done": 1.5}),
        ("state", {"tokens_done": None}),
        ("state", {"history": [[2.5]]}),
        ("state", {"rate_factor": 2}),
        ("state", {"rate_factor": "x"}),
        ("state", {"seconds": float("nan")}),
        ("state", {"stopped": 7}),
        ("state", {"unknown": 1}),
        ("facts", {"loss": None}),
        ("facts", {"digests": "x"}),
        ("facts", {"configuration": {"vector_size": 9}}),
        ("facts", {"configuration": {"vector_size": 8, "objective": "hierarchical"}}),
        ("facts", {"configuration": {"epochs": "many"}}),
        ("output_vectors", slice(-1)),
        ("input_vectors", slice(-1)),
        ("losses", slice(3)),
        ("counts", slice(-1)),
    ],
)
def test_what_no_training_can_go_on_from_is_refused(checkpoint, tmp_path, part, changed):
    """By whoever writes files with right checksums: kernels trust the state, and the rows of the matrices."""
    tensors, metadata = map_tensors(checkpoint, "checkpoint")
    if isinstance(changed, slice):
        tensors = {**tensors, part: tensors[part][changed]}
    else:
        metadata = {**metadata, part: {**metadata[part], **changed}}
    write_tensors(tmp_path / checkpoint.name, "checkpoint", tensors, metadata)
    with pytest.raises(FileFormatError, match="the checkpoint is damaged"):
        Checkpoint.read(tmp_path / checkpoint.name)


def test_a_checkpoint_with_jobs_of_another_text_is_refused(checkpoint, tmp_path, text):
    tensors, metadata = map_tensors(checkpoint, "checkpoint")
    more = {name: np.append(tensors[name], 0.0) for name in ("losses", "examples")}
    write_tensors(tmp_path / checkpoint.name, "checkpoint", {**tensors, **more}, metadata)
    with pytest.raises(FileFormatError, match=r"the checkpoint is damaged: 66 jobs of 65"):
        Word2Vec.resume(tmp_path).fit(text)


KILLED = """
import sys
from firth import Word2Vec

Word2Vec(vector_size=8, min_count=1, epochs=40, workers=1, seed=5, sample=0.01).fit(
    sys.argv[1], checkpoint=sys.argv[2], checkpoint_every="1%", on_progress=lambda _: print(flush=True)
)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_training_ends_with_the_same_bits(text, tmp_path):
    """Killed at some moment, whatever it was doing: learning, writing a checkpoint, or renaming it."""
    lines = tmp_path / "text.txt"
    lines.write_text("\n".join(map(" ".join, text)))
    expected = Word2Vec(**options(epochs=40)).fit(lines)
    random, kills = np.random.default_rng(), 0
    for number in range(5):
        folder = tmp_path / str(number)
        with subprocess.Popen([sys.executable, "-c", KILLED, lines, folder], stdout=subprocess.PIPE) as training:
            for _ in range(int(random.integers(80, 2000))):
                if not training.stdout.readline():
                    break
            time.sleep(random.uniform(0, 0.005))
            training.kill()
        kills += training.returncode == -signal.SIGKILL
        resumed = Word2Vec.resume(folder)
        assert same_bits(resumed.fit(lines), expected), f"killed in epoch {len(resumed.loss_) + 1}"
    assert kills >= 2


@pytest.mark.parametrize(
    ("given", "interval"),
    [
        ("10m", Interval(seconds=600)),
        ("90s", Interval(seconds=90)),
        ("1.5h", Interval(seconds=5400)),
        ("5%", Interval(share=0.05)),
        ("20M-words", Interval(words=20_000_000)),
        ("1.5K-words", Interval(words=1500)),
        ("7-words", Interval(words=7)),
    ],
)
def test_intervals(given, interval):
    assert Interval.of(given) == interval


@pytest.mark.parametrize("given", ["", "10", "m", "0m", "-5m", "101%", "10 m", "5 words", "1T-words", "nan%"])
def test_what_is_no_interval(given):
    with pytest.raises(OptionError, match="expected one such as 10m, 5% or 20M-words"):
        Interval.of(given)


def test_signals_are_noted_and_the_second_one_acts():
    with interruptible() as interruption:
        signal.raise_signal(signal.SIGINT)
        assert interruption.signal == signal.SIGINT
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with interruptible() as interruption:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Interrupted) as told:
            interruption.raise_if_any()
    assert told.value.signal == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_training_in_a_thread_minds_no_signals(text):
    models = []
    thread = threading.Thread(target=lambda: models.append(Word2Vec(**options(epochs=1)).fit(text)))
    thread.start()
    thread.join()
    assert models[0].loss_
