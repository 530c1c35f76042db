"""Every error of firth is a FirthError, prints one line with its hint, and is caught as what Python users expect."""

import inspect

import pytest

from firth import errors
from firth.errors import EncodingError, FirthError, MissingExtra, OptionError, SourceError, StorageError, UnknownWord


def test_every_exception_of_the_module_belongs_to_the_tree():
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if c.__module__ == "firth.errors"]
    assert len(classes) >= 9
    assert all(issubclass(c, FirthError | UserWarning) for c in classes)
    assert all(c.__name__ in (errors.__doc__ or "") for c in classes)


def test_the_text_is_the_message_and_the_hint():
    assert str(FirthError("window is 0, expected 1 or more", hint="window=5")) == (
        "window is 0, expected 1 or more; hint: window=5"
    )
    assert str(FirthError("no words")) == "no words"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OptionError("bad"), ValueError),
        (StorageError("full"), OSError),
        (UnknownWord("kign"), KeyError),
        (MissingExtra("search", "index"), ImportError),
        (EncodingError("a.txt", 3), SourceError),
    ],
)
def test_an_error_is_caught_as_the_builtin_it_extends(error, expected):
    with pytest.raises(expected):
        raise error


def test_an_unknown_word_knows_close_spellings():
    error = UnknownWord("kign", ["king", "sign"])
    assert (error.word, error.close) == ("kign", ["king", "sign"])
    assert str(error) == "unknown word 'kign'; hint: did you mean king, sign?"
    assert str(UnknownWord("x")) == "unknown word 'x'"


def test_an_encoding_error_knows_the_place():
    error = EncodingError("a.txt", 3)
    assert (error.source, error.offset) == ("a.txt", 3)
    assert "a.txt: not UTF-8 at byte 3" in str(error)


def test_a_missing_extra_names_the_pip_line():
    assert "pip install 'firth[index]'" in str(MissingExtra("search", "index"))
