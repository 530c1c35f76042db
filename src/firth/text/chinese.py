"""Chinese text: words as jieba finds them, and characters of one script.

jieba's dictionary has simplified characters and half-width letters, so a text is made such before it is cut.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from firth.arguments import word_list
from firth.errors import FileFormatError, MissingExtra, OptionError
from firth.text.lines import read_table
from firth.text.unicode_words import spaced_words

Form = Literal["NFC", "NFKC"]
Script = Literal["simplified", "traditional"]
SCRIPTS: dict[str | None, str] = {"simplified": "t2s", "traditional": "s2t"}  # OpenCC's conversions

_ENTRY = re.compile(r"(\S+?)(?:\s+(\d{1,9}))?(?:\s+([A-Za-z]+))?")


class ChineseWords:
    """A tokenizer of Chinese, see :mod:`firth.text.tokenizers`: words without punctuation.

    The text is brought to a Unicode form and to simplified characters, if that is wanted, and then cut by jieba's
    dictionary and hidden Markov model. If traditional characters are wanted, it is cut where its simplified form is.

    Args:
        words: of a user dictionary, see :func:`dictionary_entries`.
        form: the Unicode form, or None. NFKC makes half-width letters and digits of full-width ones.
        script: of the words; None leaves characters as they are.

    Raises:
        MissingExtra: ``rjieba`` is not installed, or ``opencc``, which is needed for a script.
    """

    def __init__(self, words: Sequence[str] = (), form: Form | None = None, script: Script | None = None) -> None:
        self._form: Form | None = form
        self._script = script
        self._cut = _cutter(tuple(dict.fromkeys(map(self._prepared, words))))
        if script is not None:
            converter(script)

    def __call__(self, text: str) -> str:
        if self._form is not None:
            text = unicodedata.normalize(self._form, text)
        if self._script is None:
            return spaced_words(" ".join(self._cut(text)))
        simplified = in_script(text, "simplified")
        found = self._cut(simplified)
        if self._script == "traditional":
            text = in_script(text, "traditional")
            # A character is one in both scripts, so words are at the same places; should it be more, where it is cut.
            found = _at_the_places_of(found, text) if len(text) == len(simplified) else self._cut(text)
        return spaced_words(" ".join(found))

    def _prepared(self, word: str) -> str:
        if self._form is not None:
            word = unicodedata.normalize(self._form, word)
        return word if self._script is None else in_script(word, "simplified")


def in_script(text: str, script: Script) -> str:
    """A text in simplified or traditional characters, as OpenCC converts them, by words where that decides.

    Raises:
        MissingExtra: ``opencc`` is not installed.
    """
    if text.isascii():
        return text
    try:
        return converter(script)(text)
    except UnicodeEncodeError:  # a lone surrogate, which only token lists can hold
        return text


@functools.cache
def converter(script: Script) -> Callable[[str], str]:
    """OpenCC's conversion to a script.

    Raises:
        MissingExtra: ``opencc`` is not installed.
    """
    try:
        from opencc import OpenCC
    except ImportError as error:
        raise MissingExtra(f"converting to {script} characters", "chinese") from error
    convert: Callable[[str], str] = OpenCC(SCRIPTS[script]).convert
    return convert


def dictionary_entries(given: str | os.PathLike[str] | Iterable[str]) -> tuple[str, ...]:
    """The entries of a user dictionary, sorted: a word, its frequency and its part of speech, of which the last two may
    be left out.

    A word without a frequency gets one by which it is found whole.

    Args:
        given: a file in jieba's format, with an entry a line, or a collection of entries.

    Raises:
        FileFormatError: there is no such file, or a line is no entry.
        OptionError: what is in the collection is no entry.
    """
    if isinstance(given, str | os.PathLike):
        entries = []
        for number, line in read_table(Path(given), "one word per line, with or without its frequency"):
            if line.strip():
                if _ENTRY.fullmatch(line.strip()) is None:
                    raise FileFormatError(
                        f"{given}, line {number}: {line.strip()!r:.60}, expected a word, or a word and its frequency"
                    )
                entries.append(line)
    else:
        entries = word_list(given)
    for entry in entries:
        if _ENTRY.fullmatch(entry.strip()) is None:
            raise OptionError(f"user_dictionary holds {entry!r:.60}, expected a word, or a word and its frequency")
    return tuple(sorted({" ".join(entry.split()) for entry in entries}))


@functools.lru_cache(maxsize=2)  # each has a whole dictionary of its own
def _cutter(entries: tuple[str, ...]) -> Callable[[str], list[str]]:
    """jieba with the words of a user dictionary."""
    jieba = _jieba()
    if not entries:
        cut: Callable[[str], list[str]] = jieba.cut
        return cut
    own = jieba.Jieba()
    for entry in entries:
        found = _ENTRY.fullmatch(entry)
        assert found is not None
        own.add_word(found[1], int(found[2]) if found[2] else None, found[3])
    return own.cut  # type: ignore[no-any-return]


def _at_the_places_of(words: Iterable[str], text: str) -> list[str]:
    ends = [0, *itertools.accumulate(map(len, words))]
    return [text[start:end] for start, end in itertools.pairwise(ends)]


def _jieba() -> Any:
    try:
        import rjieba
    except ImportError as error:
        raise MissingExtra("the tokenizer 'chinese'", "chinese") from error
    return rjieba
