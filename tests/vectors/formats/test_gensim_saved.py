"""gensim's saved files are refused, with a line that does convert them."""

import shlex
import subprocess
import sys

import numpy as np
import pytest
from gensim.models import KeyedVectors, Word2Vec

from firth.errors import FileFormatError
from firth.vectors.formats import read


def saved_vectors(path):
    known = KeyedVectors(3)
    known.add_vectors(["a", "b"], np.arange(6, dtype=np.float32).reshape(2, 3))
    known.save(str(path))
    return known


def saved_model(path):
    model = Word2Vec([["a", "b"]] * 5, vector_size=3, min_count=1, workers=1)
    model.save(str(path))
    return model.wv


@pytest.mark.parametrize("make", [saved_vectors, saved_model])
def test_the_hint_converts_the_file(tmp_path, make):
    known = make(tmp_path / "g.kv")
    with pytest.raises(FileFormatError, match="does not open") as refused:
        read(tmp_path / "g.kv")
    line = shlex.split(refused.value.hint.removeprefix("convert it with: "))
    assert line[:2] == ["python", "-c"]
    subprocess.run([sys.executable, *line[1:]], cwd=tmp_path, check=True)
    vectors = read(tmp_path / "g.bin")
    assert vectors.index_to_key == known.index_to_key
    np.testing.assert_array_equal(vectors.vectors, known.vectors)
