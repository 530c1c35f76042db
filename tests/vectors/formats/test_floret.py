"""floret's table, read by spaCy's rules and, where it is installed, compared with floret itself."""

import numpy as np
import pytest

from firth.errors import OptionError
from firth.kernels.text.scheme import Scheme
from firth.vectors import WordVectors
from firth.vectors.subwords import Subwords, ngram_buckets

ROWS = np.random.default_rng(1).normal(size=(40, 3)).astype(np.float32)


def test_a_table_by_hand(tmp_path):
    WordVectors(["ab"], [[1, 2, 3]], subwords=Subwords(ROWS, 2, 3, 2)).save(tmp_path / "v.floret")
    head, *lines = (tmp_path / "v.floret").read_text().splitlines()
    assert head == "40 3 2 3 2 2166136261 < >"
    table = np.array([[float(number) for number in line.split()] for line in lines])
    np.testing.assert_array_equal(table[:, 0], np.arange(40))
    np.testing.assert_array_equal(table[:, 1:].astype(np.float32), ROWS)


def test_only_vectors_of_floret_are_written(tmp_path):
    for subwords, found in ((None, "without n-grams"), (Subwords(ROWS, 2, 3), "with n-grams of fastText")):
        vectors = WordVectors(["ab"], [[1, 2, 3]], subwords=subwords)
        with pytest.raises(OptionError, match=f"vectors {found}, expected those of floret; hint: train with hashes=2"):
            vectors.save(tmp_path / "v.floret")
    assert not (tmp_path / "v.floret").exists()


@pytest.mark.parametrize("hashes", [1, 2, 4])
def test_floret_has_the_same_rows_and_vectors(tmp_path, hashes):
    floret = pytest.importorskip("floret")
    (tmp_path / "text.txt").write_text("the king and the queen went to naïve café 日本 \n" * 40)
    settings = {"mode": "floret", "hashCount": hashes, "bucket": 90, "minn": 2, "maxn": 4, "dim": 4, "minCount": 1}
    model = floret.train_unsupervised(str(tmp_path / "text.txt"), epoch=1, thread=1, verbose=0, **settings)
    rows = model.get_input_matrix()[len(model.get_words()) :]
    subwords = Subwords(rows, 2, 4, hashes)
    for word in (*model.get_words()[1:], "unheard-of", "x", "ünïcode", "日本語", ""):
        assert ngram_buckets(word, Scheme(2, 4, 90, hashes)) == [
            row - len(model.get_words()) for row in model.get_subwords(word)[1]
        ]
        np.testing.assert_allclose(subwords.vector(word), model.get_word_vector(word), atol=1e-6)
    model.save_floret_vectors(str(tmp_path / "theirs.floret"))
    WordVectors(["a"], [[0, 0, 0, 0]], subwords=subwords).save(tmp_path / "ours.floret")
    ours, theirs = ((tmp_path / name).read_text().splitlines() for name in ("ours.floret", "theirs.floret"))
    assert ours[0] == theirs[0]
    np.testing.assert_allclose(np.loadtxt(ours[1:]), np.loadtxt(theirs[1:]), atol=1e-4)  # theirs have five digits
