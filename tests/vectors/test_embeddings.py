"""Words to vectors, on vectors made by hand."""

import numpy as np
import pytest

from firth.corpus import Vocabulary
from firth.errors import OptionError, UnknownWord, WrongType
from firth.vectors import WordVectors
from firth.vectors.transforms import SentenceEncoder

WORDS = ["east", "north", "northeast", "west", "nowhere"]
MATRIX = np.array([[2, 0], [0, 1], [1, 1], [-4, 0], [0, 0]], np.float32)


@pytest.fixture
def vectors():
    return WordVectors(WORDS, MATRIX)


def test_the_dictionary_side(vectors):
    assert len(vectors) == 5
    assert list(vectors) == vectors.index_to_key == WORDS
    assert vectors.key_to_index["west"] == 3
    assert "north" in vectors
    assert "south" not in vectors
    assert vectors.vector_size == 2
    np.testing.assert_array_equal(vectors.norms, np.array([2, 1, 2**0.5, 4, 0], np.float32))


def test_vectors_of_one_word_and_of_several(vectors):
    assert vectors["west"].tolist() == [-4, 0]
    assert vectors[["west", "north"]].tolist() == [[-4, 0], [0, 1]]
    assert vectors[[]].shape == (0, 2)
    assert vectors["west"].dtype == np.float32
    assert vectors.get_vector("west", norm=True).tolist() == [-1, 0]
    assert vectors.get_vector("nowhere", norm=True).tolist() == [0, 0]


