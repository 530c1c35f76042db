"""Event tables: rows to sequences, sorted; every kind of file and table; types of items; bad rows; memory."""

import datetime
import gzip
import json
import random
import subprocess
import sys

import numpy as np
import pytest

from firth import Word2Vec, encode
from firth.errors import OptionError, SourceError, StorageError
from firth.text import events
from firth.text.events import Events

pa = pytest.importorskip("pyarrow")
duckdb = pytest.importorskip("duckdb")
parquet = pytest.importorskip("pyarrow.parquet")
feather = pytest.importorskip("pyarrow.feather")

COLUMNS = {"group": "user", "item": "item", "order": "ts"}
ROWS = [  # out of order; the second user has two events at one time, which stay as they stand
    {"user": "ann", "item": 30, "ts": 3.5},
    {"user": "bob", "item": 7, "ts": 2},
    {"user": "ann", "item": 10, "ts": -1},
    {"user": "bob", "item": 9, "ts": 1},
    {"user": "ann", "item": 20, "ts": 2},
    {"user": "bob", "item": 8, "ts": 2},
    {"user": "cy", "item": 7, "ts": 0},
]
SEQUENCES = [[10, 20, 30], [9, 7, 8], [7]]


def sequences_of(source, **options):
    with encode(source, min_count=1, keep_lines=True, **{**COLUMNS, **options}) as corpus:
        words = [corpus.vocabulary.words[number] for number in corpus.ids]
        return [words[start:stop] for start, stop in zip(corpus.bounds[:-1], corpus.bounds[1:], strict=True)]


def table_of(rows):
    return pa.table({name: [row[name] for row in rows] for name in rows[0]})


def write(path, rows):
    kind = next(suffix for suffix in path.suffixes if suffix not in (".gz",))
    if kind in (".csv", ".tsv"):
        separator = "," if kind == ".csv" else "\t"
        lines = [separator.join(rows[0]), *(separator.join(map(str, row.values())) for row in rows)]
        raw = "".join(line + "\n" for line in lines).encode()
    elif kind == ".jsonl":
        raw = "".join(json.dumps(row) + "\n" for row in rows).encode()
    elif kind == ".parquet":
        return parquet.write_table(table_of(rows), path)
    else:
        return feather.write_feather(table_of(rows), str(path))
    return path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)


NAMES = ["a.parquet", "a.arrow", "a.csv", "a.tsv", "a.jsonl", "a.csv.gz", "a.jsonl.gz", "odd [name]*.csv", "it's.csv"]


@pytest.mark.parametrize("name", NAMES)
def test_files(tmp_path, name):
    write(tmp_path / name, ROWS)
    assert sequences_of(tmp_path / name) == SEQUENCES
    strings = [{**row, "item": f"x{row['item']}"} for row in ROWS]
    write(tmp_path / name, strings)
    assert sequences_of(tmp_path / name) == [[f"x{item}" for item in items] for items in SEQUENCES]


def test_several_files_are_one_table(tmp_path):
    write(tmp_path / "a.csv", ROWS[:3])
    write(tmp_path / "b.parquet", ROWS[3:5])
    write(tmp_path / "c.arrow", ROWS[5:])
    assert sequences_of(tmp_path) == SEQUENCES


def test_tables_that_python_holds():
    pandas, polars = map(pytest.importorskip, ("pandas", "polars"))
    table = table_of(ROWS)
    frame = table.to_pandas()
    frame["item"] = frame["item"].astype("Int64")
    frames = [
        table, table.to_reader(), frame, table.to_pandas(types_mapper=pandas.ArrowDtype), polars.from_arrow(table),
        duckdb.from_arrow(table), ROWS, iter(ROWS),
    ]  # fmt: skip
    for source in frames:
        assert sequences_of(source) == SEQUENCES, type(source)
    with pytest.raises(OptionError, match=r"frame\.collect\(\)"):
        sequences_of(polars.from_arrow(table).lazy())


def test_without_an_order_the_rows_of_a_sequence_stay_as_they_are():
    assert sequences_of(table_of(ROWS), order=None) == [[30, 10, 20], [7, 9, 8], [7]]


@pytest.mark.parametrize(
    "times",
    [
        [datetime.datetime(2024, 1, day) for day in (9, 2, 1, 1, 3, 2, 1)],
        [datetime.date(2024, 1, day) for day in (9, 2, 1, 1, 3, 2, 1)],
        [f"2024-01-{day:02} 10:00:00" for day in (9, 2, 1, 1, 3, 2, 1)],
        [9, 2, 1, 1, 3, 2, 1],
        [10.5, 2.0, -1.5, 1.0, 9.5, 2.0, 1.0],
        ["10", "2", "-1.5", "1", "9.5", "2", "1"],
        [2**62 + place for place in (9, 2, 1, 1, 3, 2, 1)],
    ],
)
@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_what_rows_are_sorted_by(tmp_path, times, suffix):
    write(tmp_path / f"a.{suffix}", [{**row, "ts": time} for row, time in zip(ROWS, times, strict=True)])
    assert sequences_of(tmp_path / f"a.{suffix}") == SEQUENCES


