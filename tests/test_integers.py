"""Integers as words: they mean themselves and never rows, and keep their type in answers and in firth's own files."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from firth import Vocabulary, Word2Vec, encode
from firth.cli import command
from firth.corpus import EncodedCorpus
from firth.errors import OptionError, UnknownWord, WrongType
from firth.evaluation import SessionSet, sequences
from firth.lm import NgramModel
from firth.training.checkpoint import newest
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, SUFFIXES, left_behind, write
from firth.vectors.transforms import SentenceEncoder, align, merge, subset

ITEMS = [7, 0, -3, 2**70, 12]
MATRIX = np.array([[1, 0], [0.9, 0.1], [0, 1], [-1, 0], [0.1, 0.9]], np.float32)


def vectors():
    return WordVectors(ITEMS, MATRIX, [5, 4, 3, 2, 1])


def sessions():
    rng = np.random.default_rng(5)
    return [rng.integers(100, 130, 6).tolist() for _ in range(200)]


def test_an_integer_is_an_item_and_never_a_row():
    v = vectors()
    assert v.most_similar(7, topn=1) == [(0, pytest.approx(0.9938837))]
    assert v.get_index(0) == 1
    np.testing.assert_array_equal(v[12], MATRIX[4])
    np.testing.assert_array_equal(v[[12, 7]], MATRIX[[4, 0]])
    with pytest.raises(UnknownWord, match="unknown word 1; hint: did you mean 12"):
        v[1]  # a row, and no item
    assert 12 in v
    assert 1 not in v


def test_answers_are_integers():
    v = vectors()
    assert [word for word, _ in v.most_similar(positive=[7], negative=[-3], topn=2)] == [0, 12]
    assert v.neighbors([12, 7], topn=1)[0][0][0] == -3
    assert v.closer_than(7, 12) == [0]
    assert v.doesnt_match([7, 0, -3]) == -3
    assert v.most_similar_cosmul(7, topn=1)[0][0] == 0
    assert v.index_to_key == list(v) == ITEMS
    assert v.key_to_index == {item: row for row, item in enumerate(ITEMS)}
    assert all(type(item) is int for item in v)


@pytest.mark.parametrize("item", [12, np.int64(12), np.uint8(12), np.array(12), "12"])
def test_what_names_an_item(item):
    assert vectors().get_index(item) == 4


@pytest.mark.parametrize("item", ["012", "+12", "12.0", "", "٣", "x", "1" * 5_000])
def test_strings_that_name_none(item):
    assert item not in vectors()


@pytest.mark.parametrize("item", [12.0, True, None, b"12", [12]])
def test_what_is_no_item(item):
    with pytest.raises(WrongType, match="in place of a word, expected an int"):
        vectors().get_index(item)


def test_an_array_of_integers_is_several_items():
    v = vectors()
    assert v.most_similar(np.array([7, 0]), topn=1) == v.most_similar([7, 0], topn=1)
    assert v.most_similar(np.array([1.0, 0.0]), topn=1)[0][0] == 7  # a vector


@pytest.mark.parametrize("words", [[1, "a"], ["a", 1], [1, True], [1, None], [1, 2.0]])
def test_words_are_of_one_type(words):
    with pytest.raises(WrongType):
        WordVectors(words, np.ones((2, 2)))
    with pytest.raises(WrongType):
        Vocabulary(words, [2, 1])


def test_the_same_vectors_as_of_strings():
    options = {"vector_size": 4, "min_count": 1, "epochs": 2, "workers": 1}
    model = Word2Vec(**options).fit(sessions())
    strings = Word2Vec(**options).fit([list(map(str, session)) for session in sessions()])
    np.testing.assert_array_equal(model.input_vectors, strings.input_vectors)
    assert list(map(str, model.vocabulary)) == strings.vocabulary.words
    expected = [(int(item), score) for item, score in strings.vectors.most_similar("103")]
    assert model.vectors.most_similar(103) == expected


@pytest.mark.parametrize("as_rows", [np.array, tuple, iter, lambda row: [np.int32(item) for item in row]])
def test_rows_of_items_may_be_of_any_kind(as_rows):
    with encode((as_rows(row) for row in sessions()), min_count=1) as corpus:
        first = [corpus.vocabulary.words[number] for number in corpus.ids[:6]]
    assert first == sessions()[0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[3, "a"]], "index 0, a token is the str 'a' among integers, expected an int"),
        ([[3], [4, 5.0]], "index 1, a token is the float 5.0 among integers"),
        ([[3, None]], "the missing value None among integers.*leave missing values out"),
        ([[3, True]], "the bool True among integers"),
        ([["a", 3]], "index 0, a token is the int 3, expected a str"),
        ([[2.5]], "the float 2.5, expected a str"),
        ([[1]] * 70_000 + [["a"]], "index 70000, a token is the str 'a' among integers"),
    ],
)
def test_tokens_are_of_one_type(rows, message):
    with pytest.raises(OptionError, match=message):
        encode(rows, min_count=1)


def test_empty_lists_tell_nothing_of_the_type():
    with encode([[]] * 70_000 + [[3, 4], [], [3]], min_count=1) as corpus:
        assert corpus.vocabulary.words == [3, 4]


@pytest.mark.parametrize("precision", ["float32", "float16", "int8"])
def test_the_native_file_keeps_the_type(tmp_path, precision):
    vectors().save(tmp_path / "v.safetensors", precision=precision)
    for found in (WordVectors.load(tmp_path / "v.safetensors") for _ in range(2)):
        assert found.get_index(2**70) == 3  # looked up among the bytes
        assert found.embeddings.words[2] == -3
        assert found.index_to_key == ITEMS
        assert found.get_index("-3") == 2  # in the dictionary
        assert found.metadata == {}
    some = WordVectors.load(tmp_path / "v.safetensors", wanted=["12", "7"])  # as a file of words has them
    assert some.index_to_key == [7, 12]


def test_models_corpora_and_checkpoints_keep_the_type(tmp_path):
    model = Word2Vec(vector_size=2, min_count=1, epochs=1, objective="softmax", sample=0)
    model.fit(sessions(), cache=tmp_path / "c.corpus", checkpoint=tmp_path / "run")
    model.save(tmp_path / "m.safetensors")
    loaded = Word2Vec.load(tmp_path / "m.safetensors")
    with EncodedCorpus.load(tmp_path / "c.corpus") as corpus:
        assert corpus.vocabulary.words == model.vocabulary.words
    assert newest(tmp_path / "run").vocabulary.words == model.vocabulary.words
    assert loaded.vocabulary.words == model.vocabulary.words
    assert WordVectors.load(tmp_path / "m.safetensors").index_to_key == model.vocabulary.words
    assert type(loaded.predict([101], topn=1)[0][0]) is int
    assert loaded.vocabulary.word_id(101) == loaded.vocabulary.word_id("101")
    assert loaded.score([[101, 102]]) == loaded.score([["101", "102"]])
    loaded.partial_fit([["101", "102", "x"]] * 50)  # a text file has strings; those that spell no item are unknown
    with pytest.raises(WrongType):
        loaded.update_vocabulary([["x", "y"]])


FOREIGN = [name for name, format in FORMATS.items() if format.write and format.read and name != "native"]


@pytest.mark.parametrize("name", FOREIGN)
def test_other_formats_hold_strings_and_this_is_told(tmp_path, name):
    suffix = {known: suffix for suffix, known in SUFFIXES.items()}.get(name, "")
    path = tmp_path / f"v{suffix}"
    write(vectors().embeddings, path, name)
    assert WordVectors.load(path, name).index_to_key[: len(ITEMS)] == list(map(str, ITEMS))
    assert "the mark that its words are integers" in left_behind(vectors().embeddings, name)
    assert left_behind(WordVectors(["a"], [[1.0]]).embeddings, name) == []


def test_words_to_keep_and_given_vocabularies():
    with encode([[3, 3, 4], [3, 5]], min_count=2, keep_words=[5]) as corpus:
        assert corpus.vocabulary.words == [3, 5]
    for given in (Vocabulary([4, 3], [2, 1]), Vocabulary(["4", "3"], [2, 1])):
        with encode([[3, 3, 4], [3, 5]], vocabulary=given) as corpus:
            assert corpus.vocabulary.words == [4, 3]
    with pytest.raises(OptionError, match="has the word 'x', but the text has integers"):
        encode([[3, 3, 4]], vocabulary=Vocabulary(["3", "x"], [2, 1]))


def test_a_table_of_words_has_strings(tmp_path):
    Vocabulary([17, 3], [2, 1]).save(tmp_path / "v.tsv")
    assert Vocabulary.load(tmp_path / "v.tsv").words == ["17", "3"]


def test_transformations_keep_the_type():
    v = vectors()
    assert subset(v, [12, 7]).index_to_key == [12, 7]
    assert merge(v, WordVectors([99], [[1.0, 1.0]])).index_to_key == [*ITEMS, 99]
    assert align(v, v).index_to_key == ITEMS
    np.testing.assert_array_equal(SentenceEncoder(v).encode([[7, 12], [5]]), [(MATRIX[0] + MATRIX[4]) / 2, [0, 0]])


def test_sessions_of_a_file_are_found_among_integers():
    test = SessionSet("s", [["7", "0"], ["12", "-3"], ["x", "7"]])
    result = sequences(vectors(), test, k=1, resamples=10)
    assert (result.hit_rate, result.used, result.left_out) == (1.0, 2, 1)


def test_a_language_model_reads_integers_as_their_digits():
    of_numbers = NgramModel.train([[3, 17], [3, 4]], 2, smoothing="witten-bell")
    of_strings = NgramModel.train([["3", "17"], ["3", "4"]], 2, smoothing="witten-bell")
    assert of_numbers.words == of_strings.words
    assert of_numbers.perplexity([[3, 4]]) == of_strings.perplexity([["3", "4"]])


def test_the_command_line_asks_by_digits(tmp_path):
    vectors().save(tmp_path / "v.safetensors")
    told = CliRunner().invoke(command, ["neighbors", str(tmp_path / "v.safetensors"), "7", "-n", "1"])
    assert told.output.split() == ["7", "0", "0.9939"]
    told = CliRunner().invoke(command, ["neighbors", str(tmp_path / "v.safetensors"), "7", "-n", "1", "--json"])
    assert json.loads(told.output)["neighbors"][0]["word"] == 0
