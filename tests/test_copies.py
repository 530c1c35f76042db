"""Whatever is public can be pickled, copied, and used in another process, before and after it was used itself."""

import copy
import importlib
import inspect
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

import firth
from firth import EncodedCorpus, Vocabulary, Word2Vec, WordVectors, encode, errors
from firth.evaluation import Lexicon
from firth.graphs import Graph
from firth.lm import CbowModel, LinearMixture, LogLinearMixture, NeuralModel, NeuralOptions, NgramModel, Sentences
from firth.text.phrases import Phrase, Phrases
from firth.text.preparation import Preparation
from firth.vectors.subwords import Subwords
from firth.vectors.transforms import SentenceEncoder

TEXT = [["a", "b", "c"], ["a", "c"], ["b", "a", "c", "a"]] * 30
MODELS = {
    "ngram": lambda _: NgramModel.train(TEXT, 3, smoothing="witten-bell"),
    "ngram, mapped": lambda path: _saved(NgramModel.train(TEXT, 3, smoothing="witten-bell"), path),
    "neural": lambda _: NeuralModel.train(TEXT, NeuralOptions(epochs=1, vector_size=4, hidden_size=4)),
    "neural, hierarchical, mapped": lambda path: _saved(
        NeuralModel.train(TEXT, NeuralOptions(epochs=1, vector_size=4, hidden_size=4, objective="hierarchical")), path
    ),
    "neural, sampled": lambda _: NeuralModel.train(
        TEXT, NeuralOptions(epochs=1, vector_size=4, hidden_size=4, objective="sampled", noise_words=8)
    ),
    "linear mixture": lambda _: LinearMixture([_ngrams(1), _ngrams(2)], [0.3, 0.7]),
    "log-linear mixture": lambda _: LogLinearMixture([_ngrams(1), _ngrams(2)], [0.3, 0.7]),
    "cbow": lambda _: CbowModel(
        ["a", "b", "</s>"], np.array([3, 2, 1]), np.eye(3), np.eye(3), objective="softmax", window=2
    ),
}
VECTORS = {
    "vectors": lambda _: WordVectors(["a", "b", "c"], np.eye(3, dtype=np.float32), [3, 2, 1], {"from": "here"}),
    "vectors, mapped": lambda path: _saved(VECTORS["vectors"](path), path),
    "subword vectors": lambda _: WordVectors(
        ["a", "b"], np.eye(2, dtype=np.float32), subwords=Subwords(np.ones((5, 2), np.float32), 1, 2)
    ),
    "indexed vectors": lambda path: VECTORS["vectors"](path).build_index(),
}
COPIES = {"pickled": lambda thing: pickle.loads(pickle.dumps(thing)), "copied": copy.copy, "deep": copy.deepcopy}


def _ngrams(order):
    return NgramModel.train(TEXT, order, smoothing="witten-bell")


def _saved(thing, path):
    thing.save(path)
    return type(thing).load(path)


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("name", MODELS)
def test_a_copy_of_a_language_model_gives_the_same_scores(name, way, tmp_path):
    model = MODELS[name](tmp_path / "m.safetensors")
    fresh = COPIES[way](model)
    scores = model.score_all(TEXT[:5])
    for twin in (fresh, COPIES[way](model)):  # the second is of a model that has tables, locks and an encoder
        assert type(twin) is type(model)
        np.testing.assert_array_equal(twin.score_all(TEXT[:5]), scores)
        assert twin.score(TEXT[0]) == model.score(TEXT[0])
        assert twin.words == model.words


@pytest.mark.parametrize("way", COPIES)
@pytest.mark.parametrize("name", VECTORS)
def test_a_copy_of_vectors_answers_the_same_and_is_read_only(name, way, tmp_path):
    if name == "indexed vectors":
        pytest.importorskip("usearch")
    vectors = VECTORS[name](tmp_path / "v.safetensors")
    answers = vectors.most_similar("a")
    twin = COPIES[way](vectors)
    assert type(twin) is type(vectors)
    assert twin.most_similar("a") == answers
    assert not twin.vectors.flags.writeable
    assert (twin.metadata, repr(twin)) == (vectors.metadata, repr(vectors))


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_of_an_estimator_trains_on_the_same(way):
    model = Word2Vec(vector_size=4, epochs=1, min_count=1, workers=1).fit(TEXT)
    twin = COPIES[way](model)
    assert twin.configuration == model.configuration
    np.testing.assert_array_equal(twin.input_vectors, model.input_vectors)
    if way != "copied":  # a shallow copy shares its rows
        np.testing.assert_array_equal(twin.fit(TEXT).input_vectors, model.fit(TEXT).input_vectors)


