"""What tokens become, by hand; options that survive being saved."""

import json
import os
import pickle

import pytest

from firth.errors import FileFormatError, FirthError, OptionError, SourceError
from firth.text.phrases import Phrase, Phrases
from firth.text.preparation import Preparation
from firth.text.queries import word_of_query


@pytest.mark.parametrize(
    ("options", "token", "word"),
    [
        ({}, "Straße", "Straße"),
        ({"casefold": True}, "Straße", "strasse"),
        ({"normalize": "NFC"}, "e\u0301", "é"),
        ({"normalize": "NFC"}, "ﬁ", "ﬁ"),
        ({"normalize": "NFKC"}, "ﬁ１", "fi1"),
        ({"normalize": "NFC", "casefold": True}, "ΐ", "ΐ"),  # folding takes it apart
        ({"digits_to_zero": True}, "B-1984٣", "B-00000"),
        ({"min_length": 2}, "a", None),
        ({"min_length": 2}, "ab", "ab"),
        ({"max_length": 2}, "abc", None),
        ({"max_length": 2, "casefold": True}, "ßa", None),  # measured as it becomes
        ({"stop_words": "english"}, "the", None),
        ({"stop_words": "english"}, "The", "The"),
        ({"stop_words": "english", "casefold": True}, "The", None),
        ({"stop_words": "chinese"}, "的", None),
        ({"stop_words": ["KING"], "casefold": True}, "king", None),
    ],
)
def test_what_a_token_becomes(options, token, word):
    assert Preparation(**options).word(token) == word


def test_the_words_of_a_query():
    preparation = Preparation("words", casefold=True, stop_words="english")
    assert preparation.words("The King's men, and 3.14!") == ["king's", "men", "3.14"]


def test_sentences_end_behind_marks():
    cut = Preparation(split_sentences=True).cut
    assert cut('He said "no." Then 3.14 left. What?! 你好。再见！') == (
        'He said "no."\nThen 3.14 left.\nWhat?!\n你好。\n再见！'
    )
    assert (
        cut("One. \nTwo!  \n\n你好。。\n再见！” \n") == "One. \nTwo!  \n\n你好。。\n再见！” \n"
    )  # no line more than before
    assert Preparation("words", split_sentences=True).cut("One two. Three").split("\n")[1].split() == ["Three"]


@pytest.mark.parametrize(
    "preparation",
    [
        Preparation(),
        Preparation("words", casefold=True, normalize="NFKC", digits_to_zero=True, min_length=2, max_length=9),
        Preparation(stop_words=["b", "a"], split_sentences=True),
        Preparation("chinese", stop_words="chinese"),
    ],
)
def test_what_is_saved_is_the_same_again(preparation):
    assert Preparation.from_dict({"min_count": 5, **json.loads(json.dumps(preparation.as_dict()))}) == preparation


def test_a_function_is_named_and_cannot_be_saved():
    saved = Preparation(str.split).as_dict()
    assert saved["tokenizer"].endswith("str.split")
    with pytest.raises(OptionError, match=r"the function .*str\.split, which cannot be saved"):
        Preparation.from_dict(saved)


def test_a_tokenizer_file_has_its_digest_beside_it(tmp_path):
    (tmp_path / "t.json").write_text("{}")
    first = Preparation(str(tmp_path / "t.json")).as_dict()
    (tmp_path / "t.json").write_text("[]")
    assert Preparation(str(tmp_path / "t.json")).as_dict() != first


def test_stop_words_of_a_file(tmp_path):
    (tmp_path / "stop.txt").write_text("the\n\n of \n")
    assert Preparation(stop_words=tmp_path / "stop.txt").stop_words == ("of", "the")
    with pytest.raises(SourceError, match="nowhere: no such file"):
        Preparation(stop_words=tmp_path / "nowhere")
    (tmp_path / "stop.txt").write_bytes(b"\xff")
    with pytest.raises(SourceError, match="not UTF-8"):
        Preparation(stop_words=tmp_path / "stop.txt")