def test_a_text_that_is_no_time_is_not_sorted_as_text():
    table = table_of([{**row, "ts": f"{row['ts']}th"} for row in ROWS])
    with pytest.raises(SourceError, match="the table, row 1: no value in 'ts'"):
        sequences_of(table)


def test_items_of_files_without_types_are_integers_if_all_are(tmp_path):
    write(tmp_path / "a.csv", [{**row, "item": "007" if row["item"] == 7 else row["item"]} for row in ROWS])
    assert sequences_of(tmp_path / "a.csv") == [["10", "20", "30"], ["9", "007", "8"], ["007"]]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_items_that_look_like_times_stay_as_written(tmp_path, name):
    write(tmp_path / name, [{"user": 1, "item": "2020-1-2", "ts": 1}, {"user": 1, "item": "10:30", "ts": 2}])
    assert sequences_of(tmp_path / name) == [["2020-1-2", "10:30"]]


def test_odd_items_come_back_as_they_are():
    items = ["New York", "a\nb", "日本", "it's", '"q"', "x,y", "null", "NaN"]
    rows = [{"user": 1, "item": item, "ts": place} for place, item in enumerate(items)]
    assert sequences_of(table_of(rows)) == [items]


def test_categories_and_small_integers():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS)
    assert sequences_of(frame.assign(item=frame["item"].astype("uint8"))) == SEQUENCES
    as_strings = [list(map(str, items)) for items in SEQUENCES]
    assert sequences_of(frame.assign(item=frame["item"].astype(str).astype("category"))) == as_strings


def test_sequences_of_many_batches_are_those_of_python(tmp_path):
    rng = np.random.default_rng(7)
    size = 300_000
    columns = {"user": rng.integers(0, 900, size), "item": rng.integers(0, 50, size), "ts": rng.integers(0, 99, size)}
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet", row_group_size=20_000)
    expected = {}
    for user, _, _, item in sorted(
        zip(columns["user"].tolist(), columns["ts"].tolist(), range(size), columns["item"].tolist(), strict=True)
    ):
        expected.setdefault(user, []).append(item)
    assert sequences_of(tmp_path / "a.parquet") == list(expected.values())


def test_shuffled_rows_give_the_same_training(tmp_path):
    rows = [{"user": user, "item": (user * 7 + ts) % 20, "ts": ts} for user in range(40) for ts in range(8)]
    options = {"vector_size": 4, "min_count": 1, "epochs": 1, "workers": 1, "sample": 0}
    lists = [[row["item"] for row in rows if row["user"] == user] for user in range(40)]
    expected = Word2Vec(**options).fit(lists)
    random.Random(1).shuffle(rows)
    model = Word2Vec(**options).fit(table_of(rows), **COLUMNS)
    np.testing.assert_array_equal(model.input_vectors, expected.input_vectors)
    assert model.vocabulary.words == expected.vocabulary.words


@pytest.mark.parametrize("name", ["user", "item", "ts"])
def test_missing_values(name):
    rows = [*ROWS, {**ROWS[0], name: None}]
    with pytest.raises(SourceError, match=f"the table, row 8: no value in '{name}'.*on_error='skip'"):
        sequences_of(table_of(rows))
    with pytest.warns(UserWarning, match="1 record was skipped; the first: the table, row 8"):
        assert sequences_of(table_of(rows), on_error="skip") == SEQUENCES


def test_bad_lines_of_csv(tmp_path):
    write(tmp_path / "a.csv", ROWS)
    with (tmp_path / "a.csv").open("a") as file:
        file.write("ann,99\n")
    with pytest.raises(SourceError, match=r"a\.csv: cannot be read"):
        sequences_of(tmp_path / "a.csv")
    with pytest.warns(UserWarning, match=r"1 record was skipped; the first: .*a\.csv, line 9"):
        assert sequences_of(tmp_path / "a.csv", on_error="skip") == SEQUENCES


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"item": None}, "group='user' and order='ts' without item.*item='item'"),
        ({"group": None}, "item='item' and order='ts' without group"),
        ({"field": "text"}, "field='text' beside group='user'"),
    ],
)
def test_columns_that_do_not_go_together(options, message):
    with pytest.raises(OptionError, match=message):
        sequences_of(table_of(ROWS), **options)


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.jsonl", "a.arrow", None])
@pytest.mark.parametrize("column", ["group", "item", "order"])
def test_a_column_that_is_not_there(tmp_path, name, column):
    source = table_of(ROWS) if name is None else tmp_path / name
    if name is not None:
        write(source, ROWS)
    with pytest.raises(SourceError, match="no column 'nope', only user, item, ts"):
        sequences_of(source, **{column: "nope"})


