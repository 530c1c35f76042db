"""Text vectors: by hand, against Python's own float, and on files that gensim wrote; damaged files are refused."""

import gzip
import math
import subprocess
import sys
import warnings

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st

from firth.errors import FileFormatError, OptionError, VectorsWarning
from firth.kernels.text import numbers
from firth.vectors import WordVectors
from firth.vectors.formats import word2vec_text, write


@pytest.fixture
def put(tmp_path):
    def write(content, name="v.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def number(raw):
    text = np.frombuffer(raw.encode(), np.uint8)
    value, end = numbers._number(text, 0, len(text))
    return np.float32(value) if end == len(text) else None


@given(st.floats(width=32, allow_nan=False), st.sampled_from(["%.9g", "%r", "%.4f", "%.12e", "%+.3E"]))
def test_numbers_are_those_of_python(value, form):
    raw = form % value
    with np.errstate(over="ignore"):
        assert number(raw) == np.float32(float(raw))


@pytest.mark.parametrize(
    "raw", ["0", "-0.0", "1.", ".5", "1e5", "1E-5", "123456789012345678901234567890", "0.000000000000000000000000123",
            "1e-400", "00012.5", "inf", "-INF"],
)  # fmt: skip
def test_odd_numbers(raw):
    assert number(raw) == np.float32(float(raw))
    assert math.copysign(1, number(raw)) == math.copysign(1, float(raw))


@pytest.mark.parametrize(
    "raw", ["", "-", ".", "x", "1x", "1e", "1e+", "--1", "1.2.3", "na", "nan(", "nan)", "infinit", "infinityy"]
)
def test_what_is_no_number(raw):
    assert not raw or number(raw) is None


def test_nan():
    assert np.isnan(number("nan"))


def test_a_file_by_hand(put):
    with pytest.warns(VectorsWarning, match="1 words contain spaces, such as 'new york'"):
        vectors = word2vec_text.read(put("2 3\nthe 1 2.5 -3e-1\nnew york 4 5 6 \n"))
    assert vectors.index_to_key == ["the", "new york"]
    np.testing.assert_array_equal(vectors.vectors, np.array([[1, 2.5, -0.3], [4, 5, 6]], np.float32))


def test_without_a_header(put):
    assert word2vec_text.read(put("the 1 2\nof 3 4\n")).index_to_key == ["the", "of"]
    assert word2vec_text.read(put("5 1 2\n6 3 4\n")).index_to_key == ["5", "6"]
    assert word2vec_text.read_glove(put("5 1\n6 3\n")).index_to_key == ["5", "6"]  # what looks like a header is a word


def test_tabs_carriage_returns_blank_lines_and_no_last_newline(put):
    path = put(b"a\t1\t2\r\n\nb  3  4\r\n\n\nc 5 6")
    with pytest.warns(VectorsWarning, match="no line break at the end"):
        vectors = word2vec_text.read(path)
    assert word2vec_text.read(path, limit=2).index_to_key == ["a", "b"]  # no warning: the end was not read
    assert vectors.index_to_key == ["a", "b", "c"]
    assert vectors.vectors.tolist() == [[1, 2], [3, 4], [5, 6]]


def test_words_that_look_like_something_else(put):
    words = ["3", ". . .", "at name@domain.com", "1 2 3", "a\u00a0b", "\u2028", "nan", "-"]
    with pytest.warns(VectorsWarning, match="3 words contain spaces, such as '. . .'"):
        vectors = word2vec_text.read(put("".join(f"{word} 0.5 1\n" for word in words)), header=False)
    assert vectors.index_to_key == words


def test_files_of_gensim(tmp_path):
    rng = np.random.default_rng(1)
    words = [f"wörd{i}" for i in range(300)]
    known = KeyedVectors(20)
    known.add_vectors(words, rng.standard_normal((300, 20)).astype(np.float32))
    for header in (True, False):
        known.save_word2vec_format(tmp_path / "g.txt", write_header=header)
        vectors = word2vec_text.read(tmp_path / "g.txt")
        assert vectors.index_to_key == words
        np.testing.assert_array_equal(vectors.vectors, known.vectors)


def test_a_file_of_fasttext(put):
    vectors = word2vec_text.read(
        put(  # by the command `fasttext skipgram` 0.9.2: five digits, and a space at the end of a line
            "4 4\n"
            "the -0.029641 0.027973 -0.022166 -0.0072853 \n"
            "king 0.011069 0.0027451 0.014071 0.00053237 \n"
            "naïve -4.8629e-08 4.5892e-08 -3.6365e-08 -1.1952e-08 \n"
            "日本 0 0 0 0 \n"
        )
    )
    assert vectors.index_to_key == ["the", "king", "naïve", "日本"]
    rows = [[-0.029641, 0.027973, -0.022166, -0.0072853], [0.011069, 0.0027451, 0.014071, 0.00053237]]
    rows += [[-4.8629e-08, 4.5892e-08, -3.6365e-08, -1.1952e-08], [0, 0, 0, 0]]
    np.testing.assert_array_equal(vectors.vectors, np.array(rows, np.float32))


def test_a_file_as_glove_writes_it(put):
    # glove.c prints each number with %lf, and ends with the mean of the rarest words' vectors as <unk>
    written = "the 0.418000 0.249680\n, 0.013441 0.236820\n. . -0.000001 1.000000\n<unk> 0.1 -0.2\n"
    with pytest.warns(VectorsWarning, match="1 words contain spaces"):
        vectors = WordVectors.of(word2vec_text.read_glove(put(written)))
    assert vectors.index_to_key == ["the", ",", ". .", "<unk>"]
    np.testing.assert_array_equal(vectors["the"], np.array([0.418, 0.24968], np.float32))
    assert vectors[". ."].tolist() == [np.float32(-0.000001), 1]


def test_spacy_reads_ours(tmp_path):
    spacy = pytest.importorskip("spacy")
    words = ["king", "queen", "naïve", "well-being", "日本"]
    ours = WordVectors(words, np.random.default_rng(1).standard_normal((5, 3)))
    write(ours.embeddings, tmp_path / "v.txt", "spacy")
    command = [sys.executable, "-m", "spacy", "init", "vectors", "en", str(tmp_path / "v.txt"), str(tmp_path / "out")]
    subprocess.run(command, check=True, capture_output=True)
    vocabulary = spacy.load(tmp_path / "out").vocab
    np.testing.assert_array_equal(np.stack([vocabulary[word].vector for word in words]), ours.vectors)
    assert vocabulary.vectors.shape == (5, 3)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim leaves a file open
def test_gensim_reads_ours(tmp_path):
    ours = WordVectors(["a", "b"], np.array([[1 / 3, 2], [1e-30, -4]], np.float32))
    word2vec_text.write(ours.embeddings, tmp_path / "v.vec")
    word2vec_text.write_glove(ours.embeddings, tmp_path / "v.glove")
    for name, options in (("v.vec", {}), ("v.glove", {"no_header": True})):
        theirs = KeyedVectors.load_word2vec_format(tmp_path / name, **options)
        assert theirs.index_to_key == ["a", "b"]
        np.testing.assert_array_equal(theirs.vectors, ours.vectors)


def test_many_parts(put, monkeypatch):
    monkeypatch.setattr(word2vec_text, "_STEP", 100)
    monkeypatch.setattr(word2vec_text, "cores", lambda: 5)
    lines = [f"w{i} {i} {-i}" for i in range(1000)]
    vectors = word2vec_text.read(put("\n".join(lines) + "\n"))
    assert vectors.index_to_key == [f"w{i}" for i in range(1000)]
    assert vectors.vectors[:, 0].tolist() == list(range(1000))


def test_limit_and_wanted(put):
    path = put("4 1\na 1\nb 2\nc 3\nd 4\n")
    assert word2vec_text.read(path, limit=2).index_to_key == ["a", "b"]
    assert word2vec_text.read(path, limit=9).index_to_key == ["a", "b", "c", "d"]
    vectors = word2vec_text.read(path, wanted={"d", "b"})
    assert (vectors.index_to_key, vectors.vectors.ravel().tolist()) == (["b", "d"], [2, 4])
    with pytest.warns(VectorsWarning, match="1 of the 2 wanted words"):
        assert word2vec_text.read(path, wanted={"d", "x"}).index_to_key == ["d"]


def test_gzip(tmp_path):
    (tmp_path / "v.txt.gz").write_bytes(gzip.compress(b"1 2\na 1 2\n"))
    assert word2vec_text.read(tmp_path / "v.txt.gz").vector("a").tolist() == [1, 2]


def test_duplicates_keep_the_first_row(put):
    with pytest.warns(VectorsWarning, match="2 rows repeat a word"):
        vectors = word2vec_text.read(put("a 1\nb 2\na 3\na 4\n"), header=False)
    assert (vectors.index_to_key, vectors.vectors.ravel().tolist()) == (["a", "b"], [1, 2])


def test_broken_utf8_is_reported(put):
    with pytest.warns(VectorsWarning, match="1 words are not UTF-8"):
        vectors = word2vec_text.read(put(b"caf\xe9 1 2\nok 3 4\n"))
    assert vectors.index_to_key == ["caf\ufffd", "ok"]


def test_nan_is_reported_and_is_never_an_answer(put):
    with pytest.warns(VectorsWarning, match="1 vectors hold NaN or infinity"):
        vectors = WordVectors.of(word2vec_text.read(put("a 1 0\nb nan 1\nc 1 1\n")))
    assert [word for word, _ in vectors.most_similar("a")] == ["c"]


def test_zero_vectors(put):
    vectors = WordVectors.of(word2vec_text.read(put("a 1 0\nb 0 0\n")))
    assert vectors.most_similar("a") == [("b", 0.0)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "an empty file"),
        ("3 2\na 1 2\nb 3 4\n", "the header promises 3 words, found 2"),
        ("1 2\na 1 2\nb 3 4\n", "the header promises 1 words, found 2"),
        ("2 2\n", "the header promises 2 words, found none"),
        ("2 3\na 1.5 2\nb 3 4\n", "line 2 is not a word and 3 numbers"),
        ("2 9999999999\na 1 2\nb 3 4\n", "too few for 2 words of 9,999,999,999 dimensions"),
        ("a 1 2\nb 3 x\n", "line 2 is not a word and 2 numbers"),
        ("a 1 2\nb 3 4\nc 5", "line 3 is not a word and 2 numbers"),
        ("hello world\nfoo\n", "no numbers in its first lines"),
        ("\n\n", "no numbers in its first lines"),
        ("2 2\na 1 2\nb 3", "line 3 is not a word and 2 numbers"),
    ],
)
def test_damaged_files(put, content, message):
    with pytest.raises(FileFormatError, match=message):
        word2vec_text.read(put(content))


