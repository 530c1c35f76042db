"""Weights of sequences: from every kind of source to the counts of words and the sentences of the corpus."""

import numpy as np
import pytest

from firth import encode
from firth.corpus import EncodedCorpus
from firth.errors import OptionError, SourceError
from firth.text.preparation import Preparation

LISTS = [["a", "b"], [], ["b", "c", "d"], ["d"], ["rare"]]
WEIGHTS = [2.0, 9.0, 0.5, 0.1, 3.0]


def weights_of(source, **options):
    with encode(source, **{"min_count": 1, **options}) as corpus:
        counts = dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True))
        return corpus.weights.tolist(), counts, corpus


def test_by_hand():
    weights, counts, corpus = weights_of(LISTS, weight=WEIGHTS)
    assert weights == pytest.approx([2, 0.5, 0.1, 3])  # the empty list is no sentence
    assert counts == {"rare": 3, "b": 2, "a": 2, "c": 1, "d": 1}  # 2.5 is rounded to 2, 0.5 and 0.6 are 1
    assert list(counts) == ["rare", "a", "b", "c", "d"]
    assert corpus.tokens_read == 7


def test_whole_weights_count_as_so_many_lists():
    rng = np.random.default_rng(1)
    lists = [rng.integers(0, 40, rng.integers(0, 8)).tolist() for _ in range(500)]
    weights = rng.integers(0, 4, 500)
    weighted = weights_of(lists, weight=weights, min_count=12)[1]
    repeated = [one for one, weight in zip(lists, weights.tolist(), strict=True) for _ in range(weight)]
    with encode(repeated, min_count=12) as corpus:
        assert weighted == dict(zip(corpus.vocabulary.words, corpus.vocabulary.counts.tolist(), strict=True))


def test_long_lists_that_are_cut_keep_their_weight():
    lists = [["a"] * 2_500, ["b"], ["a"] * 1_000, ["b"] * 70_000]
    assert weights_of(lists, weight=[2, 3, 4, 5])[0] == [2, 2, 2, 3, 4, *[5] * 70]


def test_dropped_words_and_lines_without_words():
    assert weights_of(LISTS, weight=WEIGHTS, drop_words=["a", "b"])[0] == pytest.approx([0.5, 0.1, 3])
    prepared = Preparation(stop_words=["b"], casefold=True)
    weights, counts, _ = weights_of([["A", "B"], ["b"], ["a"]], weight=[2, 5, 4], preparation=prepared)
    assert (weights, counts) == ([2, 4], {"a": 6})
    assert weights_of(LISTS, weight=WEIGHTS, keep_lines=True)[0][2:] == pytest.approx([0.5, 0.1, 3])


def test_tables(tmp_path):
    pytest.importorskip("pandas")
    pa, polars, duckdb = map(pytest.importorskip, ("pyarrow", "polars", "duckdb"))
    table = pa.table({"s": LISTS, "w": WEIGHTS})
    pytest.importorskip("pyarrow.parquet").write_table(table, tmp_path / "a.parquet", row_group_size=2)
    pytest.importorskip("pyarrow.feather").write_feather(table, str(tmp_path / "a.arrow"))
    expected = weights_of(LISTS, weight=WEIGHTS)[:2]
    frame = table.to_pandas()
    sources = [tmp_path / "a.parquet", tmp_path / "a.arrow", table, frame, polars.from_arrow(table),
               duckdb.from_arrow(table), table.to_pylist()]  # fmt: skip
    for source in sources:
        assert weights_of(source, field="s", weight="w")[:2] == expected, type(source)
    assert weights_of(frame["s"], weight=frame["w"])[:2] == expected
    assert weights_of(polars.from_arrow(table)["s"], weight=polars.from_arrow(table)["w"])[:2] == expected


