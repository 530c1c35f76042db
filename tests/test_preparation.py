"""A model prepares every text as it did the first, and the command line prepares what it is asked."""

import numpy as np
import pytest

from firth import Word2Vec
from firth.errors import OptionError
from firth.text.preparation import Preparation

TEXT = "Paris is IN France\nNew York is new\n" * 30
OPTIONS = {"vector_size": 4, "epochs": 1, "min_count": 1, "workers": 1, "sample": 0}


@pytest.fixture
def text(tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    (tmp_path / "phrases.tsv").write_text("new york\n")
    return tmp_path / "text.txt"


def vectors(model):
    return {word: model.vectors[word].tolist() for word in model.vocabulary}


def test_a_second_text_is_prepared_as_the_first(text, tmp_path):
    preparation = Preparation(casefold=True, phrases=tmp_path / "phrases.tsv")
    told, untold = (Word2Vec(**OPTIONS).fit(text, preparation=preparation) for _ in range(2))
    assert set(told.vocabulary.words) == {"paris", "is", "in", "france", "new_york", "new"}
    told.partial_fit(text, preparation=preparation)
    untold.partial_fit(text)
    assert vectors(told) == vectors(untold)
    told.fit(text, preparation=preparation)
    untold.fit(text)
    assert vectors(told) == vectors(untold)
    untold.save(tmp_path / "model.safetensors")
    loaded = Word2Vec.load(tmp_path / "model.safetensors")
    (tmp_path / "more.txt").write_text("LONDON is In New York\n")
    assert loaded.update_vocabulary(tmp_path / "more.txt").added == ["london"]
    assert loaded.vocabulary.counts[loaded.vocabulary.word_id("new_york")] == 31


def test_without_a_preparation_nothing_changes(text):
    first, second = (Word2Vec(**OPTIONS).fit(text) for _ in range(2))
    second.preparation = None
    assert np.array_equal(first.partial_fit(text).input_vectors, second.partial_fit(text).input_vectors)


def test_a_preparation_that_no_file_holds(text, tmp_path):
    model = Word2Vec(**OPTIONS).fit(text, preparation=Preparation(str.split))
    with pytest.raises(OptionError, match="which cannot be saved"):
        model.partial_fit(text)
    model.partial_fit(text, preparation=Preparation(str.split))
    model = Word2Vec(**OPTIONS).fit(text, preparation=Preparation(casefold=True, phrases=tmp_path / "phrases.tsv"))
    (tmp_path / "phrases.tsv").unlink()  # the model has them
    model.partial_fit(text)
    assert "new_york" in model.vocabulary
