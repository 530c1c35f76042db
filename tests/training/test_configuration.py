"""Every nonsense option is one clear error."""

import pytest

from firth.errors import OptionError
from firth.training.configuration import Configuration


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("architecture", "glove"),
        ("objective", "softmaxx"),
        ("vector_size", 0),
        ("vector_size", 2001),
        ("vector_size", 10.0),
        ("vector_size", True),
        ("window", 0),
        ("window", "5"),
        ("min_count", 0),
        ("negative", 0),
        ("epochs", -1),
        ("workers", 0),
        ("seed", -1),
        ("sample", -1e-3),
        ("sample", float("nan")),
        ("learning_rate", float("inf")),
        ("learning_rate", "fast"),
        ("min_learning_rate", 0.5),
        ("noise_exponent", 9),
        ("shrink_windows", 1),
    ],
)
def test_nonsense_names_the_option_and_the_value(option, value):
    with pytest.raises(OptionError) as error:
        Configuration(**{option: value})
    assert option in str(error.value)
    assert str(value) in str(error.value)
    assert "expected" in str(error.value)


def test_unknown_options_name_the_known_one():
    with pytest.raises(OptionError, match=r"no option 'vectorsize'; hint: did you mean vector_size\?"):
        Configuration.of(vectorsize=100)
    with pytest.raises(OptionError, match=r"no option 'alpha'; hint: learning_rate=0\.1$"):
        Configuration.of(alpha=0.1)
    with pytest.raises(OptionError, match="one of architecture, objective"):
        Configuration.of(zzz=1)


def test_rates_fall_to_a_ten_thousandth_unless_told():
    assert Configuration(learning_rate=0.5).last_learning_rate == pytest.approx(0.5e-4)
    assert Configuration(learning_rate=0.5, min_learning_rate=0.1).last_learning_rate == 0.1


def test_workers_default_to_all_cores():
    assert Configuration().worker_count >= 1
    assert Configuration(workers=3).worker_count == 3


@pytest.mark.parametrize(
    ("options", "tokens", "words", "rate"),
    [
        ({}, 85_000_000, 70_000, 0.025),
        ({}, 17_000_000, 70_000, 0.025),  # five epochs of it
        ({}, 1_062_500, 10_000, 0.05),  # a sixteenth, and the fourth root of 16 is 2
        ({"epochs": 80}, 1_062_500, 10_000, 0.025),
        ({"architecture": "cbow"}, 1_062_500, 10_000, 0.26),
        ({}, 1000, 10_000, 0.1),  # four times, at most
        ({}, 1000, 100, 0.05),  # few words
        ({"learning_rate": 0.03}, 1000, 10_000, 0.03),
    ],
)
def test_the_default_learning_rate_follows_the_text(options, tokens, words, rate):
    configuration = Configuration(**options).for_text(tokens, words)
    assert configuration.learning_rate == pytest.approx(rate, rel=0.01)
    assert configuration.for_text(9, 9) == configuration


@pytest.mark.parametrize(
    "options",
    [{"objective": "softmax"}, {"subwords": True}, {"architecture": "cbow", "cbow_gradient": "word2vec"}],
)
def test_other_defaults_do_not(options):
    rate = Configuration(**options).first_learning_rate
    assert Configuration(**options).for_text(1000, 10_000) == Configuration(**options, learning_rate=rate)
