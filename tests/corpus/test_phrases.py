"""Phrases by hand, and joining against a loop."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firth.corpus import encode
from firth.corpus import phrases as module
from firth.corpus.phrases import find_phrases, write_joined
from firth.errors import OptionError, VocabularyError

SENTENCES = [["new", "york", "is", "new"], ["new", "york"], ["york", "is"], ["is"]]


def test_scores_by_hand():
    with encode(SENTENCES, min_count=1) as corpus:  # 9 tokens; new 3, york 3, is 3; new york 2, york is 2, is new 1
        found = find_phrases(corpus, threshold=0.0, min_count=1).listed()
        assert found == [
            ("new", "york", 2, pytest.approx((2 - 1) / 9 * 9)),
            ("york", "is", 2, pytest.approx((2 - 1) / 9 * 9)),
        ]
        npmi = {pair[:2]: pair[3] for pair in find_phrases(corpus, scoring="npmi", threshold=-1, min_count=1).listed()}
        assert npmi == {
            ("new", "york"): pytest.approx(math.log(2 * 9 / 9) / math.log(9 / 2)),
            ("york", "is"): pytest.approx(math.log(2 * 9 / 9) / math.log(9 / 2)),
            ("is", "new"): pytest.approx(0.0),
        }
        assert find_phrases(corpus, min_count=3, threshold=0.0).listed() == []


@settings(deadline=None, max_examples=30)
@given(
    sentences=st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=9), min_size=1, max_size=9),
    size=st.integers(1, 20),
)
def test_joining_by_a_loop(tmp_path_factory, sentences, size):
    path = tmp_path_factory.mktemp("phrases") / "joined.txt"
    with pytest.MonkeyPatch.context() as patch, encode(sentences, min_count=1) as corpus:
        patch.setattr(module, "_TOKENS_AT_A_TIME", size)
        phrases = find_phrases(corpus, threshold=0.0, min_count=1)
        count = write_joined(corpus, phrases, path)
    pairs = {(a, b) for a, b, _, _ in phrases.listed()}
    lines, joined = [], 0
    for sentence in sentences:
        words, place = [], 0
        while place < len(sentence):
            both = tuple(sentence[place : place + 2]) in pairs
            words.append("_".join(sentence[place : place + 1 + both]))
            joined += both
            place += 1 + both
        lines.append(" ".join(words))
    assert path.read_text() == "\n".join(lines) + "\n"
    assert count == joined


def test_options_that_make_no_sense():
    with encode(SENTENCES, min_count=1) as corpus:
        with pytest.raises(OptionError, match="scoring='pmi', expected 'default' or 'npmi'"):
            find_phrases(corpus, scoring="pmi")
        with pytest.raises(OptionError, match="min_count=0"):
            find_phrases(corpus, min_count=0)
    with encode([*SENTENCES, ["rare"]], min_count=2) as corpus, pytest.raises(VocabularyError, match="min_count=1"):
        find_phrases(corpus)
