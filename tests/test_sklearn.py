"""The transformer inside scikit-learn: its own checks, a pipeline, a grid search."""

import inspect
import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from firth.errors import OptionError, VocabularyError
from firth.sklearn import TextVectors
from firth.training.options import OPTIONS
from firth.vectors import WordVectors

WORDS = ["good", "great", "fine", "bad", "awful", "poor", "the", "film"]
MATRIX = np.array([[3, 1], [4, 0], [2, 1], [-3, 1], [-4, 0], [-2, 1], [0, 5], [0, 6]], np.float32)
VECTORS = WordVectors(WORDS, MATRIX, [9, 8, 7, 9, 8, 7, 100, 50])
TEXTS = ["the film good", "great film", "fine the", "bad film", "the awful film", "poor"] * 4
LABELS = [1, 1, 1, 0, 0, 0] * 4
TOPICS = [f"{a} {b} {a}" for a, b in (("cat", "dog"), ("dog", "cat"), ("car", "bus"), ("bus", "car"))] * 20
TRAINED = TextVectors(vector_size=8, min_count=1, sample=0, learning_rate=0.1, epochs=4, workers=1)


@pytest.mark.parametrize("transformer", [TextVectors(VECTORS), TextVectors(VECTORS, weighting="sif"), TRAINED])
@pytest.mark.parametrize(
    "check",  # those that ask with no matrix of their own: check_estimator leaves out a transformer that takes texts
    [
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_mixin_order,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
    ],
)
def test_the_checks_of_scikit_learn(check, transformer):
    check("TextVectors", transformer)


def test_means_by_hand():
    encoded = TextVectors(VECTORS).fit_transform(["good film", "unknown", ["bad", "poor"]])
    assert encoded.tolist() == [[1.5, 3.5], [0, 0], [-2.5, 1]]
    assert encoded.dtype == np.float32


def test_tokenizer_and_case():
    transformer = TextVectors(VECTORS, tokenizer=lambda text: text.split(","), lowercase=True)
    assert transformer.fit_transform(["GOOD,Film", ["Bad"]]).tolist() == [[1.5, 3.5], [-3, 1]]


def test_a_path(tmp_path):
    VECTORS.save(tmp_path / "v.safetensors")
    np.testing.assert_array_equal(
        TextVectors(tmp_path / "v.safetensors").fit_transform(TEXTS), TextVectors(VECTORS).fit_transform(TEXTS)
    )


def test_a_pipeline_and_a_grid_search():
    pipeline = make_pipeline(TextVectors(VECTORS), LogisticRegression())
    assert pipeline.fit(TEXTS, LABELS).score(TEXTS, LABELS) == 1
    search = GridSearchCV(pipeline, {"textvectors__weighting": ["mean", "sif"]}, cv=2).fit(TEXTS, LABELS)
    assert search.best_score_ > 0.9
    assert pipeline[:-1].get_feature_names_out().tolist() == ["textvectors0", "textvectors1"]


def test_the_hyper_parameters_are_those_of_training():
    parameters = inspect.signature(TextVectors).parameters
    own = ["vectors", "weighting", "smoothing", "tokenizer", "lowercase"]
    assert list(parameters) == own + list(OPTIONS)
    assert {name: parameters[name].default for name in OPTIONS} == {name: o.default for name, o in OPTIONS.items()}
    with pytest.raises(OptionError, match="no option 'windw'; hint: did you mean window"):
        TextVectors(windw=3)


def test_vectors_trained_on_the_texts():
    fitted = clone(TRAINED).fit([*TOPICS, ""])
    assert sorted(fitted.vectors_) == ["bus", "car", "cat", "dog"]
    assert fitted.vectors_.counts.sum() == 240
    assert fitted.vectors_.similarity("cat", "dog") > fitted.vectors_.similarity("cat", "car")
    encoded = fitted.transform(["cat dog", "unknown"])
    np.testing.assert_allclose(encoded[0], (fitted.vectors_["cat"] + fitted.vectors_["dog"]) / 2, rtol=1e-6)
    assert not encoded[1].any()
    assert encoded.shape == (2, 8)
    np.testing.assert_array_equal(clone(fitted).fit([*TOPICS, ""]).transform(["cat dog"])[0], encoded[0])


def test_a_grid_search_over_training():
    pipeline = make_pipeline(TRAINED, LogisticRegression())
    labels = [1, 1, 0, 0] * 20
    search = GridSearchCV(pipeline, {"textvectors__vector_size": [4, 12]}, cv=2).fit(TOPICS, labels)
    assert search.best_score_ == 1
    sizes = {p["textvectors__vector_size"] for p in search.cv_results_["params"]}
    assert sizes == {4, 12}
    assert search.best_estimator_[0].n_features_out_ == search.best_params_["textvectors__vector_size"]


def test_a_clone_shares_the_matrix():
    assert clone(TextVectors(VECTORS)).vectors.vectors is VECTORS.vectors


def test_a_fitted_transformer_can_be_sent_to_another_process():
    fitted = TextVectors(VECTORS, weighting="sif").fit(TEXTS)
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.transform(TEXTS), fitted.transform(TEXTS))


def test_mistakes():
    with pytest.raises(VocabularyError, match="occurs 5 times"):
        TextVectors().fit(["a b c"])
    with pytest.raises(OptionError, match="vectors and vector_size, window, expected one or the other"):
        TextVectors(VECTORS, vector_size=5, window=2).fit(TEXTS)
    with pytest.raises(OptionError, match="one text, expected several"):
        TextVectors(VECTORS).fit("good film")
    with pytest.raises(OptionError, match="weighting"):
        TextVectors(VECTORS, weighting="tfidf").fit(TEXTS)
    with pytest.raises(NotFittedError):
        TextVectors(VECTORS).transform(TEXTS)


def test_without_scikit_learn():
    code = "import sys; sys.modules['sklearn'] = None; sys.modules['sklearn.base'] = None; import firth.sklearn"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'firth[sklearn]'" in result.stderr.splitlines()[-1]