@pytest.mark.parametrize("way", COPIES)
def test_a_copy_of_a_corpus_removes_no_file(way):
    with encode(TEXT, min_count=1) as corpus:
        twin = COPIES[way](corpus)
        np.testing.assert_array_equal(twin.ids, corpus.ids)
        assert not twin.ids.flags.writeable
        assert twin.vocabulary.words == corpus.vocabulary.words
        twin.close()
        assert corpus.path.exists()


@pytest.mark.parametrize("way", COPIES)
def test_copies_of_what_a_text_is_prepared_with(way):
    phrases = Phrases(((Phrase(("new", "york")),),))
    for tokenizer in ("whitespace", "words", "characters", str.split):
        preparation = Preparation(tokenizer, casefold=True, stop_words=["the"], phrases=phrases)
        words = preparation.words("the New York times")
        twin = COPIES[way](preparation)
        assert twin == preparation
        assert twin.words("the New York times") == words
    assert COPIES[way](phrases).join(["new", "york"]) == ["new_york"]


@pytest.mark.parametrize("way", COPIES)
def test_copies_of_the_smaller_things(way):
    vectors = VECTORS["vectors"](None)
    vocabulary = Vocabulary(["a", "b"], [2, 1])
    assert vocabulary.word_id("b") == COPIES[way](vocabulary).word_id("b")
    sentences = COPIES[way](Sentences([1, 2], [0, 2]))
    assert (sentences.tokens, sentences.ids.flags.writeable) == (3, False)
    assert COPIES[way](Graph([("a", "b", 1.0)])).nodes == ["a", "b"]
    assert COPIES[way](Lexicon(vectors)).row("B") == 1
    assert COPIES[way](SentenceEncoder(vectors)).encode([["a"]]).tolist() == [[1, 0, 0]]
    assert COPIES[way](NeuralOptions(epochs=3)).epochs == 3


def test_no_public_class_is_forgotten():
    """Classes of results are plain data; those with more in them are in the tests above."""
    rooms = [
        importlib.import_module(name) for name in ("firth", "firth.lm", "firth.graphs", "firth.vectors.transforms")
    ]
    public = {thing for room in rooms for name in room.__all__ if inspect.isclass(thing := getattr(room, name))}
    plain = {
        thing for thing in public if thing.__name__ in ("Perplexity", "TokenScore", "TokenScores", "LanguageModel")
    }
    tested = {EncodedCorpus, Vocabulary, Word2Vec, WordVectors, Graph, SentenceEncoder, NeuralOptions, Sentences}
    tested |= {CbowModel, LinearMixture, LogLinearMixture, NeuralModel, NgramModel}
    assert {thing for thing in public - plain - tested if not issubclass(thing, Exception)} == set()


@pytest.mark.parametrize(
    "error",
    [
        firth.UnknownWord("kign", ["king"]),
        firth.EncodingError("a.txt", 3),
        firth.MissingExtra("search", "index"),
        firth.OptionError("bad", hint="better"),
        *(
            kind("said", hint="done")
            for kind in (errors.FileFormatError, errors.StorageError, errors.DivergenceError, errors.WrongType)
        ),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("way", COPIES)
def test_an_error_comes_back_from_another_process_as_it_was(error, way):
    twin = COPIES[way](error)
    assert type(twin) is type(error)
    assert (str(twin), twin.hint, twin.__dict__) == (str(error), error.hint, error.__dict__)


def test_models_work_in_a_process_that_begins_from_nothing(tmp_path):
    model = MODELS["ngram, mapped"](tmp_path / "m.safetensors")
    vectors = VECTORS["vectors, mapped"](tmp_path / "v.safetensors")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert pool.submit(model.score, TEXT[0]).result() == model.score(TEXT[0])
        assert pool.submit(vectors.most_similar, "a").result() == vectors.most_similar("a")
        with pytest.raises(firth.UnknownWord, match="zebra"):
            pool.submit(vectors.get_vector, "zebra").result()
