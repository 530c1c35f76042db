"""The table of options: it is whole, and what is written out elsewhere for type checkers says the same."""

import inspect
from dataclasses import fields
from typing import get_type_hints

import pytest

from firth import Word2Vec
from firth.errors import OptionError
from firth.training.configuration import Configuration
from firth.training.options import OPTIONS, SEARCHED, Options, OptionValues


def test_an_option_in_full():
    window = OPTIONS["window"]
    assert (window.name, window.default, window.kind, window.choices) == ("window", 5, int, ("sentence",))
    assert (window.lowest, window.highest, window.takes_none, window.takes_path) == (1, 1000, False, False)
    assert [OPTIONS["validation"].takes_path, OPTIONS["validation"].takes_none] == [True, True]
    assert OPTIONS["freeze"].choices == ("input", "output")
    assert OPTIONS["negative"].has_effect(Options())
    assert not OPTIONS["negative"].has_effect(Options(objective="softmax"))


@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_an_option_is_whole(option):
    assert option.help[0].isupper()
    assert option.help.endswith(".")
    assert option.checked(option.default) == option.default
    for value in option.usual or ():
        assert option.searched
        assert option.checked(value) == value
    if option.only is not None:
        other, value = option.only
        assert OPTIONS[other].checked(value) == value


def test_every_place_has_the_names_types_and_defaults_of_the_table():
    types = get_type_hints(Options)
    defaults = {field.name: field.default for field in fields(Options)}
    assert get_type_hints(OptionValues) == types
    assert list(OptionValues.__annotations__) == list(types) == list(OPTIONS)
    parameters = inspect.signature(Word2Vec).parameters
    assert {name: parameter.annotation for name, parameter in parameters.items()} == types
    assert {name: parameter.default for name, parameter in parameters.items()} == defaults
    assert list(parameters) == list(OPTIONS)
    assert {name: getattr(Configuration(), name) for name in OPTIONS} == defaults
    assert f"    seed: {OPTIONS['seed'].reference}\n" in Word2Vec.__init__.__doc__
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}


def test_most_options_can_be_searched():
    assert {"learning_rate", "epochs", "objective"} <= SEARCHED.keys()
    assert not {"seed", "workers", "min_count"} & SEARCHED.keys()  # what does not make vectors, or is read once


def test_a_wrong_value_names_what_is_expected():
    for name, value, expected in [
        ("window", "paragraph", "expected a whole number, 1 to 1,000 or 'sentence'"),
        ("freeze", "both", "expected 'input' or 'output'"),
        ("validation", 2, "expected a number from 1e-06 to 0.9, or the path of a text"),
    ]:
        with pytest.raises(OptionError, match=f"{name}={value!r}, {expected}"):
            OPTIONS[name].checked(value)
