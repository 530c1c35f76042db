"""Arrays on their way through a temporary file."""

import numpy as np
import pytest

from firth.corpus.spool import Spool
from firth.errors import StorageError


def test_what_is_appended_is_mapped(tmp_path):
    spool = Spool(tmp_path, np.int32)
    assert spool.append(np.arange(3, dtype=np.int32)) == (0, 3)
    assert spool.append(np.empty(0, np.int32)) == (3, 3)
    assert spool.append(np.array([7, 8], np.int32)[::-1]) == (3, 5)
    assert spool.mapped().tolist() == [0, 1, 2, 8, 7]
    spool.close()
    assert not list(tmp_path.iterdir())


def test_nothing_is_mapped_as_nothing(tmp_path):
    spool = Spool(tmp_path, np.int64)
    assert spool.mapped().shape == (0,)
    spool.close()


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(StorageError, match=r"cannot write temporary files in .*nowhere: No such file"):
        Spool(tmp_path / "nowhere", np.int32)


def test_a_full_disk(tmp_path):
    class Full:
        """A disk that takes a part, then nothing."""

        room = 10

        def write(self, data):
            if not self.room:
                raise OSError(28, "No space left on device")
            taken, self.room = min(self.room, len(data)), 0
            return taken

    spool = Spool(tmp_path, np.int32)
    spool.close()
    spool._file = Full()
    with pytest.raises(StorageError, match=r"No space left on device; hint: free some disk space"):
        spool.append(np.arange(100, dtype=np.int32))
