"""KeyedVectors: what can be changed, and the answers that gensim's own give."""

import copy
import pickle

import numpy as np
import pytest

from firth import WordVectors, evaluation
from firth.errors import FileFormatError, OptionError, UnknownWord, WrongType
from firth.gensim import KeyedVectors

gensim = pytest.importorskip("gensim.models")

WORDS = ["king", "queen", "man", "woman", "apple", "pear"]
MATRIX = np.random.default_rng(1).standard_normal((6, 5)).astype(np.float32)


@pytest.fixture
def vectors():
    made = KeyedVectors(5)
    made.add_vectors(WORDS, MATRIX)
    return made


@pytest.fixture(scope="module")
def theirs():
    made = gensim.KeyedVectors(5)
    made.add_vectors(WORDS, MATRIX)
    return made


QUESTIONS = [
    lambda v: v.most_similar("king", topn=4),
    lambda v: v.most_similar(["king", "woman"], ["man"]),
    lambda v: v.most_similar([("king", 0.5), "pear"], [("man", -2.0)], topn=3),
    lambda v: v.most_similar(MATRIX[1]),
    lambda v: v.most_similar(MATRIX[:2], topn=2),
    lambda v: v.most_similar(positive=[0, np.int64(3)], negative=[2]),
    lambda v: v.most_similar("king", restrict_vocab=3),
    lambda v: v.most_similar("king", clip_start=2, clip_end=5),
    lambda v: v.most_similar_cosmul(["king", "woman"], ["man"]),
    lambda v: v.similar_by_vector(MATRIX[4] + 1),
    lambda v: v.rank_by_centrality(WORDS),
    lambda v: v.closer_than("king", "pear"),
]
NUMBERS = [
    lambda v: v.most_similar("king", topn=None),
    lambda v: v.similarity("king", "pear"),
    lambda v: v.distance(0, "pear"),
    lambda v: v.distances("king", ["pear", "man"]),
    lambda v: v.distances(MATRIX[0] * 2),
    lambda v: v.n_similarity(["king", "queen"], ["man"]),
    lambda v: v.relative_cosine_similarity("king", "man", topn=3),
    lambda v: v.get_mean_vector(["king", MATRIX[1], "unknown"], weights=[1, 2, 3]),
    lambda v: v.cosine_similarities(MATRIX[0], MATRIX[1:]),
    lambda v: v.get_vector("man", norm=True),
    lambda v: v[["man", "king"]],
    lambda v: v[2],
    lambda v: v.get_normed_vectors(),
    lambda v: v.wmdistance(["king", "king", "pear", "unknown"], ["queen", "pear"]),
    lambda v: v.wmdistance(["king", "pear"], ["queen", "woman"], norm=False),
    lambda v: v.rank("king", "man"),
    lambda v: v.get_index("pear"),
    lambda v: v.get_index("unknown", default=-7),
]


@pytest.mark.filterwarnings("ignore:Call to deprecated")  # gensim's most_similar_cosmul makes one
@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_gensims(vectors, theirs, question):
    ours, expected = question(vectors), question(theirs)
    if ours and isinstance(ours[0], str):
        assert ours == expected
        return
    names, scores = zip(*(sorted(pair, key=str) for pair in ours), strict=True)
    names_expected, scores_expected = zip(*(sorted(pair, key=str) for pair in expected), strict=True)
    flat, flat_expected = np.array([*names, *scores], object), np.array([*names_expected, *scores_expected], object)
    words = [one for one in flat if isinstance(one, str)]
    assert words == [one for one in flat_expected if isinstance(one, str)]
    numbers = [float(one) for one in flat if not isinstance(one, str)]
    assert numbers == pytest.approx([float(one) for one in flat_expected if not isinstance(one, str)], abs=1e-6)


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_are_gensims(vectors, theirs, number):
    assert number(vectors) == pytest.approx(number(theirs), abs=1e-6)


