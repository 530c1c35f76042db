"""Columns of token lists: in files, in tables of libraries, in records; strings and integers."""

import gzip
import json

import numpy as np
import pytest

from firth import Word2Vec, encode
from firth.errors import OptionError, SourceError

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
feather = pytest.importorskip("pyarrow.feather")

STRINGS = [["a", "New York", "b"], [], ["b", "a", "a"], ["日本"]]
INTEGERS = [[3, 17, -4], [], [17, 3, 3], [2**62]]


def sentences_of(source, **options):
    """The token lists that are read, empty ones too."""
    with encode(source, min_count=1, keep_lines=True, **options) as corpus:
        words = [corpus.vocabulary.words[number] for number in corpus.ids]
        return [words[start:stop] for start, stop in zip(corpus.bounds[:-1], corpus.bounds[1:], strict=True)]


def write(path, rows, kind=None):
    """A table with the column s, and another beside it, in a file of any kind."""
    if ".jsonl" in path.name:
        raw = "".join(json.dumps({"id": 1, "s": row}) + "\n" for row in rows).encode()
        path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
        return
    table = pa.table({"id": pa.array(range(len(rows))), "s": pa.array(rows, kind)})
    if path.suffix == ".parquet":
        parquet.write_table(table, path, row_group_size=3)
    elif path.name.startswith("stream"):
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    else:
        feather.write_feather(table, str(path))


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "stream.arrow", "a.feather", "a.jsonl", "a.jsonl.gz"])
@pytest.mark.parametrize("rows", [STRINGS, INTEGERS])
def test_a_column_of_a_file(tmp_path, name, rows):
    write(tmp_path / name, rows)
    assert sentences_of(tmp_path / name, field="s") == rows
    write(tmp_path / f"b{name[name.index('.') :]}", rows)
    assert sentences_of(tmp_path, field="s") == rows * 2


@pytest.mark.parametrize(
    "kind",
    [
        pa.large_list(pa.large_string()), pa.list_(pa.string_view()), pa.list_(pa.dictionary(pa.int8(), pa.string())),
        pa.large_list(pa.uint64()), pa.list_(pa.int16()),
    ],
)  # fmt: skip
def test_types_of_lists(tmp_path, kind):
    rows = [[1, 2], [], [1]] if pa.types.is_integer(kind.value_type) else [["x", "y"], [], ["x"]]
    write(tmp_path / "a.arrow", rows, kind)
    assert sentences_of(tmp_path / "a.arrow", field="s") == rows
    assert sentences_of(feather.read_table(tmp_path / "a.arrow"), field="s") == rows


def test_lists_of_one_length(tmp_path):
    write(tmp_path / "a.parquet", [[1, 2], [3, 4]], pa.list_(pa.int64(), 2))
    assert sentences_of(tmp_path / "a.parquet", field="s") == [[1, 2], [3, 4]]


@pytest.mark.parametrize("rows", [STRINGS, INTEGERS])
def test_tables_that_python_holds(rows):
    pandas, polars, duckdb = map(pytest.importorskip, ("pandas", "polars", "duckdb"))
    table = pa.table({"id": range(len(rows)), "s": rows})
    frames = [
        pandas.DataFrame({"s": rows}),
        pandas.DataFrame({"s": [np.array(row) for row in rows]}),
        table.to_pandas(),
        table.to_pandas(types_mapper=pandas.ArrowDtype),
        polars.from_arrow(table),
        table,
        table.to_reader(),
        table.to_batches()[0],
        duckdb.from_arrow(table),
        table.to_pylist(),
    ]
    for frame in frames:
        assert sentences_of(frame, field="s") == rows, type(frame)
    columns = [table.to_pandas()["s"], polars.from_arrow(table)["s"], table["s"], table["s"].chunk(0), iter(rows)]
    for column in columns:
        assert sentences_of(column) == rows, type(column)


