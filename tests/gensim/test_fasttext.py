"""FastText: vectors of fastText's files, the same as gensim reads; no training."""

from pathlib import Path

import numpy as np
import pytest

from firth.errors import FileFormatError, OptionError
from firth.gensim import FastText, load_facebook_model, load_facebook_vectors

gensim = pytest.importorskip("gensim")
MODEL = Path(gensim.__file__).parent / "test" / "test_data" / "crime-and-punishment.bin"


@pytest.fixture(scope="module")
def vectors():
    return load_facebook_vectors(MODEL)


def test_known_and_unknown_words_have_gensims_vectors(vectors):
    theirs = gensim.models.fasttext.load_facebook_vectors(str(MODEL))
    assert vectors.index_to_key == theirs.index_to_key
    rows = [row for row, word in enumerate(vectors) if word != "</s>"]  # to which gensim gives n-grams, unlike fastText
    assert len(rows) == len(vectors) - 1
    assert vectors.vectors[rows] == pytest.approx(theirs.vectors[rows], abs=1e-6)
    assert (vectors.min_n, vectors.max_n, vectors.bucket) == (theirs.min_n, theirs.max_n, theirs.bucket)
    unknown = theirs.index_to_key[5] + "xyz"
    assert unknown in vectors
    assert not vectors.has_index_for(unknown)
    assert vectors[unknown] == pytest.approx(theirs[unknown], abs=1e-6)
    words = [unknown, theirs.index_to_key[3]]
    assert vectors.n_similarity(words, words[1:]) == pytest.approx(theirs.n_similarity(words, words[1:]), abs=1e-5)
    ours, expected = (dict(v.most_similar(unknown, topn=4)) for v in (vectors, theirs))
    assert ours == pytest.approx(expected, abs=1e-5)


def test_a_model_is_saved_with_its_ngrams(vectors, tmp_path):
    model = load_facebook_model(MODEL)
    assert (model.sg, model.hs, model.vector_size) == (1, 0, 5)
    model.save(tmp_path / "model")
    again = FastText.load(tmp_path / "model")
    assert (again.wv["unheard-of"] == vectors["unheard-of"]).all()
    assert again.wv.vectors_ngrams.shape == (vectors.bucket, vectors.vector_size)
    again.wv["word"] = np.ones(vectors.vector_size)
    assert again.wv["word"].all()


def test_training_is_refused():
    for refused in (FastText, lambda: FastText([["a", "b"]], min_n=2), load_facebook_model(MODEL).train):
        with pytest.raises(OptionError, match=r"cannot be trained, only loaded; hint: firth\.Word2Vec\(subwords=True"):
            refused()


def test_another_file_is_named(tmp_path):
    (tmp_path / "v.txt").write_text("a 1 2\nb 3 4\n")
    with pytest.raises(FileFormatError, match=r"no \.bin of fastText"):
        load_facebook_vectors(tmp_path / "v.txt")
