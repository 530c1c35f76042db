"""Input plus output vectors, where the output vectors are known."""

import pickle

import numpy as np
import pytest

from firth import Word2Vec
from firth.errors import OptionError
from firth.vectors import WordVectors
from firth.vectors.transforms import center, subset

TEXT = [["a", "b", "c", "d"], ["b", "a", "d", "c"], ["c", "d", "a"]] * 20


def trained(**options):
    return Word2Vec(vector_size=5, min_count=1, epochs=2, workers=1, seed=1, **options).fit(TEXT)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("objective", ["negative", "softmax"])
def test_of_a_model_and_of_its_file(tmp_path, architecture, objective):
    model = trained(architecture=architecture, objective=objective)
    expected = model.input_vectors + model.output_vectors
    assert model.output_vectors.any()
    model.save(tmp_path / "m.safetensors")
    for vectors in (
        model.vectors,
        WordVectors.load(tmp_path / "m.safetensors"),
        pickle.loads(pickle.dumps(model.vectors)),
    ):
        added = vectors.add_output()
        np.testing.assert_array_equal(added.vectors, expected)
        assert added.index_to_key == model.vocabulary.words
        np.testing.assert_array_equal(added.counts, model.vocabulary.counts)
        assert added.metadata == vectors.metadata


def test_a_part_of_the_words(tmp_path):
    model = trained()
    model.save(tmp_path / "m.safetensors")
    rows = [model.vectors.get_index(word) for word in ("d", "a")]
    expected = (model.input_vectors + model.output_vectors)[rows]
    np.testing.assert_array_equal(subset(model.vectors, ["d", "a"]).add_output().vectors, expected)
    part = WordVectors.load(tmp_path / "m.safetensors", wanted={"d", "a"})
    np.testing.assert_array_equal(part.add_output()[["d", "a"]], expected)


def test_they_follow_the_model():
    model = trained()
    first = model.vectors.add_output().vectors.copy()
    model.partial_fit(TEXT)
    np.testing.assert_array_equal(model.vectors.add_output().vectors, model.input_vectors + model.output_vectors)
    assert not np.array_equal(first, model.vectors.add_output().vectors)


def test_hierarchical_softmax_has_none(tmp_path):
    model = trained(objective="hierarchical")
    model.save(tmp_path / "m.safetensors")
    for vectors in (model.vectors, WordVectors.load(tmp_path / "m.safetensors")):
        with pytest.raises(OptionError, match="those of hierarchical softmax belong to no words"):
            vectors.add_output()


def test_where_they_are_not_known(tmp_path):
    model = trained()
    model.vectors.save(tmp_path / "v.safetensors")
    others = [WordVectors.load(tmp_path / "v.safetensors"), center(model.vectors), model.vectors.add_output()]
    for vectors in (*others, WordVectors(["a"], [[1.0]])):
        with pytest.raises(OptionError, match="only a model has them") as refused:
            vectors.add_output()
        assert "the file of a saved model" in refused.value.hint
