"""Arrays in temporary files have their room on the disk from the beginning, or are refused."""

import errno
import os
import tempfile

import numpy as np
import pytest

from firth.errors import StorageError
from firth.lm import spilled
from firth.lm.spilled import allocate


@pytest.mark.parametrize("on_disk", [False, True])
def test_zeros(on_disk):
    zeros = allocate(1000, np.int64, on_disk=on_disk)
    assert zeros.dtype == np.int64
    assert zeros.tolist() == [0] * 1000
    zeros[:] = 7
    assert zeros.tolist() == [7] * 1000
    assert allocate(0, np.int32, on_disk=on_disk).shape == (0,)


def refusal(number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    return refuse


@pytest.mark.parametrize("number", [None, errno.EOPNOTSUPP, errno.EINVAL])
def test_no_hole_is_left_for_a_disk_to_refuse_later(monkeypatch, number):
    if number is not None:
        monkeypatch.setattr(os, "posix_fallocate", refusal(number), raising=False)
    size = (1 << 21) + 4097
    with tempfile.TemporaryFile(buffering=0) as file:
        spilled._reserve(file, size)
        found = os.fstat(file.fileno())
        assert found.st_size == size
        assert found.st_blocks * 512 >= size


def test_a_disk_without_room(monkeypatch):
    monkeypatch.setattr(os, "posix_fallocate", refusal(errno.ENOSPC), raising=False)
    expected = r"^cannot write temporary files in .*: No space left on device; hint: free some disk space, or choose"
    with pytest.raises(StorageError, match=expected):
        allocate(1000, np.int64, on_disk=True)
