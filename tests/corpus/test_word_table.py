"""The table against a dictionary."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firth.corpus.word_table import WordTable, merge_tables
from firth.errors import EncodingError, VocabularyError
from firth.kernels.text.scanner import FILE_END, LINE_END
from firth.text.sources import PADDING, Block
from firth.text.token_lists import token_blocks


def block(text, *, ends_file=False, offset=0):
    data = text if isinstance(text, bytes) else text.encode()
    return Block(np.frombuffer(data + b" " * PADDING, np.uint8), len(data), "a.txt", offset, ends_file, 0)


def words_of(table):
    return table.spell(np.arange(table.words))


# Words that differ late, early, or only in length; the table compares eight bytes at a time.
STEMS = ["a", "ab", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghabcdefgh", "日本語", "a\0", "a\0\0", "\0", "\ufeffa"]
WORDS = st.sampled_from(STEMS + [stem + tail for stem in STEMS for tail in ("x", "xyz", "abcdefgh", "é")])


@given(st.lists(st.lists(WORDS, max_size=20), max_size=4))
def test_ids_spell_the_text(blocks):
    table = WordTable()
    for number, tokens in enumerate(blocks):
        ids = table.read(block(" ".join(tokens)), number)
        assert [words_of(table)[word] for word in ids] == tokens
    tokens = [token for tokens in blocks for token in tokens]
    assert words_of(table) == list(dict.fromkeys(tokens))
    assert dict(zip(words_of(table), table.counts().tolist(), strict=True)) == Counter(tokens)
    assert (np.diff(table.firsts()) > 0).all()


def test_a_table_grows_from_word_to_word():
    tokens = [f"{number}" + "y" * (number % 40) for number in range(30_000)] + ["z" * 300_000, "end"]
    table = WordTable()
    ids = table.read(block(" ".join(tokens + tokens[::-1])), 0)
    assert ids.tolist() == list(range(len(tokens))) + list(range(len(tokens)))[::-1]
    assert words_of(table) == tokens
    assert (table.counts() == 2).all()


def test_more_words_than_can_be_numbered(monkeypatch):
    monkeypatch.setattr("firth.corpus.word_table.MOST_WORDS", 5_000)
    with pytest.raises(VocabularyError, match="more than 4,096 distinct words"):
        WordTable().read(block(" ".join(map(str, range(4_097)))), 0)


def test_newlines_end_lines_and_so_does_the_end_of_a_file():
    table = WordTable()
    assert table.read(block("a b\nc\n\n d"), 0).tolist() == [0, 1, LINE_END, 2, LINE_END, LINE_END, 3]
    assert table.read(block("a", ends_file=True), 1).tolist() == [0, FILE_END]
    assert table.read(block("", ends_file=True), 2).tolist() == [FILE_END]
    assert table.read(block("\n"), 3).tolist() == [LINE_END]
    assert table.read(block("a\r\nb"), 4).tolist() == [0, LINE_END, 1]


def test_token_lists_are_words_whatever_they_hold():
    table = WordTable()
    (tokens,) = token_blocks([["New York", "a\nb", " "], ["\ud800", "New York"], ["\u3000"]])
    assert table.read_tokens(tokens, 0).tolist() == [0, 1, 2, LINE_END, 3, 0, LINE_END, 4, LINE_END]
    assert words_of(table) == ["New York", "a\nb", " ", "\ud800", "\u3000"]


def test_merged_tables_are_one():
    one, two = WordTable(), WordTable()
    one.read(block("a b b"), 1)
    two.read(block("c b c"), 0)
    two.read(block("d a"), 2)
    assert one.merge(two).tolist() == [2, 1, 3, 0]
    assert words_of(one) == ["a", "b", "c", "d"]
    assert one.counts().tolist() == [2, 3, 2, 1]
    assert np.argsort(one.firsts()).tolist() == [2, 1, 0, 3]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 11])
def test_any_number_of_tables_become_one(count):
    texts = [[f"w{number}", "the", *(["last"] if number == count - 1 else [])] for number in range(count)]
    tables = [WordTable() for _ in texts]
    for place, (table, text) in enumerate(zip(tables, texts, strict=True)):
        table.read(block(" ".join(text)), place)
    ids = merge_tables(tables)
    assert [tables[0].spell(own) for own in ids] == texts
    counts = dict(zip(words_of(tables[0]), tables[0].counts().tolist(), strict=True))
    assert counts == Counter(word for text in texts for word in text)


def test_merging_grows_the_table():
    one, two = WordTable(), WordTable()
    tokens = [f"w{number}" for number in range(20_000)] + ["x" * 500_000]
    one.read(block("w7 other"), 0)
    two.read(block(" ".join(tokens)), 1)
    ids = one.merge(two)
    assert one.spell(ids) == tokens
    assert one.words == len(tokens) + 1
    assert one.counts()[0] == 2


def test_bytes_that_are_not_utf8():
    with pytest.raises(EncodingError, match=r"a\.txt: not UTF-8 at byte 1003; hint: encoding='auto' detects") as caught:
        WordTable().read(block(b"ab \xff cd", offset=1000), 0)
    assert caught.value.offset == 1003


@given(st.binary(max_size=40))
def test_replaced_bytes_are_those_of_python(text):
    table = WordTable("replace")
    ids = [word for word in table.read(block(text), 0) if word != LINE_END]
    assert [words_of(table)[word] for word in ids] == text.decode("utf-8", "replace").split()