def test_bad_rows_are_left_out_with_their_weights():
    rows = [{"s": ["a"], "w": 2}, {"s": None, "w": 7}, {"s": ["b"], "w": 3}]
    pa = pytest.importorskip("pyarrow")
    for source in (rows, pa.Table.from_pylist(rows)):
        with pytest.warns(UserWarning, match="1 record was skipped"):
            assert weights_of(source, field="s", weight="w", on_error="skip")[0] == [2, 3]


def test_events():
    pa = pytest.importorskip("pyarrow")
    pytest.importorskip("duckdb")
    rows = [("u1", 7, 2.0), ("u2", 8, 0.5), ("u1", 9, 2.0), ("u3", 7, 1.0), ("u2", 9, 0.5)]
    table = pa.table(dict(zip(("user", "item", "w"), zip(*rows, strict=True), strict=True)))
    options = {"group": "user", "item": "item", "weight": "w"}
    weights, counts, _ = weights_of(table, **options)
    assert (weights, counts) == ([2, 0.5, 1], {7: 3, 9: 2, 8: 1})
    with pytest.raises(OptionError, match=r"weights 2\.0 and 1\.0 in the sequence 'u1', expected one weight"):
        weights_of(pa.concat_tables([table, table.slice(3).replace_schema_metadata()]).set_column(
            0, "user", pa.array(["u1", "u2", "u1", "u1", "u2", "u3", "u2"])), **options)  # fmt: skip
    bad = table.set_column(2, "w", pa.array([1.0, 1, -1, 1, 1]))
    with pytest.raises(SourceError, match=r"row 3: no weight from 0 to 10,000 in 'w'"):
        weights_of(bad, **options)


def test_many_events_over_many_batches():
    pa = pytest.importorskip("pyarrow")
    pytest.importorskip("duckdb")
    rng = np.random.default_rng(0)
    users = rng.integers(0, 500, 200_000)
    table = pa.table({"user": users, "item": rng.integers(0, 9, 200_000), "w": (users % 7) / 2})
    weights, _, corpus = weights_of(table, group="user", item="item", weight="w", keep_lines=True)
    assert weights == [(user % 7) / 2 for user in range(500)]
    assert len(corpus.vocabulary) == 9


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        (LISTS, {"weight": [1, 2]}, "2 weights for more token lists"),
        (LISTS, {"weight": [1] * 6}, "more weights than token lists"),
        ([["a"]], {"weight": [-1]}, "weight of index 0=-1, expected a number from 0 to 10000"),
        ([["a"]], {"weight": [float("nan")]}, "weight of index 0=nan"),
        ([["a"]], {"weight": ["much"]}, "weight of index 0='much'"),
        ([["a"]], {"weight": "w"}, "weight='w' for token lists"),
        (["a text", "another"], {"weight": [1, 2], "preparation": Preparation()}, "for weights|weights for texts"),
        ([{"s": ["a"]}], {"field": "s", "weight": "w"}, "weight of index 0=None"),
    ],
)
def test_mistakes(source, options, message):
    with pytest.raises(OptionError, match=message):
        encode(source, min_count=1, **options)


def test_mistakes_with_files(tmp_path):
    (tmp_path / "a.txt").write_text("the cat\n")
    (tmp_path / "a.jsonl").write_text('{"s": ["a"], "w": 2}\n')
    with pytest.raises(OptionError, match="no token lists, expected such for weights"):
        encode(tmp_path / "a.txt", weight="w")
    with pytest.raises(OptionError, match=r"weight='w' for .*a\.jsonl, expected a Parquet or an Arrow file"):
        encode(tmp_path / "a.jsonl", field="s", weight="w")


def test_a_cache_keeps_the_weights(tmp_path):
    encode(LISTS, weight=WEIGHTS, min_count=1, cache=tmp_path / "c").close()
    with EncodedCorpus.load(tmp_path / "c") as corpus, encode(LISTS, min_count=1) as plain:
        assert corpus.weights.tolist() == pytest.approx([2, 0.5, 0.1, 3])
        assert plain.weights is None
        assert corpus.digest() != plain.digest()
