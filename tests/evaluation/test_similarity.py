"""Similarity against SciPy and gensim, files of every form, and what is wrong with a file."""

import gzip

import numpy as np
import pytest
import scipy.stats
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st

from firth.errors import EncodingError, FileFormatError, SourceError, VocabularyError
from firth.evaluation import Lexicon, SimilaritySet, similarity
from firth.evaluation.bootstrap import interval, p_value, resampled, resampled_means
from firth.evaluation.correlation import pearson, ranks, spearman
from firth.vectors import WordVectors

RNG = np.random.default_rng(3)
WORDS = [f"w{i}" for i in range(40)]
VECTORS = WordVectors(WORDS, RNG.standard_normal((40, 6)))
PAIRS = [(WORDS[i], WORDS[(i + j) % 40]) for i, j in RNG.integers(1, 40, (60, 2))]
SCORES = RNG.integers(0, 8, 60).astype(float)  # with ties


def read(tmp_path, text, name="set.txt"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return SimilaritySet.read(tmp_path / name)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=3, max_size=30))
def test_correlations_are_scipys(points):
    x, y = np.array(points, float).T
    if len(set(x)) > 1 and len(set(y)) > 1:
        assert pearson(x, y)[0] == pytest.approx(scipy.stats.pearsonr(x, y).statistic, abs=1e-9)
        assert spearman(x, y)[0] == pytest.approx(scipy.stats.spearmanr(x, y).statistic, abs=1e-9)
    np.testing.assert_allclose(ranks(x, np.ones((1, len(x))))[0], scipy.stats.rankdata(x))


def test_counts_mean_the_item_stands_there_so_often():
    x, y = RNG.integers(0, 5, (2, 20)).astype(float)
    counts = resampled(20, 3, seed=1)
    assert (counts.sum(axis=1) == 20).all()
    for row, expected in zip(counts.astype(int), spearman(x, y, counts), strict=True):
        assert expected == pytest.approx(scipy.stats.spearmanr(x.repeat(row), y.repeat(row)).statistic)


def test_the_interval_is_that_of_scipys_bootstrap():
    result = similarity(VECTORS, SimilaritySet("s", PAIRS, SCORES), resamples=4000)

    def statistic(x, y, axis):
        return np.array([spearman(*p)[0] for p in zip(np.atleast_2d(x), np.atleast_2d(y), strict=True)]).squeeze()

    other = scipy.stats.bootstrap(
        (result.cosines, SCORES), statistic, paired=True, method="percentile", n_resamples=4000, rng=1
    ).confidence_interval
    assert result.interval == pytest.approx((other.low, other.high), abs=0.03)


def test_resampled_means_spread_as_the_binomial_does():
    means = resampled_means(np.repeat([0, 1], [700, 300]), 20_000)
    assert means.mean() == pytest.approx(0.3, abs=1e-3)
    assert means.std() == pytest.approx((0.3 * 0.7 / 1000) ** 0.5, rel=0.03)
    low, high = interval(means)
    assert low == pytest.approx(0.3 - 1.96 * 0.0145, abs=2e-3)
    assert high == pytest.approx(0.3 + 1.96 * 0.0145, abs=2e-3)


def test_p_values():
    assert p_value(np.array([1.0] * 999)) == pytest.approx(2 / 1000)
    assert p_value(np.array([1.0, -1.0] * 500)) == 1
    assert p_value(np.zeros(10)) == 1


def test_gensim_finds_the_same(tmp_path):
    path = tmp_path / "set.tsv"
    unknown = [("nobody", "w1"), ("w2", "Nothing")]
    rows = zip(PAIRS + unknown, [*SCORES, 1, 2], strict=True)
    path.write_text("".join(f"{a.upper()}\t{b}\t{score}\n" for (a, b), score in rows))
    gensim = KeyedVectors(6)
    gensim.add_vectors(WORDS, VECTORS.vectors)
    theirs = gensim.evaluate_word_pairs(str(path))
    ours = similarity(VECTORS, SimilaritySet.read(path))
    assert ours.pearson == pytest.approx(theirs[0].statistic, abs=1e-6)
    assert ours.spearman == pytest.approx(theirs[1].statistic, abs=1e-6)
    assert (ours.used, ours.left_out, ours.unknown) == (60, 2, ["NOBODY", "Nothing"])
    assert ours.interval[0] < ours.spearman < ours.interval[1]
    assert np.isnan(ours.cosines[60:]).all()


@pytest.mark.parametrize("header", ["", "Word 1,Word 2,Human (mean)\n", "# by hand\n\n"])
@pytest.mark.parametrize("mark", ["\t", ",", " ", ", "])
def test_forms_of_a_file(tmp_path, header, mark):
    text = header.replace(",", mark.strip() or mark) + f"love{mark}sex{mark}6.77\ntiger{mark}cat{mark}7\n"
    if mark == " " and "Word" in header:
        text = text.replace("Word 1 Word 2 Human (mean)", "word1 word2 score")
    found = read(tmp_path, text)
    assert found.pairs == [("love", "sex"), ("tiger", "cat")]
    assert found.scores.tolist() == [6.77, 7]
    assert found.name == "set"


