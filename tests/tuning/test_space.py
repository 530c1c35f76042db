"""What is searched: usual ranges, ranges that are given, and those that make no sense."""

import optuna
import pytest

from firth.errors import OptionError
from firth.training.configuration import Configuration
from firth.tuning import default_space, parse_dimension
from firth.tuning.metrics import Metric, metric_of
from firth.tuning.space import chosen_space, shown, suggest

ANY = Metric("any", lambda _: 0.0)


def chosen(search, metric=ANY, given=(), **options):
    return chosen_space(search, Configuration.of(**options), given, metric)


@pytest.mark.parametrize(
    ("options", "names", "rates"),
    [
        ({}, {"negative", "noise_exponent"}, (0.005, 0.1)),
        ({"objective": "softmax"}, set(), (0.005, 0.1)),
        ({"architecture": "cbow", "objective": "hierarchical"}, set(), (0.02, 0.4)),
        ({"architecture": "cbow", "cbow_gradient": "word2vec"}, {"negative", "noise_exponent"}, (0.005, 0.1)),
    ],
)
def test_usual_ranges_follow_the_model(options, names, rates):
    space = default_space(Configuration.of(**options))
    assert space.keys() == {"vector_size", "window", "sample", "learning_rate"} | names
    assert space["learning_rate"] == rates
    low, high = rates
    assert low < Configuration.of(**options).first_learning_rate < high
    assert chosen(space, **options) == space


def test_what_is_given_is_not_searched():
    assert chosen(None, given={"window", "learning_rate"}).keys() == {
        "vector_size",
        "sample",
        "negative",
        "noise_exponent",
    }
    assert chosen(None, metric_of(None)).keys() == {"vector_size", "learning_rate"}


def test_only_what_is_named_is_searched():
    assert chosen({"window": None, "epochs": [5, 10]}) == {"window": (2, 15), "epochs": [5, 10]}


@pytest.mark.parametrize(
    ("search", "options", "message"),
    [
        ({"min_count": [1, 2]}, {}, "'min_count' is not searched"),
        ({"window": (5, 5)}, {}, "expected a lower and a higher"),
        ({"window": (5, 2)}, {}, "expected a lower and a higher"),
        ({"window": []}, {}, "expected at least one"),
        ({"window": [0]}, {}, "window=0"),
        ({"learning_rate": (0.1, 11.0)}, {}, "learning_rate=11"),
        ({"architecture": ("cbow", "skipgram")}, {}, "or a list of values"),
        ({"architecture": ["glove"]}, {}, "'glove'"),
        ({"epochs": None}, {}, "no usual range"),
        ({"negative": [5]}, {"objective": "softmax"}, "negative has no effect with objective='softmax'"),
        ({"cbow_gradient": ["word2vec"]}, {}, "search architecture too, or give architecture='cbow'"),
        ({}, {}, "nothing is left"),
    ],
)
def test_spaces_that_make_no_sense(search, options, message):
    with pytest.raises(OptionError, match=message):
        chosen(search, **options)


def test_given_and_searched_or_not_to_be_compared():
    with pytest.raises(OptionError, match="both given and searched"):
        chosen({"window": [5]}, given={"window"})
    with pytest.raises(OptionError, match="held-out loss under different negative"):
        chosen({"negative": [5]}, metric_of(None))


def test_an_option_of_another_model_where_models_are_searched():
    assert chosen({"objective": ["softmax", "negative"], "negative": [5]}, objective="softmax")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("learning_rate=0.01:0.1", ("learning_rate", (0.01, 0.1))),
        ("learning-rate=1e-2", ("learning_rate", [0.01])),
        ("vector_size=50,100", ("vector_size", [50, 100])),
        ("window=2:15", ("window", (2, 15))),
        ("window=5,sentence", ("window", [5, "sentence"])),
        ("noise_exponent=-1:1", ("noise_exponent", (-1.0, 1.0))),
        ("shrink_windows=true,false", ("shrink_windows", [True, False])),
        ("architecture=cbow,skipgram", ("architecture", ["cbow", "skipgram"])),
        ("window", ("window", None)),
    ],
)
def test_parsing(text, expected):
    assert parse_dimension(text) == expected
    if expected[1] is not None and "-" not in text:
        assert shown(expected[1]) == text.partition("=")[2]


@pytest.mark.parametrize(
    "text", ["speed=1", "window=a", "window=1:b", "window=", "vector_size=1.5", "shrink_windows=1", "window=a:sentence"]
)
def test_mistakes_in_parsing(text):
    with pytest.raises(OptionError, match=text.partition("=")[0]):
        parse_dimension(text)


def test_numbers_of_many_sizes_are_drawn_by_factors():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(1))
    space = {"learning_rate": (0.001, 1.0), "vector_size": (10, 1000), "window": (1, 9), "sample": (0.0, 1.0)}
    drawn = [suggest(study.ask(), space) for _ in range(300)]
    assert 0.4 < sum(options["learning_rate"] < 0.0316 for options in drawn) / 300 < 0.6
    assert 0.4 < sum(options["vector_size"] < 100 for options in drawn) / 300 < 0.6
    assert {options["window"] for options in drawn} == set(range(1, 10))
    assert 0.4 < sum(options["sample"] < 0.5 for options in drawn) / 300 < 0.6  # from 0 there are no factors
