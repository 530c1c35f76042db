"""How a text becomes words: one tokenizer, and what happens to each token."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from firth.arguments import plain, switch, whole, word_list
from firth.errors import FileFormatError, OptionError
from firth.text.lines import read_whole
from firth.text.phrases import Phrase, Phrases
from firth.text.stop_words import STOP_WORDS
from firth.text.tokenizers import TOKENIZERS, Cut, Line, named, whitespace

_FORMS = (None, "NFC", "NFKC")
_PYTHON = "python:"  # what Python held, and no file does
_DIGIT = re.compile(r"\d")
# A sentence ends behind these marks, with the quotes and brackets that close it, where a space follows;
# behind those of Chinese and Japanese without one.
_SENTENCE_END = re.compile(r"""([.!?…]+["'”’)\]]*)[^\S\n]+|([。！？]+[”’」』）]*)""")


@dataclass(frozen=True)
class Preparation:
    """How a text becomes words. Saved with a corpus and with the vectors, so that a query is prepared as the text was.

    The tokenizer cuts the text. Each token is then normalised (Unicode form, case, digits, in this order), and dropped
    if it is too short, too long or a stop word. This happens once for each distinct token, so it costs next to nothing.

    Args:
        tokenizer: ``"whitespace"``; ``"words"`` (:mod:`firth.text.words` has the rule); ``"characters"``;
            ``"chinese"`` (needs the extra ``chinese``); the path of a Hugging Face ``tokenizer.json`` (extra
            ``tokenizers``); or a function from a line to its tokens.
        normalize: ``"NFC"``, ``"NFKC"`` or None: the Unicode form.
        casefold: whether to fold case, as ``str.casefold`` does: STRASSE and Straße become strasse.
        digits_to_zero: whether each digit becomes ``0``: 1984 becomes 0000.
        min_length: tokens of fewer characters are dropped.
        max_length: tokens of more characters are dropped; None keeps all.
        stop_words: words to drop: ``"english"``, ``"chinese"``, a file with one a line, or a collection of them;
            prepared as the text is.
        split_sentences: whether a sentence ends behind ``. ! ?`` and a space too, and behind ``。！？``, not only at
            the end of a line.
        phrases: phrases to join once all else is done, or their file (:mod:`firth.text.phrases`): new york becomes
            new_york.

    Raises:
        OptionError: an option makes no sense.
        SourceError: the file of stop words cannot be read.
        FileFormatError: there is no file of phrases, or it holds something else.
    """

    tokenizer: str | Line = "whitespace"
    normalize: Literal["NFC", "NFKC"] | None = None
    casefold: bool = False
    digits_to_zero: bool = False
    min_length: int = 1
    max_length: int | None = None
    stop_words: str | os.PathLike[str] | Collection[str] | None = None
    split_sentences: bool = False
    phrases: Phrases | str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        if self.normalize not in _FORMS:
            raise OptionError(f"normalize={self.normalize!r}, expected 'NFC', 'NFKC' or None")
        for field in fields(self):
            object.__setattr__(self, field.name, plain(getattr(self, field.name)))
        whole("min_length", self.min_length, 1)
        whole("max_length", self.max_length, 1, optional=True)
        for name in ("casefold", "digits_to_zero", "split_sentences"):
            switch(name, getattr(self, name))
        if self.max_length is not None and self.max_length < self.min_length:
            raise OptionError(f"max_length={self.max_length}, expected at least min_length={self.min_length}")
        given = self.stop_words
        if given is not None and not (isinstance(given, str) and given in STOP_WORDS):
            listed = words_of_file(given) if isinstance(given, str | os.PathLike) else word_list(given)
            object.__setattr__(self, "stop_words", tuple(sorted(listed)))
        if isinstance(self.phrases, str | os.PathLike):
            object.__setattr__(self, "phrases", Phrases.load(self.phrases))

    def __getstate__(self) -> dict[str, Any]:
        # What is made when it is first used, a function among it, is made again in another process.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Preparation:
        """What :meth:`as_dict` made; other keys are left aside.

        Raises:
            OptionError: the tokenizer was a function, or the phrases were in no file: neither can be saved.
            FileFormatError: the file of a tokenizer or of phrases is not what it was, or no longer there.
        """
        if str(saved.get("tokenizer", "")).startswith(_PYTHON):
            raise OptionError(
                f"the text was cut by the function {saved['tokenizer'].removeprefix(_PYTHON)}, which no file can hold",
                hint="Preparation(tokenizer=that_function, ...)",
            )
        if str(saved.get("phrases", "")).startswith(_PYTHON):
            raise OptionError(
                "the phrases of the text were saved to no file", hint="phrases.save(path), Preparation(phrases=path)"
            )
        known = {field.name for field in fields(cls)}
        found = cls(**{name: value for name, value in saved.items() if name in known and value is not None})
        for name, digest in found._digests().items():
            if saved.get(name, digest) != digest:
                file = name.removesuffix("_digest")
                raise FileFormatError(
                    f"{saved[file]} is not the file that the text was prepared with", hint="bring that one back"
                )
        return found

    def as_dict(self) -> dict[str, Any]:
        """The options as JSON can hold them; a function is named, a file has its digest beside it."""
        options: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        if not isinstance(self.tokenizer, str):
            name = getattr(self.tokenizer, "__qualname__", type(self.tokenizer).__qualname__)
            options["tokenizer"] = f"{_PYTHON}{getattr(self.tokenizer, '__module__', '')}.{name}"
        elif self.tokenizer not in TOKENIZERS:
            options["tokenizer"] = str(Path(self.tokenizer).absolute())
        if isinstance(self.stop_words, tuple):
            options["stop_words"] = list(self.stop_words)
        if isinstance(self.phrases, Phrases):
            path = self.phrases.path
            options["phrases"] = f"{_PYTHON}{len(self.phrases)} phrases" if path is None else str(Path(path).absolute())
        return options | self._digests()

    def _digests(self) -> dict[str, str]:
        """What tells the files from others of the same name."""
        digests = {}
        if isinstance(self.tokenizer, str) and self.tokenizer.endswith(".json"):
            if not Path(self.tokenizer).is_file():
                raise FileFormatError(f"{self.tokenizer}: no such file, expected a tokenizer", hint="check the path")
            digests["tokenizer_digest"] = hashlib.sha256(Path(self.tokenizer).read_bytes()).hexdigest()
        if isinstance(self.phrases, Phrases):
            digests["phrases_digest"] = self.phrases.digest
        return digests

    @property
    def repeatable(self) -> bool:
        """Whether the saved options say all: a function may do something else next time."""
        return isinstance(self.tokenizer, str)

    @property
    def keeps_tokens(self) -> bool:
        """Whether each token is a word as it is."""
        return self == Preparation(self.tokenizer, split_sentences=self.split_sentences, phrases=self.phrases)

    @property
    def passes(self) -> tuple[tuple[Phrase, ...], ...]:
        """The phrases to join, pass after pass."""
        return self.phrases.passes if isinstance(self.phrases, Phrases) else ()

    @property
    def needs_lines(self) -> bool:
        """Whether the text must be cut at newlines only, since what a tokenizer finds may depend on the whole line."""
        return self.tokenizer not in TOKENIZERS or self.split_sentences

    @functools.cached_property
    def cut(self) -> Cut | None:
        """From a text to its tokens; None where the compiled scanner needs no help.

        Raises:
            OptionError, MissingExtra, FileFormatError: see :func:`firth.text.tokenizers.named`.
        """
        tokenizer = named(self.tokenizer)
        if not self.split_sentences:
            return tokenizer
        return lambda text: (tokenizer or str)(_SENTENCE_END.sub(_end_of_sentence, text))

    def word(self, token: str) -> str | None:
        """What a token becomes; None if it is dropped. Prepare the words of a query with it."""
        word = self._normal(token)
        if not self.min_length <= len(word) <= (self.max_length or len(word)) or word in self._stop_words:
            return None
        return word

    def words(self, text: str) -> list[str]:
        """The words of a text, of all its sentences."""
        found = text if self.cut is None else self.cut(text)
        sentences = whitespace(found) if isinstance(found, str) else found
        prepared = ([word for token in sentence if (word := self.word(token)) is not None] for sentence in sentences)
        join = self.phrases.join if isinstance(self.phrases, Phrases) else list
        return [word for sentence in prepared for word in join(sentence)]

    def _normal(self, token: str) -> str:
        if self.normalize is not None:
            token = unicodedata.normalize(self.normalize, token)
        if self.casefold:
            token = token.casefold()
            if self.normalize is not None:  # folding may undo a form
                token = unicodedata.normalize(self.normalize, token)
        return _DIGIT.sub("0", token) if self.digits_to_zero else token

    @functools.cached_property
    def _stop_words(self) -> frozenset[str]:
        given = self.stop_words
        words = STOP_WORDS[given] if isinstance(given, str) else (given or ())
        return frozenset(map(self._normal, words))  # type: ignore[arg-type]


def _end_of_sentence(match: re.Match[str]) -> str:
    return (match[1] or match[2]) + "\n"


def words_of_file(path: str | os.PathLike[str]) -> list[str]:
    """The words of a file, one a line.

    Raises:
        SourceError: it cannot be read.
    """
    lines = read_whole(Path(path), "a word a line").split("\n")
    return [word for line in lines if (word := line.strip(" \t\r"))]