def test_the_shorter_line_decides_the_dimensions(put):
    with pytest.warns(VectorsWarning, match="1 words contain spaces, such as 'a 1'"):
        assert word2vec_text.read(put("a 1 2.5\n\nb 3\n")).index_to_key == ["a 1", "b"]


@pytest.mark.parametrize(
    ("first", "dims"),
    [(". . . 0.5 1.5", 2), ("at 3 0.5 1.5", 2), ("at 3 4 0.5 1.5", 2), ("x 0.5", 2), ("  0.5 1.5", 2)],
)
def test_what_most_lines_have_decides_the_dimensions(put, first, dims):
    path = put("\n".join([first, *(f"w{number} {number} 0.25" for number in range(20))]) + "\n")
    if first == "x 0.5":  # the odd line is named, not the others
        with pytest.raises(FileFormatError, match="line 1 is not a word and 2 numbers"):
            word2vec_text.read(path)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VectorsWarning)
            assert word2vec_text.read(path).vector_size == dims


@pytest.mark.parametrize("spelling", ["Infinity", "-infinity", "inf", "+INF", "nan", "-NaN", "-nan(ind)"])
def test_spellings_of_numbers_that_are_none(put, spelling):
    with pytest.warns(VectorsWarning, match="1 vectors hold NaN or infinity"):
        vectors = word2vec_text.read(put(f"a 1 2\nb {spelling} 3\n"))
    np.testing.assert_array_equal(vectors.vector("b"), np.array([float(spelling.removesuffix("(ind)")), 3], np.float32))