@pytest.mark.parametrize("options", [{"normalize": "NFD"}, {"min_length": 0}, {"min_length": 3, "max_length": 2}])
def test_options_that_make_no_sense(options):
    with pytest.raises(OptionError, match=next(iter(options)).replace("min_length", "m.._length")):
        Preparation(**options)


def test_phrases_are_saved_themselves(tmp_path):
    (tmp_path / "p.tsv").write_text("new york\t1\t9\t3.5\n")
    preparation = Preparation(casefold=True, phrases=tmp_path / "p.tsv")
    assert preparation.words("The NEW York times") == ["the", "new_york", "times"]
    saved = json.loads(json.dumps(preparation.as_dict()))
    assert saved["phrases"] == str(tmp_path / "p.tsv")
    (tmp_path / "p.tsv").unlink()
    assert Preparation.from_dict(saved) == preparation
    held = Preparation(phrases=Phrases(((Phrase(("a", "b")),), (Phrase(("a_b", "c d")),))))
    assert Preparation.from_dict(json.loads(json.dumps(held.as_dict()))) == held
    with pytest.raises(FileFormatError, match=r"p\.tsv: damaged, or not the phrases of the text"):
        Preparation.from_dict({**saved, "phrases_held": [[["the", "times", 1, 1.0]]]})


def test_a_tokenizer_is_saved_itself(tmp_path):
    pytest.importorskip("tokenizers")
    content = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": {"the": 0, "cat": 1, "?": 2}, "unk_token": "?"},
    }
    (tmp_path / "t.json").write_text(json.dumps(content))
    preparation = Preparation(str(tmp_path / "t.json"), casefold=True)
    saved = json.loads(json.dumps(preparation.as_dict()))
    (tmp_path / "t.json").write_text("another")
    again = Preparation.from_dict(saved)
    assert again.words("the cat sat") == ["the", "cat", "?"]
    assert pickle.loads(pickle.dumps(again)).words("the cat sat") == ["the", "cat", "?"]
    assert again.as_dict() == saved
    with pytest.raises(FileFormatError, match=r"t\.json: damaged, or not the tokenizer of the text"):
        Preparation.from_dict({**saved, "tokenizer_held": saved["tokenizer_held"][:-8]})


@pytest.mark.parametrize("name", ["tokenizer", "phrases", "stop_words"])
@pytest.mark.parametrize("path", ["pipe.json", "/dev/zero", "/etc/hostname.json", "nowhere.json"])
def test_a_path_in_a_file_is_never_opened(tmp_path, monkeypatch, name, path):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.json")
    monkeypatch.setattr("builtins.open", None)
    monkeypatch.setattr("io.open", None)
    with pytest.raises((OptionError, FileFormatError), match="never opened"):
        Preparation.from_dict({name: path})
    if name == "stop_words":
        with pytest.raises(FileFormatError, match="never opened"):
            word_of_query("King", {name: path}, ["king"])
    else:
        assert word_of_query("King", {name: path, "casefold": True}, ["king"]) == "king"


@pytest.mark.parametrize(
    "saved",
    [
        1, "words", ["words"], {"tokenizer": 1}, {"tokenizer": ["x"]}, {"stop_words": 1}, {"stop_words": [[1]]},
        {"min_length": "x"}, {"casefold": []}, {"normalize": {}}, {"phrases": "x", "phrases_held": 1},
        {"phrases": "x", "phrases_held": [[[1, 1, 1]]]},
    ],
)  # fmt: skip
def test_damaged_options(saved):
    with pytest.raises(FirthError):
        Preparation.from_dict(saved)
    if not {"tokenizer", "phrases"} & set(saved if isinstance(saved, dict) else ()):
        with pytest.raises(FirthError):
            word_of_query("king", saved, [])