def test_a_query_of_polars_is_to_be_collected_first():
    polars = pytest.importorskip("polars")
    with pytest.raises(OptionError, match=r"LazyFrame.*frame\.collect\(\)"):
        encode(polars.LazyFrame({"s": STRINGS}), field="s")


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl"])
@pytest.mark.parametrize(
    ("bad", "problem"),
    [(None, "the missing value None"), ([3, None], "the missing value None in the list")],
)
def test_missing_values(tmp_path, name, bad, problem):
    write(tmp_path / name, [[3, 4], bad, [4, 5]])
    place = f"{tmp_path / name}, {'row' if name.endswith('parquet') else 'line'} 2: {problem}"
    with pytest.raises(SourceError, match="expected a list of tokens") as caught:
        encode(tmp_path / name, field="s")
    assert caught.value.message.startswith(place)
    with pytest.warns(UserWarning, match="1 record was skipped"):
        assert sentences_of(tmp_path / name, field="s", on_error="skip") == [[3, 4], [4, 5]]


def test_missing_values_of_a_table_that_python_holds():
    table = pa.table({"s": [["a"], None, ["b", None]]})
    for frame, place in ((table, "column 's', row 2"), (table.to_pandas(), r"item 2 of the lists \(index 1\)")):
        with pytest.raises(SourceError, match=f"{place}: the missing value None, expected a list of tokens"):
            encode(frame, field="s")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[1.5]], "lists of double, expected lists of strings or integers; hint: convert it"),
        ([[True]], "lists of bool, expected"),
        ([["a", ""]], "in the sentence at index 0, a token is the empty str"),
        ([["a"], ["b\x1f"]], "in the sentence at index 1, a token is the str .* control character"),
    ],
)
def test_what_is_no_token(tmp_path, rows, message):
    write(tmp_path / "a.parquet", rows)
    with pytest.raises(OptionError, match=message):
        encode(tmp_path / "a.parquet", field="s")


def test_files_of_two_types(tmp_path):
    write(tmp_path / "a.parquet", [[3]])
    write(tmp_path / "b.parquet", [["3"]])
    with pytest.raises(OptionError, match="some tokens are strings and others integers"):
        encode(tmp_path, field="s")


def test_a_column_of_texts_is_still_read_as_text(tmp_path):
    table = pa.table({"s": ["the cat", "sat"]})
    parquet.write_table(table, tmp_path / "a.parquet")
    for source in (tmp_path / "a.parquet", table):
        assert sentences_of(source, field="s") == [["the", "cat"], ["sat"]]


def test_a_cache_of_lists_in_a_file_is_used_again(tmp_path):
    write(tmp_path / "a.parquet", INTEGERS)
    for _ in range(2):
        with encode(tmp_path / "a.parquet", field="s", min_count=1, cache=tmp_path / "c") as corpus:
            assert corpus.sources[0]["path"] == str(tmp_path / "a.parquet")
            made = (tmp_path / "c").stat().st_mtime_ns
            assert corpus.options["tokenizer"] is None
    with encode(tmp_path / "a.parquet", field="s", min_count=1, cache=tmp_path / "c"):
        assert (tmp_path / "c").stat().st_mtime_ns == made


def test_many_batches_are_read_in_their_order(tmp_path):
    rng = np.random.default_rng(2)
    rows = [rng.integers(0, 99, rng.integers(0, 4)).tolist() for _ in range(20_000)]
    write(tmp_path / "a.parquet", rows)
    assert sentences_of(tmp_path / "a.parquet", field="s") == rows


def test_training_gives_what_the_lists_give(tmp_path):
    rng = np.random.default_rng(3)
    rows = [rng.integers(0, 30, 6).tolist() for _ in range(100)]
    write(tmp_path / "a.parquet", rows)
    options = {"vector_size": 4, "min_count": 1, "epochs": 1, "workers": 1}
    of_file = Word2Vec(**options).fit(tmp_path / "a.parquet", field="s")
    np.testing.assert_array_equal(of_file.input_vectors, Word2Vec(**options).fit(rows).input_vectors)