@pytest.mark.parametrize("name", ["v.txt", "v.vec"])
def test_a_table_of_words_and_counts_is_no_vectors(put, name):
    table = "the\t23135851162\nof\t13151942776\nand 0\n"
    with pytest.raises(FileFormatError, match=r"a table of words.*Vocabulary\.load\(path\) reads such a table"):
        WordVectors.load(put(table, name))
    assert WordVectors.load(put(table, name), "glove").vector_size == 1
    assert WordVectors.load(put("3 1\n" + table, name)).vector_size == 1
    assert WordVectors.load(put(table.replace("and 0", "and 0.5"), name)).vector_size == 1


def test_a_byte_order_mark_is_no_letter(put):
    for content in ("\ufeff2 2\na 1 2\nb 3 4\n", "\ufeffa 1 2\nb 3 4\n"):
        assert word2vec_text.read(put(content)).index_to_key == ["a", "b"]


def test_a_missing_header_where_one_is_asked_for(put):
    with pytest.raises(FileFormatError, match="no header"):
        word2vec_text.read(put("a 1 2\n"), header=True)


def test_writing_words_that_the_format_does_not_hold(tmp_path):
    with pytest.warns(VectorsWarning, match="1 words contain spaces"):
        word2vec_text.write(WordVectors(["new york", "b"], [[1.0], [2.0]]).embeddings, tmp_path / "v.txt")
    with pytest.warns(VectorsWarning, match="1 words contain spaces"):
        assert word2vec_text.read(tmp_path / "v.txt").index_to_key == ["new york", "b"]
    with pytest.raises(OptionError, match="line break"):
        write(WordVectors(["a\nb"], [[1.0]]).embeddings, tmp_path / "w.txt")
    assert not (tmp_path / "w.txt").exists()
