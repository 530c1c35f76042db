"""Every option that is a number or a switch takes those of NumPy, and refuses everything else by its name."""

import dataclasses
import importlib
import inspect
import json
import re
from typing import get_type_hints

import numpy as np
import pytest

from firth import Vocabulary, Word2Vec, WordVectors, encode, evaluation, graphs
from firth.corpus.phrases_found import find_phrases
from firth.corpus.word_choice import Choice
from firth.errors import OptionError
from firth.evaluation import AnalogySet, CategorySet, OutlierSet, SessionSet, SimilaritySet
from firth.evaluation.questions import Pair, Section
from firth.graphs import Graph
from firth.lm import LinearMixture, NeuralModel, NeuralOptions, NgramModel
from firth.text.preparation import Preparation
from firth.training.configuration import Configuration
from firth.tuning import tune
from firth.vectors import transforms
from firth.vectors.subwords import Subwords

TEXT = [["a", "b", "c"], ["a", "c"], ["b", "a", "c", "a"]] * 30
WORDS = list("abcdefgh")
VECTORS = WordVectors(WORDS, np.random.default_rng(1).normal(size=(8, 4)), range(80, 0, -10))
SUBWORD_VECTORS = WordVectors(WORDS, np.eye(8), subwords=Subwords(np.ones((5, 8), np.float32), 1, 2))
NUMBER = re.compile(r"\b(int|float|bool)\b")
OTHER = re.compile(r"str|Sequence|Mapping|Callable|Words|Iterable|ndarray|ArrayLike")


def options(function):
    """The parameters of a function, or fields of a dataclass, that are numbers or switches: name, kind, default."""
    types = get_type_hints(function) if dataclasses.is_dataclass(function) else {}  # without what else is noted there
    for parameter in inspect.signature(function).parameters.values():
        annotation = str(types.get(parameter.name, parameter.annotation))
        kind = NUMBER.search(annotation)
        if kind and not OTHER.search(annotation):
            yield parameter.name, kind[1], parameter.default


def in_numpy(kind, value):
    """A value as NumPy has it, in several types, with and without an array around it."""
    types = {"bool": [np.bool_], "int": [np.int64, np.int32, np.uint32], "float": [np.float64, np.float32]}[kind]
    forms = [dtype(value) for dtype in types]
    return [*forms, np.array(forms[0])]


VALUES = {  # for options whose default says nothing, or would take long
    "early_stopping": 2, "max_words": 3, "workers": 1, "max_length": 9, "learning_rate": 0.01,
    "min_learning_rate": 0.001, "min_count": 1, "epochs": 1, "seed": 1, "memory": 1 << 22, "top_k": 2, "restrict": 8,
    "history": 1, "count": 1, "restrict_vocab": 4, "clip_end": 4, "dimensions": 2, "classes": 2, "iterations": 2,
    "resamples": 9, "threshold": 0.5, "topn": 2, "trials": 1, "most": 2, "stop": 4, "smoothing": 0.001, "order": 2,
}  # fmt: skip


def value_of(name, default):
    return VALUES.get(name, default)


@pytest.mark.parametrize("kind", [Configuration, NeuralOptions, Preparation, Choice])
def test_options_of_a_dataclass_become_plain(kind):
    known = list(options(kind))
    assert len(known) >= (2 if kind is Choice else 5)
    for name, of, default in known:
        extra = {"validation": 0.1} if name == "early_stopping" else {}
        for given in in_numpy(of, value_of(name, default)):
            made = kind(**{**extra, name: given})
            assert type(getattr(made, name)) in (bool, int, float), name
            assert made == kind(**{**extra, name: given.item()})
            as_dict = dataclasses.asdict(made) if kind is NeuralOptions else made.as_dict()
            json.dumps(as_dict)


@pytest.mark.parametrize("kind", [Configuration, NeuralOptions, Preparation, Choice])
def test_options_of_a_dataclass_of_the_wrong_type_are_named(kind):
    for name, of, _ in options(kind):
        wrong = ["x", [1], np.ones(2), object(), float("nan"), *([True, np.True_] if of != "bool" else [1, 0.0])]
        for given in wrong:
            if name == "validation" and isinstance(given, str):
                continue  # the path of a text
            with pytest.raises(OptionError, match=f"{name}=.*expected"):
                kind(**{name: given})