def test_vectors_are_read_only(vectors):
    with pytest.raises(ValueError, match="read-only"):
        vectors["west"][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        vectors.vectors[0] = 1


def test_a_float32_matrix_is_not_copied():
    matrix = np.ones((1, 2), np.float32)
    assert np.shares_memory(WordVectors(["a"], matrix).vectors, matrix)
    assert matrix.flags.writeable


def test_an_unknown_word(vectors):
    with pytest.raises(UnknownWord) as caught:
        vectors["Esat"]
    assert caught.value.close[0] == "east"
    with pytest.raises(KeyError):
        vectors["9"]
    assert vectors.get_index("Esat", -1) == -1


def test_the_mean(vectors):
    assert vectors.get_mean_vector(["east", "north"], pre_normalize=False).tolist() == [1, 0.5]
    assert vectors.get_mean_vector(["east", "north"]).tolist() == [0.5, 0.5]
    assert vectors.get_mean_vector(["east", "north"], [3, -1]).tolist() == [0.75, -0.25]
    np.testing.assert_allclose(vectors.get_mean_vector(["east", "north"], post_normalize=True), [0.5**0.5] * 2)
    assert vectors.get_mean_vector(["east", np.array([0.0, 3.0])]).tolist() == [0.5, 1.5]
    assert vectors.get_mean_vector(["east", "unknown"]).tolist() == [1, 0]
    assert vectors.get_mean_vector(["unknown"]).tolist() == [0, 0]


def test_a_mean_that_makes_no_sense(vectors):
    with pytest.raises(OptionError, match="no words"):
        vectors.get_mean_vector([])
    with pytest.raises(OptionError, match="2 weights for 1 words"):
        vectors.get_mean_vector(["east"], [1, 2])
    with pytest.raises(OptionError, match="expected \\(2,\\)"):
        vectors.get_mean_vector([np.ones(3)])
    with pytest.raises(OptionError, match="NaN"):
        vectors.get_mean_vector([np.array([np.nan, 1])])
    with pytest.raises(UnknownWord):
        vectors.get_mean_vector(["unknown"], ignore_missing=False)


def test_shapes_that_do_not_fit():
    with pytest.raises(OptionError, match="expected \\(1, dims\\)"):
        WordVectors(["a"], np.ones((2, 2)))
    with pytest.raises(OptionError, match="expected \\(1, dims\\)"):
        WordVectors(["a"], np.ones(2))
    with pytest.raises(OptionError, match="counts of shape"):
        WordVectors(["a"], np.ones((1, 2)), counts=[1, 2])


WRONG = [3, np.int64(3), True, 1.5, None, np.nan, b"east", slice(0, 2), ["east"], {"east"}, object()]


@pytest.mark.parametrize("key", WRONG, ids=lambda key: type(key).__name__)
def test_what_is_no_word_never_has_a_vector(vectors, key):
    """Row 3 is the vector of another word than "3"."""
    several = isinstance(key, list | set)
    uses = [
        lambda: key in vectors,
        lambda: vectors.get_index(key),
        lambda: vectors.get_index(key, -1),
        lambda: vectors.get_vector(key),
        lambda: vectors.similarity("east", key),
        lambda: vectors.distances(key),
        lambda: vectors.closer_than("east", key),
        lambda: vectors.analogy("east", key, "north"),
        lambda: vectors.similar_by_word(key),
        lambda: vectors[["east", key]],
        lambda: vectors.get_mean_vector(["east", key]),
        lambda: vectors.neighbors(["east", key]),
        lambda: vectors.doesnt_match(["east", key]),
        lambda: vectors.n_similarity(["east"], [key]),
        lambda: vectors.most_similar(["east", key]),
        lambda: vectors.most_similar_cosmul(["east", key]),
        lambda: vectors.most_similar_to_given("east", ["north", key]),
        *([] if several else [lambda: vectors[key]]),
        *([] if several or key is None else [lambda: vectors.most_similar(key)]),
    ]
    for use in uses:
        with pytest.raises(WrongType, match="in place of"):
            use()


def test_the_error_says_how_to_ask_for_a_row(vectors):
    with pytest.raises(WrongType, match=r"the int 3 in place of a word.*the word is '3'; .* vectors\.vectors\[3\]"):
        vectors[3]
    with pytest.raises(TypeError, match=r"vectors\.vectors\[first:last\]"):
        vectors[1:3]
    with pytest.raises(WrongType, match=r"the missing value nan in place of a word.*leave missing values out"):
        vectors[["east", float("nan")]]
    assert vectors[np.array(["west", "north"])].tolist() == [[-4, 0], [0, 1]]
    assert vectors[np.str_("west")].tolist() == vectors[np.array("west")].tolist() == [-4, 0]


@pytest.mark.parametrize("word", ["east", b"east", 3, None])
def test_one_word_is_not_taken_for_its_letters(vectors, word):
    for use in (
        vectors.get_mean_vector,
        vectors.neighbors,
        vectors.doesnt_match,
        vectors.rank_by_centrality,
        lambda words: vectors.n_similarity(words, ["east"]),
        lambda words: vectors.distances("east", words),
        lambda words: vectors.most_similar_to_given("east", words),
    ):
        with pytest.raises(WrongType, match="in place of several words"):
            use(word)
    with pytest.raises(WrongType, match="in place of several words"):
        SentenceEncoder(vectors).encode([word])


@pytest.mark.parametrize(
    "vector",
    [
        np.ones(3),
        np.ones((1, 2)),
        np.array([np.nan, 1]),
        np.array([np.inf, 1]),
        np.array(["a", "b"]),
        np.array([1j, 2]),
    ],
    ids=str,
)
def test_vectors_of_the_wrong_shape_or_kind_are_refused(vectors, vector):
    for use in (vectors.distances, lambda v: vectors.neighbors([v]), lambda v: vectors.get_mean_vector([v])):
        with pytest.raises((OptionError, WrongType), match="expected"):
            use(vector)
    with pytest.raises(OptionError, match=r"queries of shape \(1, 3\), expected \(queries, 2\)"):
        vectors.search(np.ones((1, 3), np.float32))


@pytest.mark.parametrize("number", ["3", 1.5, np.nan, True, -1, [3], np.ones(2)], ids=str)
def test_numbers_of_the_wrong_type_are_refused(vectors, number):
    for use in (
        lambda n: vectors.most_similar("east", topn=n),
        lambda n: vectors.most_similar("east", restrict_vocab=n),
        lambda n: vectors.most_similar("east", clip_start=n),
        lambda n: vectors.most_similar("east", clip_end=n),
        lambda n: vectors.most_similar_cosmul("east", topn=n),
        lambda n: vectors.most_similar_cosmul("east", restrict_vocab=n),
        lambda n: vectors.similar_by_word("east", n),
        lambda n: vectors.similar_by_vector(np.ones(2), n),
        lambda n: vectors.neighbors(["east"], n),
        lambda n: vectors.neighbors(["east"], restrict_vocab=n),
        lambda n: vectors.analogy("east", "north", "west", n),
        lambda n: vectors.relative_cosine_similarity("east", "north", n),
    ):
        with pytest.raises(OptionError, match=r"(topn|restrict_vocab|clip_start|clip_end)=.*, expected"):
            use(number)


def test_rows_to_take_are_numbers_of_rows(vectors):
    for rows in ([True, False, True, False, False], [0.5], ["east"], [[1]], 3):
        with pytest.raises(OptionError, match="expected whole numbers"):
            vectors.take(rows)
    with pytest.raises(OptionError, match="rows 9 to 9, expected 0 to 4"):
        vectors.take([9])


@pytest.mark.parametrize("words", [["a", 1], ["a", None], ["a", np.nan], [b"a", "b"], "ab", 3])
def test_words_are_strings(words):
    with pytest.raises(WrongType, match="in place of"):
        WordVectors(words, np.eye(2))
    with pytest.raises(WrongType, match="in place of"):
        Vocabulary(words, [2, 1])


def test_a_vector_with_infinity_has_no_direction_and_no_warning_of_numpy():
    vectors = WordVectors(["a", "b"], [[np.inf, 1], [3, 4]])
    unit = vectors.get_vector("a", norm=True)
    assert np.isnan(unit[0])
    assert unit[1] == 0
    np.testing.assert_allclose(vectors.get_vector("b", norm=True), [0.6, 0.8])


def test_a_signalling_nan_gives_no_warning_of_numpy():
    matrix = np.array([[0x7FA00000, 0x3F800000], [0, 0x3F800000]], np.uint32).view(np.float32)
    vectors = WordVectors(["a", "b"], matrix)
    assert np.isnan(vectors.get_vector("a", norm=True)).all()
    assert [word for word, _ in vectors.most_similar("b", topn=5)] == []
    assert np.isnan(vectors.get_mean_vector(["a", "b"])).any()
    assert np.isnan(vectors.get_mean_vector(["a", "b"], pre_normalize=False)).any()
