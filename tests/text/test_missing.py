"""Missing values, as tables hold them: each is named by its row, and the hint by what Python calls it."""

import datetime
import math

import numpy as np
import pytest

from firth import encode
from firth.arguments import is_missing
from firth.errors import OptionError, SourceError
from firth.lm import NgramModel

pandas = pytest.importorskip("pandas")

MISSING = [None, math.nan, np.nan, np.float32("nan"), pandas.NA, pandas.NaT]


@pytest.mark.parametrize("value", MISSING, ids=repr)
def test_a_missing_text_is_named_by_its_row(value):
    texts = pandas.Series(["the cat", "sat", value, "down"], dtype=object)
    for source in (texts, texts.tolist(), texts.array):
        with pytest.raises(SourceError) as caught:
            encode(source, min_count=1)
        assert caught.value.message.startswith("item 3 of the texts (index 2): the missing value")
        assert caught.value.hint == "on_error='skip' leaves such records out, and counts them"
    frame = pandas.DataFrame({"text": texts})
    with pytest.raises(SourceError, match=r"item 3 of the texts \(index 2\): the missing value"):
        encode(frame, field="text", min_count=1)
    with pytest.warns(UserWarning, match="1 record was skipped"):
        assert encode(frame, field="text", min_count=1, on_error="skip").tokens_kept == 4


@pytest.mark.parametrize("value", MISSING, ids=repr)
def test_a_missing_text_at_the_head_says_nothing_of_the_others(value):
    texts = pandas.Series([value, value, "the cat"], dtype=object)
    with pytest.raises(SourceError, match=r"item 1 of the texts \(index 0\): the missing value"):
        encode(texts, min_count=1)
    with pytest.warns(UserWarning, match="2 records were skipped"):
        assert encode(texts, min_count=1, on_error="skip").tokens_kept == 2


@pytest.mark.parametrize("value", MISSING, ids=repr)
def test_missing_token_lists_and_tokens_are_named_by_their_row(value):
    lists = pandas.Series([["the", "cat"], [], value, ["sat"]], dtype=object)
    tokens = [["the", "cat"], [], ["sat", value]]
    model = NgramModel.train([["a"]], 1, smoothing="witten-bell")
    for read in (
        lambda source: encode(source, min_count=1),
        lambda source: NgramModel.train(source, 1),
        model.perplexity,
    ):
        with pytest.raises(OptionError, match=r"the sentence at index 2 is the missing value .*dropna\(\)"):
            read(lists)
        with pytest.raises(OptionError, match=r"sentence at index 2, a token is the missing value .*leave missing"):
            read(tokens)


def test_what_is_missing_and_what_is_not():
    assert all(map(is_missing, MISSING))
    there = [
        "",
        "nan",
        0,
        0.0,
        False,
        math.inf,
        np.array([math.nan]),
        [],
        datetime.date(2020, 1, 1),
        pandas.Timestamp(0),
    ]
    assert not any(map(is_missing, there))