def test_keys_are_added_and_changed(vectors):
    vectors["plum"] = np.ones(5)
    assert vectors.most_similar([np.ones(5)], topn=1) == [("plum", pytest.approx(1.0))]
    vectors.add_vectors(["plum", "fig"], np.zeros((2, 5)) + 3)
    assert vectors["plum"].tolist() == [1] * 5
    assert vectors["fig"].tolist() == [3] * 5
    vectors[["plum", "fig"]] = np.full((2, 5), 2)
    assert vectors["plum"].tolist() == vectors["fig"].tolist() == [2] * 5
    assert vectors.index_to_key[6:] == ["plum", "fig"]
    assert vectors.key_to_index["fig"] == 7
    with pytest.raises(OptionError, match="vectors of shape"):
        vectors.add_vectors(["x"], np.ones((1, 4)))


def test_rows_are_filled_one_by_one():
    made = KeyedVectors(2, count=2)
    assert [made.add_vector(word, [1, number]) for number, word in enumerate("abc")] == [0, 1, 2]
    assert made.index_to_key == ["a", "b", "c"]
    assert made.vectors.tolist() == [[1, 0], [1, 1], [1, 2]]


def test_norms_follow_a_change_by_force(vectors):
    assert vectors.norms[0] == pytest.approx(np.linalg.norm(MATRIX[0]))
    vectors.vectors[0] = [3, 4, 0, 0, 0]
    vectors.fill_norms(force=True)
    assert vectors.norms[0] == 5
    vectors.unit_normalize_all()
    assert vectors["king"] == pytest.approx([0.6, 0.8, 0, 0, 0])


def test_a_number_is_a_row_unless_it_is_a_key():
    made = KeyedVectors(2)
    made.add_vectors([7, "a", ("b", 1)], [[1, 0], [0, 1], [1, 1]])
    assert made[7].tolist() == [1, 0]
    assert made[1].tolist() == [0, 1]
    assert made.most_similar(7, topn=1)[0][0] == ("b", 1)
    assert 3 not in made
    with pytest.raises(KeyError):
        made[3]
    with pytest.raises(WrongType, match="in place of a key"):
        made.get_vector(["a"])


def test_attributes(vectors):
    vectors.set_vecattr("king", "count", 9)
    vectors.set_vecattr("queen", "count", 4)
    assert vectors.get_vecattr("king", "count") == 9
    assert vectors.get_vecattr("pear", "count") == 0
    vectors.set_vecattr("king", "colour", "red")
    with pytest.raises(WrongType, match="'count', which holds int64"):
        vectors.set_vecattr("king", "count", "many")
    with pytest.raises(KeyError, match="no attribute 'size'"):
        vectors.get_vecattr("king", "size")
    vectors.sort_by_descending_frequency()
    assert vectors.counts.tolist() == [9, 4, 0, 0, 0, 0]
    assert len(vectors.get_vecattr("king", "code")) == 1  # the most frequent of all hangs at the root


def test_functions_of_firth_take_them(vectors):
    assert isinstance(vectors, WordVectors)
    assert evaluation.health(vectors).as_dict()["task"] == "health"
    assert vectors.take([1, 0]).index_to_key == ["queen", "king"]


def test_copies_are_their_own(vectors):
    for other in (copy.deepcopy(vectors), pickle.loads(pickle.dumps(vectors))):
        other["king"] = np.zeros(5)
        assert vectors["king"].any()


def test_files(vectors, tmp_path):
    vectors.set_vecattr("king", "count", 9)
    vectors.set_vecattr("king", "weight", 0.5)
    vectors.save(tmp_path / "v.txt")  # firth's own, whatever the name
    loaded = KeyedVectors.load(tmp_path / "v.txt")
    assert loaded.get_vecattr("king", "count") == 9
    assert loaded.get_vecattr("king", "weight") == 0.5
    loaded["king"] = np.zeros(5)
    assert KeyedVectors.load(tmp_path / "v.txt", mmap="r")["king"] == pytest.approx(MATRIX[0])


@pytest.mark.parametrize("binary", [True, False])
def test_word2vec_files_are_exchanged_with_gensim(vectors, theirs, tmp_path, binary):
    vectors.save_word2vec_format(tmp_path / "ours", binary=binary)
    theirs.save_word2vec_format(str(tmp_path / "theirs"), binary=binary)
    here = KeyedVectors.load_word2vec_format(tmp_path / "theirs", binary=binary)
    there = gensim.KeyedVectors.load_word2vec_format(str(tmp_path / "ours"), binary=binary)
    assert here.index_to_key == there.index_to_key == WORDS
    assert (here.vectors == MATRIX).all()
    assert (there.vectors == MATRIX).all()
    assert here.get_vecattr("pear", "count") == there.get_vecattr("pear", "count") == 1
    assert here.counts is None  # gensim makes these up