NGRAMS = NgramModel.train(TEXT, 3, smoothing="witten-bell")
PAIRS = SimilaritySet("pairs", [("a", "b"), ("c", "d"), ("e", "f"), ("a", "h")], np.array([1.0, 2.0, 3.0, 2.5]))
GROUPS = OutlierSet("groups", [(list("abc"), list("gh"))])
QUESTIONS = AnalogySet("questions", [Section("s", [Pair("a", ("b",)), Pair("c", ("d",)), Pair("e", ("f",))], [])])
CALLS = [  # what is public and takes numbers, with what else it needs
    (encode, [TEXT], {}),
    (find_phrases, [TEXT], {"scoring": "npmi"}),
    (tune, [TEXT], {"search": {"vector_size": [2, 3]}, "min_count": 1, "epochs": 1, "workers": 1}),
    (Vocabulary(["a"], [3]).prune, [], {}),
    (VECTORS.most_similar, ["a"], {}),
    (VECTORS.most_similar_cosmul, ["a"], {}),
    (VECTORS.similar_by_word, ["a"], {}),
    (VECTORS.similar_by_key, ["a"], {}),
    (VECTORS.similar_by_vector, [np.ones(4)], {}),
    (VECTORS.neighbors, [["a"]], {}),
    (VECTORS.recommend, [["a"]], {}),
    (VECTORS.analogy, ["a", "b", "c"], {}),
    (VECTORS.relative_cosine_similarity, ["a", "b"], {}),
    (VECTORS.build_index, [], {}),
    (VECTORS.plot_map, [], {}),
    (SUBWORD_VECTORS.prune_ngrams, [], {}),
    (VECTORS.search, [np.ones((1, 4), np.float32)], {}),
    (transforms.pca, [VECTORS], {}),
    (transforms.center, [VECTORS], {}),
    (transforms.remove_top_components, [VECTORS], {}),
    (transforms.conceptor_negation, [VECTORS], {}),
    (transforms.reduce_dimensions, [VECTORS], {}),
    (transforms.whiten, [VECTORS], {}),
    (transforms.similarity_order, [VECTORS], {}),
    (transforms.weigh_by_frequency, [VECTORS], {}),
    (transforms.word_classes, [VECTORS], {}),
    (transforms.SentenceEncoder, [VECTORS], {}),
    (graphs.walks, [Graph([("a", "b", 1.0)])], {}),
    (graphs.Graph, [[("a", "b", 1.0)]], {}),
    (evaluation.Lexicon, [VECTORS], {}),
    (evaluation.similarity, [VECTORS, PAIRS], {}),
    (evaluation.compare, [evaluation.similarity(VECTORS, PAIRS)] * 2, {}),
    (evaluation.analogy, [VECTORS, QUESTIONS], {"method": "lrcos"}),
    (evaluation.categorisation, [VECTORS, CategorySet("groups", list("abcd"), list("xxyy"))], {}),
    (evaluation.outliers, [VECTORS, GROUPS], {}),
    (evaluation.sequences, [VECTORS, SessionSet("sessions", [["a", "b"], ["c", "d"]])], {}),
    (evaluation.health, [VECTORS], {}),
    (NgramModel.train, [TEXT], {"smoothing": "witten-bell"}),
    (NGRAMS.prune_by_entropy, [], {}),
    (NGRAMS.predict, ["a"], {}),
    (NGRAMS.generate, ["a"], {}),
    (NeuralModel.train, [TEXT, NeuralOptions(epochs=1, vector_size=2, hidden_size=2)], {}),
]
NAMES = [getattr(function, "__qualname__", function.__name__) for function, _, _ in CALLS]


@pytest.mark.parametrize(("function", "arguments", "others"), CALLS, ids=NAMES)
def test_options_of_a_function_may_be_those_of_numpy(function, arguments, others):
    known = {name: (of, value_of(name, default)) for name, of, default in options(function) if name not in others}
    known = {name: found for name, found in known.items() if found[1] is not None}
    assert known
    for form in range(4):
        given = {name: in_numpy(of, value)[form % len(in_numpy(of, value))] for name, (of, value) in known.items()}
        made = function(*arguments, **others, **given)
        if hasattr(made, "as_dict"):
            json.dumps(made.as_dict())
        if isinstance(made, NgramModel | NeuralModel):
            json.dumps(getattr(made, "info", {}))