def test_the_score_is_the_first_number_after_the_words(tmp_path):
    found = read(tmp_path, "word1\tword2\tPOS\tSimLex999\tconc\nold\tnew\tA\t1.58\t2\r\nhard\tsoft\tA\t3.5\t9\r\n")
    assert found.scores.tolist() == [1.58, 3.5]


def test_compressed_chinese_with_a_byte_order_mark(tmp_path):
    with gzip.open(tmp_path / "s.txt.gz", "wb") as file:
        file.write("\ufeff李白\t诗\t9.2\n日本\t大屠杀\t1\n".encode())
    assert SimilaritySet.read(tmp_path / "s.txt.gz").pairs[0] == ("李白", "诗")


@pytest.mark.parametrize("line", ["tiger\tcat", "tiger\tcat\tseven", "tiger\tcat\tnan", "\t\t3", "tiger\t\t3"])
def test_a_malformed_line_is_named(tmp_path, line):
    with pytest.raises(FileFormatError, match=r"set\.txt, line 3: .*expected two words and a number"):
        read(tmp_path, f"# comment\nlove\tsex\t6.77\n{line}\nold\tnew\t1\n")


def test_a_first_line_of_two_words_is_no_header(tmp_path):
    with pytest.raises(FileFormatError, match="line 1"):
        read(tmp_path, "love sex\ntiger cat 7\n")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        SimilaritySet.read(tmp_path / "none.txt")
    with pytest.raises(SourceError, match="folder"):
        SimilaritySet.read(tmp_path)
    (tmp_path / "bad.txt").write_bytes(b"a b 1\n\xff b 1\n")
    with pytest.raises(EncodingError, match="byte 6"):
        SimilaritySet.read(tmp_path / "bad.txt")
    with pytest.raises(VocabularyError, match="no pair"):
        read(tmp_path, "# nothing\n")


def test_no_known_pair_is_an_error():
    with pytest.raises(VocabularyError, match="0 of 1 pairs known") as caught:
        similarity(VECTORS, SimilaritySet("s", [("nobody", "w1")], np.ones(1)))
    assert "nobody" in caught.value.hint


def test_no_correlation_is_an_error():
    with pytest.raises(VocabularyError, match="are the same"):
        similarity(VECTORS, SimilaritySet("s", PAIRS[:3], np.ones(3)))


def test_equal_words_tie_at_one():
    result = similarity(VECTORS, SimilaritySet("s", [(w, w) for w in WORDS[:5]] + PAIRS[:5], np.arange(10.0)))
    assert result.cosines[:5].tolist() == [1] * 5


def test_case():
    words = ["Straße", "STRASSE", "apple"]
    vectors = WordVectors(words, np.eye(3))
    assert Lexicon(vectors).row("strasse") == 0  # the first of several spellings
    assert Lexicon(vectors, "exact").row("STRASSE") == 1
    assert Lexicon(vectors, "exact").row("strasse") is None
    assert Lexicon(vectors).first_spelling.tolist() == [0, 0, 2]


def test_restricted_and_unusable_rows_are_unknown():
    vectors = WordVectors(["a", "b", "c"], [[1, 0], [np.nan, 0], [0, 1]])
    assert Lexicon(vectors).unknown(["a", "b", "c", "b"]) == ["b"]
    assert Lexicon(vectors, restrict=2).unknown(["a", "c"]) == ["c"]
    assert not Lexicon(vectors).units[1].any()


@pytest.mark.parametrize("options", [{"case": "lower"}, {"restrict": 0}])
def test_bad_options(options):
    with pytest.raises(ValueError, match="expected"):
        Lexicon(VECTORS, **options)


def test_most_lines_say_what_ends_a_column_and_where_the_score_stands(tmp_path):
    text = "1,000,000 many 5\nnew york city 3\ncat dog 7\ncar bus 6\na b 1\n"  # commas, and a column more, in odd lines
    with pytest.raises(FileFormatError, match="line 2: 'new york city 3', expected two words and a number"):
        read(tmp_path, text)
    assert read(tmp_path, text.replace("new york city 3\n", "")).pairs[0] == ("1,000,000", "many")


def test_quotes_around_a_field_between_commas_are_not_of_the_word(tmp_path):
    found = read(tmp_path, 'word 1,word 2,score\n"new, york", "a ""big"" city",5.5\n"cat",dog,3\n",\',2\n')
    assert found.pairs == [("new, york", 'a "big" city'), ("cat", "dog"), ('"', "'")]
