"""Sentences and tokens by hand."""

import sys

import pytest

from firth.errors import FileFormatError, MissingExtra, OptionError
from firth.text.chinese import _cutter
from firth.text.tokenizers import TOKENIZERS, named, spaced_chinese, whitespace
from firth.text.unicode_words import spaced_words


def test_tokens_are_those_of_split_and_sentences_are_lines():
    assert list(whitespace("the  cat\tsat \r\n\n on\u3000the\xa0mat")) == [["the", "cat", "sat"], ["on", "the", "mat"]]


def test_only_a_newline_ends_a_sentence():
    assert list(whitespace("a\rb\x0bc\x0cd\x1ce\x85f\u2028g\u2029h")) == [list("abcdefgh")]


def test_no_text_has_no_sentences():
    assert list(whitespace("")) == list(whitespace(" \n\u2003\n")) == []


def test_the_registry_knows_them_by_name():
    assert set(TOKENIZERS) == {"whitespace", "words", "characters", "chinese"}
    assert named("whitespace") is None
    assert named("words") is spaced_words


def test_a_tokenizer_that_is_not_there(tmp_path):
    with pytest.raises(OptionError, match=r"tokenizer='wrods', expected whitespace, words, .* tokenizer\.json"):
        named("wrods")
    with pytest.raises(FileFormatError, match="no such file"):
        named(str(tmp_path / "tokenizer.json"))


@pytest.mark.parametrize("name", ["chinese", "x.json"])
def test_a_missing_package_names_the_line_that_installs_it(monkeypatch, name):
    package, extra = {"chinese": ("rjieba", "chinese"), "x.json": ("tokenizers", "tokenizers")}[name]
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr("firth.text.chinese._cutter", _cutter.__wrapped__)
    with pytest.raises(MissingExtra, match=rf"pip install 'firth\[{extra}\]'"):
        named(name)


def test_chinese():
    pytest.importorskip("rjieba")
    lines = [line.split() for line in spaced_chinese("我们去北京大学，hello。\n你好").split("\n")]
    assert lines == [["我们", "去", "北京大学", "hello"], ["你好"]]


def test_a_hugging_face_tokenizer(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel({"the": 0, "cat": 1, "?": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert named(str(tmp_path / "tokenizer.json"))("the cat\nthe dog") == [["the", "cat"], ["the", "?"]]


@pytest.mark.parametrize(
    "content", ["not json", "[]", '{"version": "1.0"}', '{"model": {"type": "None"}}', '{"model": []}']
)
def test_a_file_that_is_no_tokenizer(tmp_path, content):
    pytest.importorskip("tokenizers")
    (tmp_path / "t.json").write_text(content)
    with pytest.raises(FileFormatError, match=r"t\.json: not a Hugging Face tokenizer"):
        named(str(tmp_path / "t.json"))


def test_a_function_is_used_line_by_line():
    assert named(lambda line: line.split("-"))("a-b c\n\nd") == [["a", "b c"], [], ["d"]]


@pytest.mark.parametrize(("found", "kind"), [(None, "NoneType"), ("a b", "str"), (3, "int")])
def test_a_function_that_gives_no_tokens(found, kind):
    with pytest.raises(OptionError, match=f"the tokenizer returned the {kind} .* expected a list of words"):
        named(lambda _: found)("a b")
