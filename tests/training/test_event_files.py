"""Event files: read back record by record, by the description of their format."""

import struct
import sys

import pytest

from firth import MissingExtra, StorageError
from firth.training.event_files import EventFile
from firth.training.loop import Progress


def records(path):
    """The data of each record: a length of 8 bytes, its checksum, the data, their checksum."""
    data = path.read_bytes()
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert len(data) >= 16 + length
        yield data[12 : 12 + length]
        data = data[16 + length :]


def progress(tokens, **facts):
    return Progress(1, 1, tokens, 1000, 2.5, 0.5, tokens / 100, **{"epoch_ended": False, **facts})


def test_what_is_written(tmp_path):
    events = pytest.importorskip("tensorboardX.proto.event_pb2")
    with EventFile(tmp_path / "runs" / "1") as file:
        file.progress(progress(100))
        file.progress(progress(101))  # too soon
        file.progress(progress(1000, epoch_ended=True, validation_loss=1.5, scores={"similarity:x": 40.0, "no": None}))
        (path,) = (tmp_path / "runs" / "1").iterdir()
        assert ".tfevents." in path.name
        first, *others = map(events.Event.FromString, records(path))  # before the file is closed
    assert first.file_version == "brain.Event:2"
    assert [(event.step, event.summary.value[0].tag, event.summary.value[0].simple_value) for event in others] == [
        (100, "loss", 2.5),
        (100, "learning rate", 0.5),
        (100, "words/s", 100.0),
        (1000, "loss", 2.5),
        (1000, "held-out loss", 1.5),
        (1000, "learning rate", 0.5),
        (1000, "words/s", 100.0),
        (1000, "similarity:x", 40.0),
    ]


def test_two_trainings_have_two_files(tmp_path):
    pytest.importorskip("tensorboardX")
    for _ in range(2):
        with EventFile(tmp_path) as file:
            file.progress(progress(100))
    assert len(list(tmp_path.iterdir())) == 2
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write to"), EventFile(tmp_path / "file"):
        pass


def test_without_its_library(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX.event_file_writer", None)
    with pytest.raises(MissingExtra, match=r"firth\[tensorboard\]"):
        EventFile(tmp_path)