@pytest.mark.parametrize(("function", "arguments", "others"), CALLS, ids=NAMES)
def test_options_of_a_function_of_the_wrong_type_are_named(function, arguments, others):
    needed = {name: VALUES[name] for name, _, default in options(function) if default is inspect.Parameter.empty}
    for name, of, _ in options(function):
        if of == "bool":
            continue  # what counts as true is Python's matter there
        for wrong in ("x", [1], np.ones(2), float("nan"), True):
            with pytest.raises(OptionError, match=f"{name}=.*expected"):
                function(*arguments, **{**needed, **others, name: wrong})


def test_no_public_function_is_forgotten():
    rooms = ("firth.corpus", "firth.evaluation", "firth.graphs", "firth.tuning", "firth.vectors.transforms")
    tested = {function for function, _, _ in CALLS}
    for room in map(importlib.import_module, rooms):
        for function in (getattr(room, name) for name in room.__all__):
            if inspect.isfunction(function) and list(options(function)):
                assert function in tested, function
    for name, function in inspect.getmembers(WordVectors, inspect.isfunction):
        if (
            not name.startswith("_")
            and name not in ("get_index", "load")
            and any(of != "bool" for _, of, _ in options(function))
        ):
            assert name in {call.__name__ for call in tested}, name


def test_numbers_in_lists_may_be_those_of_numpy():
    mixed = LinearMixture([NGRAMS, NGRAMS], np.array([1, 3]))
    assert mixed.weights.tolist() == [0.25, 0.75]
    model = NgramModel.train(TEXT, 2, smoothing="absolute", parameters=np.float32(0.5), prune=np.array([0, 1]))
    assert json.loads(json.dumps(model.info))["prune"] == [0, 1]
    assert NgramModel.train(TEXT, 2, smoothing="absolute", parameters=np.array([0.5, 0.25])).info["used"] == [
        [0.5] * 3,
        [0.25] * 3,
    ]
    with pytest.raises(OptionError, match="parameters='x', expected a number"):
        NgramModel.train(TEXT, 2, smoothing="absolute", parameters="x")
    with pytest.raises(OptionError, match="weights=nan, expected a number"):
        LinearMixture([NGRAMS, NGRAMS], [float("nan"), 1])


def test_a_model_with_options_of_numpy_is_saved_and_goes_on(tmp_path):
    whole = {"vector_size": np.int64(4), "epochs": np.int32(1), "min_count": np.uint8(1), "window": np.array(3)}
    model = Word2Vec(**whole, sample=np.float32(1e-3), workers=np.int64(1)).fit(TEXT)
    model.save(tmp_path / "m.safetensors")
    again = Word2Vec.load(tmp_path / "m.safetensors", epochs=np.int64(2)).configuration
    assert (again.vector_size, again.epochs, again.window, again.sample) == (4, 2, 3, float(np.float32(1e-3)))


def test_metadata_may_hold_numbers_of_numpy_and_nothing_that_json_cannot(tmp_path):
    given = {"epochs": np.int64(3), "rates": [np.float32(0.5)], "shuffled": np.True_}
    WordVectors(["a"], [[1.0]], metadata=given).save(tmp_path / "v.safetensors")
    assert WordVectors.load(tmp_path / "v.safetensors").metadata == {"epochs": 3, "rates": [0.5], "shuffled": True}
    with pytest.raises(OptionError, match=r"metadata holds the object .*, expected values that JSON can hold"):
        WordVectors(["a"], [[1.0]], metadata={"x": object()}).save(tmp_path / "w.safetensors")
    assert not (tmp_path / "w.safetensors").exists()


def test_a_grid_over_a_range_of_numpy_is_searched():
    model_selection = pytest.importorskip("sklearn.model_selection")
    from firth.sklearn import TextVectors

    texts = [" ".join(sentence) for sentence in TEXT]
    grid = {"vector_size": np.arange(2, 4), "sample": np.zeros(1), "shrink_windows": np.array([True])}
    score = {"scoring": lambda model, *_: float(model.vectors_.vector_size)}
    search = model_selection.GridSearchCV(TextVectors(min_count=1, epochs=1, workers=1), grid, cv=2, **score)
    assert search.fit(texts).best_params_["vector_size"] == 3