def test_a_word2vec_file_by_counts(vectors, tmp_path):
    for count, word in enumerate(WORDS):
        vectors.set_vecattr(word, "count", count)
    vectors.save_word2vec_format(tmp_path / "v.txt", tmp_path / "counts", prefix="*", write_header=False)
    assert (tmp_path / "counts").read_text().splitlines()[0] == "*pear 5"
    read = KeyedVectors.load_word2vec_format(tmp_path / "v.txt", tmp_path / "counts", no_header=True, limit=2)
    assert read.index_to_key == ["*pear", "*apple"]
    assert read.counts.tolist() == [5, 4]


def test_bytes_that_are_not_utf8(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"1 2\nbad\xff 1 2\n")
    with pytest.raises(FileFormatError, match="not UTF-8"):
        KeyedVectors.load_word2vec_format(tmp_path / "v.txt")
    for way, word in (("replace", "bad\ufffd"), ("ignore", "bad")):
        with pytest.warns(UserWarning, match="not UTF-8"):
            read = KeyedVectors.load_word2vec_format(tmp_path / "v.txt", unicode_errors=way)
        assert read.index_to_key == [word]


def test_known_words_take_the_vectors_of_a_file(vectors, tmp_path):
    (tmp_path / "v.txt").write_text("2 5\nqueen 1 2 3 4 5\nother 1 1 1 1 1\n")
    vectors.intersect_word2vec_format(tmp_path / "v.txt", lockf=1.0)
    assert vectors["queen"].tolist() == [1, 2, 3, 4, 5]
    assert "other" not in vectors
    assert (vectors.vectors_lockf == 1).all()


def test_vectors_for_all(vectors):
    vectors.set_vecattr("king", "count", 9)
    some = vectors.vectors_for_all(["pear", "king", "unknown", "pear"], copy_vecattrs=True)
    assert some.index_to_key == ["pear", "king"]
    assert some.get_vecattr("king", "count") == 9


def test_word_pairs_and_analogies(vectors, theirs, tmp_path):
    (tmp_path / "pairs.tsv").write_text("# a comment\nKing\tqueen\t8\nman\tpear\t2\napple\tpear\t9\nx\ty\t1\n")
    ours, expected = (v.evaluate_word_pairs(str(tmp_path / "pairs.tsv")) for v in (vectors, theirs))
    assert [tuple(ours[0]), tuple(ours[1]), ours[2]] == [
        pytest.approx(tuple(expected[0]), abs=1e-6), pytest.approx(tuple(expected[1])), expected[2]
    ]  # fmt: skip
    lines = ": family\nman king woman queen\nking man queen woman\n: fruit\napple pear king x\n"
    (tmp_path / "questions.txt").write_text(lines)
    for options in ({}, {"dummy4unknown": True}, {"case_insensitive": False}):
        ours, expected = (
            v.evaluate_word_analogies(str(tmp_path / "questions.txt"), **options) for v in (vectors, theirs)
        )
        assert ours == expected


def test_an_indexer_of_gensim_is_asked(vectors):
    class Indexer:
        def most_similar(self, vector, topn):
            return [("asked", round(float(vector @ vector), 5)), topn]

    assert vectors.most_similar(["king"], ["man"], topn=3, indexer=Indexer()) == [("asked", 1.0), 3]


def test_what_is_not_here_says_what_is(vectors):
    for name, way in (("vocab", "key_to_index"), ("index2word", "index_to_key"), ("vectors_norm", "normed")):
        assert not hasattr(vectors, name)
        with pytest.raises(AttributeError, match=way):
            getattr(vectors, name)
    with pytest.raises(UnknownWord, match="did you mean king"):
        vectors.most_similar("kinh")
    with pytest.raises(ZeroDivisionError, match="groups of 0 and 1"):
        vectors.n_similarity([], ["king"])
