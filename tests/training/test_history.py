"""The history of a training: figures by hand, and the same from the record of a run as from the training itself."""

import json
import re

import pytest

from firth import FileFormatError, FirthError, MissingExtra, OptionError, Word2Vec
from firth.training.history import History, read
from firth.training.log import RunLog
from firth.training.loop import Progress

SENTENCES = [["a", "b", "c", "d", "e"]] * 300


def progress(tokens, loss=1.0, seconds=None, **facts):
    """Progress in an epoch of 1,000 tokens of two, with an example for each token."""
    seconds = tokens / 100 if seconds is None else seconds
    epoch, in_epoch = (1, tokens) if tokens <= 1000 else (2, tokens - 1000)
    known = {"epoch_ended": False, "examples": float(in_epoch), **facts}
    return Progress(epoch, 2, tokens, 2000, loss, 0.1 - tokens / 40_000, seconds, **known)


def history_of(*told):
    history = History("one")
    for one in told:
        history.add(one)
    return history


def fitted(**options):
    return Word2Vec(vector_size=4, min_count=1, workers=1, seed=3).fit(SENTENCES, progress=False, **options)


def test_the_loss_is_that_of_the_examples_since_the_point_before():
    # 100 examples of 4, 100 of 2, 800 of 1; and in the second epoch 500 of 0.5
    told = [progress(100, 4.0), progress(200, 3.0), progress(1000, 1.4, epoch_ended=True), progress(1500, 0.5)]
    history = history_of(*told)
    assert history.series()["loss"] == [
        (100, pytest.approx(4)),
        (200, pytest.approx(2)),
        (1000, pytest.approx(1)),
        (1500, pytest.approx(0.5)),
    ]
    assert history.series()["learning rate"][0] == (100, pytest.approx(0.0975))


def test_a_long_training_has_few_points_and_every_end_of_an_epoch():
    told = [progress(tokens, epoch_ended=tokens % 1000 == 0) for tokens in range(1, 2001)]
    points = history_of(*told).points
    assert 190 <= len(points) <= 202
    assert {1000, 2000} <= {point.tokens for point in points}


def test_a_short_piece_at_the_end_of_an_epoch_has_no_loss_of_its_own():
    history = history_of(progress(999, 1.0), progress(1000, 1.5, epoch_ended=True))
    assert [tokens for tokens, _ in history.series()["loss"]] == [999]


def test_speed_leaves_out_what_pauses_take():
    pause = {"scores": {"mine": 1.0}}
    told = [
        progress(100, seconds=1.0),
        progress(200, seconds=2.0, **pause),  # and then 8 seconds of measuring
        progress(300, seconds=11.0),
        progress(400, seconds=12.0),
        progress(1000, seconds=30.0, epoch_ended=True, validation_loss=2.0),  # with 12 seconds of the held-out text
        progress(1100, seconds=31.0),
    ]
    history = history_of(*told)
    assert history.series()["words/s"] == [(tokens, pytest.approx(100)) for tokens in (100, 200, 400, 1100)]
    assert history.series()["held-out loss"] == [(1000, 2.0)]
    assert history.series()["mine"] == [(200, 1.0)]


def test_a_burst_is_no_speed():
    history = history_of(progress(500, seconds=5.0), progress(600, seconds=5.001), progress(700, seconds=7.0))
    assert history.series()["words/s"] == [(500, 100), (700, pytest.approx(100))]


def test_the_record_gives_the_same_curves(tmp_path):
    with RunLog(tmp_path / "run.jsonl") as log:
        model = fitted(on_report=log.report, on_progress=log.progress, validation=0.1, track={"n": len})
    (found,) = read(tmp_path / "run.jsonl", "one")
    assert found.series() == model.plot_training().series()
    assert set(found.series()) - {"words/s"} == {"loss", "held-out loss", "learning rate", "n"}
    assert (found.name, found.options["vector_size"]) == ("one", 4)
    assert found.series()["n"] == [(1300 * epoch, 5.0) for epoch in range(6)]  # 300 sentences, less those held out
    assert [loss for _, loss in found.series()["held-out loss"]] == model.validation_loss_


def test_a_resumed_run_is_one_and_another_run_is_another(tmp_path):
    def report(**more):
        return {"event": "report", "configuration": {"seed": 1}, **more}

    def told(*tokens):
        return [{"event": "progress", "time": 0, **vars(progress(n, 1.0))} for n in tokens]

    lines = [report(), *told(100, 200, 300), report(resumed_at=200), *told(250, 350), report(), *told(100)]
    path = tmp_path / "run.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"event": "prog')
    first, second = read(tmp_path, "r")
    assert [point.tokens for point in first.points] == [100, 200, 250, 350]
    assert [point.tokens for point in second.points] == [100]
    assert (first.name, second.name) == ("r (1)", "r (2)")
    path.write_text('{"event": "report", "configuration": {}}\n')
    with pytest.raises(FileFormatError, match="training has not begun yet"):
        read(path, "r")
    path.write_text('{"event": "progress", "epoch": 1}\n')
    with pytest.raises(FileFormatError, match="not the record of a run"):
        read(path, "r")
    with pytest.raises(FileFormatError, match="No such file"):
        read(tmp_path / "none.jsonl", "r")


def test_an_interrupted_training_has_one_history():
    model = Word2Vec(vector_size=4, min_count=1, workers=1, seed=3)

    def interrupt(told):
        if told.epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.fit(SENTENCES, progress=False, on_epoch=interrupt)
    assert model.history.points[-1].tokens == 3000
    model.fit(SENTENCES, progress=False)
    tokens = [point.tokens for point in model.history.points]
    assert tokens == sorted(set(tokens))
    assert {1500 * epoch for epoch in range(1, 6)} <= set(tokens)


def test_saving(tmp_path, monkeypatch):
    model = fitted()
    model.plot_training(tmp_path / "curves.html")
    page = (tmp_path / "curves.html").read_text()
    assert page.count("<svg") in (2, 3)  # in so short a training there may be no speed
    cell = model.plot_training()._repr_html_()
    assert cell.startswith('<div class="firth-cell">')
    assert re.findall(r"<td[^>]*>(words|7,500)</td>", cell) == ["words", "7,500"]
    with pytest.raises(OptionError, match=r"expected a name that ends in \.html or \.png"):
        model.plot_training(tmp_path / "curves.txt")
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtra, match=r"firth\[plot\]"):
        model.plot_training(tmp_path / "curves.png")
    model.save(tmp_path / "m.safetensors")
    with pytest.raises(FirthError, match="not trained in this process"):
        Word2Vec.load(tmp_path / "m.safetensors").plot_training()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curves.html", "m.safetensors"]
