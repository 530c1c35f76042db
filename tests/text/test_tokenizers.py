"""Sentences and tokens by hand."""

from firth.text.tokenizers import TOKENIZERS, whitespace


def test_tokens_are_those_of_split_and_sentences_are_lines():
    assert list(whitespace("the  cat\tsat \r\n\n on\u3000the\xa0mat")) == [["the", "cat", "sat"], ["on", "the", "mat"]]


def test_only_a_newline_ends_a_sentence():
    assert list(whitespace("a\rb\x0bc\x0cd\x1ce\x85f\u2028g\u2029h")) == [list("abcdefgh")]


def test_no_text_has_no_sentences():
    assert list(whitespace("")) == list(whitespace(" \n\u2003\n")) == []


def test_the_registry_knows_it_by_name():
    assert TOKENIZERS["whitespace"] is whitespace