def test_what_is_no_item():
    with pytest.raises(OptionError, match=r"'ts' holds DOUBLE, expected strings or integers; hint: .*Int64"):
        sequences_of(table_of(ROWS), item="ts", order=None)
    with pytest.raises(OptionError, match="control character"):
        sequences_of(table_of([{"user": 1, "item": "a\x1f", "ts": 1}]))
    for source in ([["a"]], [], "abc def"):
        with pytest.raises((OptionError, SourceError)):
            sequences_of(source)


def test_files_that_hold_no_events(tmp_path):
    (tmp_path / "a.txt").write_text("the cat")
    with pytest.raises(OptionError, match=r"a\.txt is a plain text, expected a table of events"):
        sequences_of(tmp_path / "a.txt")
    write(tmp_path / "a.parquet", ROWS)
    (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-20])
    with pytest.raises(SourceError, match="cannot be read"):
        sequences_of(tmp_path / "a.parquet")


def test_other_encodings(tmp_path):
    (tmp_path / "a.csv").write_bytes("user,item,ts\n1,café,1\n1,thé,0\n".encode("cp1252"))
    assert sequences_of(tmp_path / "a.csv", encoding="cp1252") == [["thé", "café"]]
    (tmp_path / "b.csv").write_bytes("user,item,ts\n1,café,1\n1,thé,0\n".encode("utf-16"))
    assert sequences_of(tmp_path / "b.csv") == [["thé", "café"]]


def test_a_cache_of_events_is_used_again(tmp_path):
    write(tmp_path / "a.parquet", ROWS)
    options = {**COLUMNS, "min_count": 1, "cache": tmp_path / "c"}
    with encode(tmp_path / "a.parquet", **options) as corpus:
        assert corpus.vocabulary.words[0] == 7
    made = (tmp_path / "c").stat().st_mtime_ns
    encode(tmp_path / "a.parquet", **options).close()
    assert (tmp_path / "c").stat().st_mtime_ns == made
    with encode(tmp_path / "a.parquet", **{**options, "order": None}) as corpus:
        assert corpus.options["order"] is None
    assert (tmp_path / "c").stat().st_mtime_ns != made


def test_a_table_longer_than_memory_is_sorted_on_the_disk(tmp_path, monkeypatch):
    """The memory that DuckDB may take is less than half of what the rows take."""
    monkeypatch.setattr(events, "_MEMORY", "40MB")
    monkeypatch.setattr(events, "_THREADS", 1)
    size = 1_500_000
    connection = duckdb.connect()
    connection.sql(
        f"SELECT (i * 7919) % 1000 AS user, i % 100 AS item, -i AS ts FROM range({size}) t(i)"
    ).write_parquet(str(tmp_path / "a.parquet"))
    spilled = []

    def sound(self, batch, checked=Events._sound):
        spilled.append(sum(file.stat().st_size for file in tmp_path.glob(".firth-*/sort/*")))
        return checked(self, batch)

    monkeypatch.setattr(events, "temporary_folder", lambda: tmp_path)
    monkeypatch.setattr(Events, "_sound", sound)
    with encode(tmp_path / "a.parquet", min_count=1, keep_lines=True, **COLUMNS) as corpus:
        assert corpus.sentences == 1000
        users = np.arange(size)[::-1]
        first = users[(users * 7919) % 1000 == 0] % 100
        words = np.array(corpus.vocabulary.words)
        np.testing.assert_array_equal(words[corpus.ids[: len(first)]], first)
    assert max(spilled) > 5 << 20
    assert not list(tmp_path.glob(".firth-*"))


def test_no_room_for_sorting(tmp_path, monkeypatch):
    monkeypatch.setattr(events, "_MEMORY", "1MB")
    connection = duckdb.connect()
    connection.sql("SELECT i AS user, i AS item, -i AS ts FROM range(900000) t(i)").write_parquet(
        str(tmp_path / "a.parquet")
    )
    with pytest.raises(StorageError, match="no room to sort the events"):
        sequences_of(tmp_path / "a.parquet")


def test_the_extra_is_named_where_it_is_missing():
    code = (
        "import sys; sys.modules['duckdb'] = None\n"
        "from firth import encode\nfrom firth.errors import MissingExtra\n"
        "try: encode([{'u': 1, 'i': 2}], group='u', item='i')\n"
        "except MissingExtra as error: print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == "reading event tables needs an optional dependency; hint: pip install 'firth[tables]'\n"
