"""Records: the texts of one field, and the place of each that is bad."""

import gzip
import json
import os
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.errors import OptionError, SourceError
from firth.text.held import held as held_source
from firth.text.records import Records, texts_as_stream
from firth.text.sources import TextFiles, text_files


def text_of(path, field="text", on_error="raise"):
    files = TextFiles([path], records=Records(field, on_error))
    text = b"".join(block.text[: block.size].tobytes() for block in files.blocks(16))
    return text.decode(), files.records


@given(st.lists(st.text()), st.integers(1, 9))
def test_texts_as_a_stream(texts, size):
    stream = texts_as_stream(iter(texts))
    read = b"".join(iter(lambda: stream.read(size), b""))
    assert read.decode("utf-8", "surrogatepass") == "".join(text + "\n" for text in texts)


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson.gz"])
def test_json_lines(tmp_path, name):
    lines = [json.dumps({"id": 1, "text": "日本 one\ntwo"}), "", '{"text": "three"}']
    raw = "\n".join(lines).encode("utf-8-sig")
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith("gz") else raw)
    assert text_of(tmp_path / name)[0] == "日本 one\ntwo\nthree\n"


BAD = [
    ("{", "not JSON: {"),
    ("[1]", "a JSON list, expected an object with the field 'text'"),
    ('{"body": "x"}', "no field 'text', only body"),
    ('{"text": null}', "the missing value None, expected a text"),
]


@pytest.mark.parametrize(("line", "problem"), BAD)
def test_a_bad_line_is_named(tmp_path, line, problem):
    (tmp_path / "a.jsonl").write_text('{"text": "good"}\n' + line + "\n")
    with pytest.raises(SourceError) as caught:
        text_of(tmp_path / "a.jsonl")
    assert caught.value.message == f"{tmp_path / 'a.jsonl'}, line 2: {problem}"
    assert "on_error='skip'" in caught.value.hint


def test_bad_lines_are_skipped_and_counted(tmp_path):
    (tmp_path / "a.jsonl").write_text("\n".join([*(line for line, _ in BAD), '{"text": "good"}']))
    text, records = text_of(tmp_path / "a.jsonl", on_error="skip")
    assert (text, records.skipped) == ("good\n", 4)
    assert records.first_skipped.endswith("a.jsonl, line 1: not JSON: {")


def test_separated_values(tmp_path):
    (tmp_path / "a.csv").write_text('id,text\n1,"one, ""two""\nthree"\n2,four\n', encoding="utf-8-sig")
    assert text_of(tmp_path / "a.csv")[0] == 'one, "two"\nthree\nfour\n'
    (tmp_path / "a.tsv").write_text("text\tid\none two\t1\n" + "x" * 200_000 + "\t2\n")
    assert text_of(tmp_path / "a.tsv")[0] == "one two\n" + "x" * 200_000 + "\n"


