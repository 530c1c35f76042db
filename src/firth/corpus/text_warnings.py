"""Warnings about texts that were probably not read as intended, with hints."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from firth.corpus.first_pass import Tokens
from firth.corpus.second_pass import LONGEST_SENTENCE

LONG_WORD = 20
LONG_CLAUSE = 4  # words of Chinese and Japanese are mostly shorter, what stands between punctuation is longer
FEWEST_WORDS = 20
FEWEST_TOKENS = 1_000  # less says nothing about the text

_SPELLED_AT_MOST = 100_000
_IDEOGRAPH = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]")
"""Of a script that is written without spaces, or of Korean."""


def signs_of_words(tokens: Tokens, tokenizer: str) -> Iterator[str]:
    """Warnings about the words of a text, one line for each.

    Args:
        tokens: the tokens as they were read.
        tokenizer: name of the tokenizer.
    """
    words, count = len(tokens.counts), int(tokens.counts.sum())
    if tokenizer in ("whitespace", "words"):
        some = tokens.spell(np.arange(min(words, _SPELLED_AT_MOST)))
        share = sum(len(word) > LONG_WORD for word in some) / len(some)
        written_solid = sum(map(bool, map(_IDEOGRAPH.search, some))) / len(some)
        mean = sum(map(len, some)) / len(some)
        if len(some) >= FEWEST_WORDS and (share > 0.5 or (written_solid > 0.5 and mean > LONG_CLAUSE)):
            cure = "tokenizer='chinese' or 'characters'" if written_solid > 0.5 else "another tokenizer"
            yield (
                f"its distinct words have {mean:.0f} characters on average: the text seems to be written without "
                f"spaces; hint: {cure}"
            )
            return  # the signs below follow from this one
    if count < FEWEST_TOKENS:
        return
    once = int((tokens.counts == 1).sum()) / words
    if once > 0.95 and words > count / 2:
        yield (
            f"{once:.0%} of {words:,} distinct words occur once: the text seems to be very short, or its words are "
            "numbers or names; hint: casefold, digits_to_zero, or a field that holds text"
        )


def signs_of_lines(sentences: int, tokens_kept: int, long_lines_split: int, split_sentences: bool) -> Iterator[str]:
    """Warnings about the sentences of a text; ``split_sentences``: whether lines were split into sentences."""
    if long_lines_split == 1 and sentences == -(-tokens_kept // LONGEST_SENTENCE):
        cure = "a newline after each text" if split_sentences else "split_sentences, if the text has full stops"
        yield f"the whole text is one line, so it is split after every 1,000th word; hint: {cure}"