def test_a_row_that_is_too_short_and_a_column_that_is_not_there(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n1,one\n2\n3,three\n")
    with pytest.raises(SourceError, match=r"a\.csv, line 3: 1 columns, expected 2"):
        text_of(tmp_path / "a.csv")
    assert text_of(tmp_path / "a.csv", on_error="skip")[0] == "one\nthree\n"
    with pytest.raises(SourceError, match=r"a\.csv: no column 'body', only id, text"):
        text_of(tmp_path / "a.csv", "body", "skip")


@pytest.mark.parametrize("suffix", ["parquet", "arrow", "feather", "arrow stream"])
def test_parquet_and_arrow(tmp_path, suffix):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import feather, ipc, parquet

    table = pyarrow.table({"id": [1, 2, 3], "text": ["one", None, "two\nthree"]})
    path = tmp_path / f"a.{suffix.split()[0]}"
    if suffix == "parquet":
        parquet.write_table(table, path)
    elif suffix == "feather":
        feather.write_feather(table, path)
    else:
        with (ipc.new_stream if "stream" in suffix else ipc.new_file)(path, table.schema) as writer:
            writer.write_table(table)
    text, records = text_of(path, on_error="skip")
    assert (text, records.skipped) == ("one\ntwo\nthree\n", 1)
    with pytest.raises(SourceError, match=r", row 2: the missing value None"):
        text_of(path)
    with pytest.raises(SourceError, match="no column 'body', only id, text"):
        text_of(path, "body")
    path.write_bytes(path.read_bytes()[:-20] if suffix != "arrow stream" else b"nonsense" * 9)
    with pytest.raises(SourceError, match="cannot be read to its end"):
        text_of(path)


def test_the_field_and_the_file_must_fit(tmp_path):
    for name in ("a.txt", "a.jsonl"):
        (tmp_path / name).write_text("x")
    with pytest.raises(OptionError, match=r"field='text' for the plain text .*a\.txt"):
        TextFiles([tmp_path / "a.txt"], records=Records("text"))
    with pytest.raises(OptionError, match=r"a\.jsonl holds records, .*; hint: field='text'"):
        TextFiles([tmp_path / "a.jsonl"])
    with pytest.raises(OptionError, match="on_error='ignore'"):
        Records(on_error="ignore")


def held(source, field=None, on_error="raise"):
    texts = held_source(source, records=Records(field, on_error))
    return b"".join(block.text[: block.size].tobytes() for block in texts.blocks(16)).decode()


def test_texts_that_python_holds():
    assert held(text for text in ("one two", "three")) == "one two\nthree\n"
    assert held([{"text": "one"}, {"text": "two", "id": 2}], "text") == "one\ntwo\n"
    with pytest.raises(OptionError, match="expected the name of the field with the text"):
        held([{"text": "one"}])
    with pytest.raises(SourceError, match=r"item 2 of the texts \(index 1\): the missing value nan"):
        held(iter(["one", float("nan")]))
    assert held(iter(["one", float("nan"), "two"]), on_error="skip") == "one\ntwo\n"


def test_what_is_no_text_is_given_back_whole():
    assert list(held_source(iter([["a"], ["b"]]), records=Records())) == [["a"], ["b"]]
    assert list(held_source(iter([]), records=Records())) == []


def test_a_column_of_a_table():
    class Table:
        columns = ("id", "text")

        def __getitem__(self, name):
            return {"text": ["one", "two"]}[name]

    assert held(Table(), "text") == "one\ntwo\n"
    with pytest.raises(OptionError, match="the columns id, text, and field='body'"):
        held(Table(), "body")


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_tables_of_libraries(library):
    library = pytest.importorskip(library)
    frame = library.DataFrame({"id": [1, 2], "text": ["one two", "three"]})
    assert held(frame, "text") == held(frame["text"]) == "one two\nthree\n"


def test_strings_in_a_list_are_texts_where_that_is_asked_for(tmp_path):
    texts = text_files(["the cat sat", "on the mat"], texts=True)
    assert b"".join(block.text[: block.size].tobytes() for block in texts.blocks()) == b"the cat sat\non the mat\n"
    with pytest.raises(SourceError, match="no such file"):
        text_files(["corpus.txt"], texts=True)  # one word is rather a path


def test_a_dataset_of_hugging_face():
    datasets = pytest.importorskip("datasets")
    dataset = datasets.Dataset.from_dict({"id": [1, 2], "text": ["one two", "three"]})
    assert held(dataset, "text") == held(dataset["text"]) == "one two\nthree\n"
    with pytest.raises(OptionError, match="a mapping with the keys train, test"):
        held({"train": dataset, "test": dataset}, "text")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_read_once(tmp_path):
    path = tmp_path / "pipe.jsonl"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=('{"text": "the cat"}\n{"text": "sat"}\n',))
    writer.start()
    blocks = list(TextFiles([path], records=Records("text")).blocks())
    writer.join()
    assert b"".join(block.text[: block.size].tobytes() for block in blocks) == b"the cat\nsat\n"


def test_an_arrow_file_whose_offsets_lead_outside(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import ipc

    table = pyarrow.table({"text": ["one", "two"]})
    with ipc.new_file(tmp_path / "a.arrow", table.schema) as writer:
        writer.write_table(table)
    raw = (tmp_path / "a.arrow").read_bytes()
    offsets, text = np.array([0, 3, 6], "<i4").tobytes(), b"onetwo"
    assert raw.count(offsets) == raw.count(text) == 1
    for damaged in (raw.replace(offsets, np.array([0, 3, 1 << 30], "<i4").tobytes()), raw.replace(text, b"one\xfftw")):
        (tmp_path / "a.arrow").write_bytes(damaged)
        with pytest.raises(SourceError, match=r"a\.arrow: cannot be read to its end"):
            text_of(tmp_path / "a.arrow")


def test_no_memory_is_taken_for_an_arrow_stream_that_is_none(tmp_path):
    pytest.importorskip("pyarrow")
    (tmp_path / "a.arrow").write_bytes(b"AARRO" * 9)
    tracemalloc.start()
    with pytest.raises(SourceError, match="does not begin with an Arrow message"):
        text_of(tmp_path / "a.arrow")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1 << 24
