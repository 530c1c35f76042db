"""The preparation of texts: a tokenizer, and normalization and filters for each token."""

from __future__ import annotations

import functools
import os
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from firth.arguments import plain, switch, whole, word_list
from firth.errors import FileFormatError, OptionError
from firth.guard import guard
from firth.text.lines import read_whole
from firth.text.phrases import Phrase, Phrases
from firth.text.stop_words import STOP_WORDS
from firth.text.tokenizers import (
    LARGEST_TOKENIZER,
    TOKENIZERS,
    Cut,
    Line,
    TokenizerFile,
    named,
    tokenizer_file,
    whitespace,
)

_FORMS = (None, "NFC", "NFKC")
_SCRIPTS = (None, "simplified", "traditional")
_PYTHON = "python:"  # what Python held, and no file did
_DIGIT = re.compile(r"\d")
# A sentence ends behind these marks, with the quotes and brackets that close it, where a space and more text follow;
# behind those of Chinese and Japanese without the space. What follows the last of a line is the next line.
_SENTENCE_END = re.compile(r"""([.!?…]+["'”’)\]]*)[^\S\n]+(?=\S)|([。！？]++[”’」』）]*+)(?=[^\S\n]*\S)""")


@dataclass(frozen=True)
class Preparation:
    """How a text is split into words; it is saved with a corpus and with vectors, for queries.

    The tokenizer splits the text. Each token is then normalised (Unicode form, script, case, digits, in this order),
    and dropped if it is too short, too long or a stop word. This is done once for each distinct token, so it costs very
    little. The tokenizer ``"chinese"`` converts the whole text to the Unicode form and the script before it splits it.

    Args:
        tokenizer: ``"whitespace"``; ``"words"`` (:mod:`firth.text.unicode_words` has the rule); ``"characters"``;
            ``"chinese"`` (needs the extra ``chinese``); the path of a Hugging Face ``tokenizer.json`` (extra
            ``tokenizers``); or a function from a line to its tokens.
        normalize: ``"NFC"``, ``"NFKC"`` or None: the Unicode form.
        chinese: ``"simplified"`` or ``"traditional"``: the script to which Chinese characters are converted, or None
            (needs the extra ``chinese``).
        casefold: whether to fold case, as ``str.casefold`` does: STRASSE and Straße become strasse.
        digits_to_zero: whether to replace each digit with ``0``: 1984 becomes 0000.
        min_length: drop tokens with fewer characters than this.
        max_length: drop tokens with more characters than this; None keeps all.
        user_dictionary: words that the tokenizer ``"chinese"`` keeps whole: a file in jieba's format, or a collection
            (:func:`firth.text.chinese.dictionary_entries`).
        stop_words: words to drop: ``"english"``, ``"chinese"``, a file with one word per line, or a collection; they
            are prepared as the text is.
        split_sentences: whether a sentence also ends after ``. ! ?`` and a space, and after ``。！？``, not only at the
            end of a line.
        phrases: phrases to join at the end, or their file (:mod:`firth.text.phrases`): new york becomes new_york.

    Raises:
        OptionError: an option is invalid.
        SourceError: the file of stop words cannot be read.
        FileFormatError: the file of phrases does not exist, or is another kind of file.
    """

    tokenizer: str | Line = "whitespace"
    normalize: Literal["NFC", "NFKC"] | None = None
    chinese: Literal["simplified", "traditional"] | None = None
    casefold: bool = False
    digits_to_zero: bool = False
    min_length: int = 1
    max_length: int | None = None
    stop_words: str | os.PathLike[str] | Collection[str] | None = None
    split_sentences: bool = False
    user_dictionary: str | os.PathLike[str] | Collection[str] | None = None
    phrases: Phrases | str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        if self.normalize not in _FORMS:
            raise OptionError(f"normalize={self.normalize!r}, expected 'NFC', 'NFKC' or None")
        if self.chinese not in _SCRIPTS:
            raise OptionError(f"chinese={self.chinese!r}, expected 'simplified', 'traditional' or None")
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
        if self.user_dictionary is not None:
            from firth.text.chinese import dictionary_entries

            if self.tokenizer != "chinese":
                raise OptionError("user_dictionary is that of the tokenizer 'chinese'", hint="tokenizer='chinese'")
            object.__setattr__(self, "user_dictionary", dictionary_entries(self.user_dictionary))
        if isinstance(self.phrases, str | os.PathLike):
            object.__setattr__(self, "phrases", Phrases.load(self.phrases))

    def __getstate__(self) -> dict[str, Any]:
        # What is made when it is first used, a function among it, is made again in another process.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Preparation:
        """Restore the result of :meth:`as_dict`; other keys are ignored. No file is opened, even if there are paths.

        Raises:
            OptionError: the tokenizer was a function, or an option is invalid; or the data is from an older version
                that saved only the name of the file of a tokenizer or of phrases.
            FileFormatError: the data is damaged, or names a file of stop words.
        """
        if not isinstance(saved, Mapping):
            raise FileFormatError(f"{saved!r:.60} for the preparation of the text, expected its options by name")
        options = {field.name: saved[field.name] for field in fields(cls) if saved.get(field.name) is not None}
        for name, restore in (("tokenizer", _restored_tokenizer), ("phrases", _restored_phrases)):
            if name in options:
                options[name] = restore(options[name], saved.get(f"{name}_held"), saved.get(f"{name}_digest"))
        if isinstance(options.get("user_dictionary"), str):
            raise FileFormatError(
                f"the user dictionary of the text is {options['user_dictionary']!r:.60}, expected its words: "
                "a path that is read from a file is never opened",
                hint="Preparation(user_dictionary=path), if you know that file",
            )
        listed = options.get("stop_words")
        if isinstance(listed, str) and listed not in STOP_WORDS:
            raise FileFormatError(
                f"the stop words of the text are {listed!r:.60}, expected {', '.join(STOP_WORDS)}, or the words: "
                "a path that is read from a file is never opened",
                hint="Preparation(stop_words=path), if you trust that file",
            )
        return cls(**options)

    def as_dict(self) -> dict[str, Any]:
        """The options as plain data, for JSON; a file is stored by its name and contents, a function by its name."""
        options: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        if not isinstance(self.tokenizer, str):
            name = getattr(self.tokenizer, "__qualname__", type(self.tokenizer).__qualname__)
            options["tokenizer"] = f"{_PYTHON}{getattr(self.tokenizer, '__module__', '')}.{name}"
        elif self.tokenizer not in TOKENIZERS:
            options["tokenizer"] = str(Path(self.tokenizer).absolute())
        for name in ("stop_words", "user_dictionary"):
            if isinstance(options[name], tuple):
                options[name] = list(options[name])
        if isinstance(self.phrases, Phrases):
            path = self.phrases.path
            options["phrases"] = f"{_PYTHON}{len(self.phrases)} phrases" if path is None else str(Path(path).absolute())
            options["phrases_digest"] = self.phrases.digest
            options["phrases_held"] = [[[*p.words, p.count, p.score] for p in found] for found in self.passes]
        if isinstance(self.tokenizer, str) and self.tokenizer.endswith(".json"):
            import base64
            import hashlib

            content = tokenizer_file(self.tokenizer).content
            options["tokenizer_digest"] = hashlib.sha256(content).hexdigest()
            options["tokenizer_held"] = base64.b64encode(zlib.compress(content)).decode()
        return options

    @property
    def repeatable(self) -> bool:
        """Whether the saved options determine the result; a function may do something else the next time."""
        return isinstance(self.tokenizer, str)

    @property
    def keeps_tokens(self) -> bool:
        """Whether tokens are used as words without changes."""
        return self == Preparation(
            self.tokenizer,
            split_sentences=self.split_sentences,
            user_dictionary=self.user_dictionary,
            phrases=self.phrases,
        )

    @property
    def passes(self) -> tuple[tuple[Phrase, ...], ...]:
        """The phrases to join, for each pass."""
        return self.phrases.passes if isinstance(self.phrases, Phrases) else ()

    @property
    def needs_lines(self) -> bool:
        """Whether blocks of text must end at newlines, because the tokenizer may depend on the whole line."""
        return self.tokenizer not in TOKENIZERS or self.split_sentences

    @functools.cached_property
    def cut(self) -> Cut | None:
        """The function from a text to its tokens; None if the compiled scanner is enough.

        Raises:
            OptionError, MissingExtra, FileFormatError: see :func:`firth.text.tokenizers.named`.
        """
        tokenizer = self._tokenizer()
        if not self.split_sentences:
            return tokenizer
        return lambda text: (tokenizer or str)(_SENTENCE_END.sub(_end_of_sentence, text))

    def _tokenizer(self) -> Cut | None:
        if self.chinese is not None or self.tokenizer == "chinese":
            from firth.text.chinese import ChineseWords, converter

            if self.tokenizer == "chinese":
                entries = self.user_dictionary if isinstance(self.user_dictionary, tuple) else ()
                return ChineseWords(entries, self.normalize, self.chinese)
            if self.chinese is not None:
                converter(self.chinese)  # a missing package is found before anything is read
        return named(self.tokenizer)

    def word(self, token: str) -> str | None:
        """The word for a token; None if it is dropped. Use it to prepare the words of a query."""
        word = self._normal(token)
        if not self.min_length <= len(word) <= (self.max_length or len(word)) or word in self._stop_words:
            return None
        return word

    def words(self, text: str) -> list[str]:
        """The words of a text, from all its sentences."""
        found = text if self.cut is None else self.cut(text)
        sentences = whitespace(found) if isinstance(found, str) else found
        return [word for sentence in sentences for word in self.words_of(sentence)]

    def words_of(self, tokens: Iterable[str]) -> list[str]:
        """The words of the tokens of one sentence."""
        words = [word for token in tokens if (word := self.word(token)) is not None]
        return self.phrases.join(words) if isinstance(self.phrases, Phrases) else words

    def _normal(self, token: str) -> str:
        if self.normalize is not None:
            token = unicodedata.normalize(self.normalize, token)
        if self.chinese is not None:
            from firth.text.chinese import in_script

            token = in_script(token, self.chinese)
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


def preparation_changes(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[str]:
    """The options in which the preparations of two texts differ, with the values of the second one.

    Token lists are not split, so if one of the two is token lists, the options for splitting are not compared.

    Args:
        before: options of an encoded corpus; None is unknown, and gives no differences.
        now: options of another one.
    """
    if before is None:
        return []
    names = [option.name for option in fields(Preparation)]
    if None in (before.get("tokenizer"), now.get("tokenizer")):
        names = [name for name in names if name not in ("tokenizer", "split_sentences", "user_dictionary")]
    changed = [name for name in names if name in now and before.get(name) != now[name]]
    return [f"{name}={_short(now[name])}" for name in changed]


def _short(value: object) -> str:
    return f"{len(value)} words" if isinstance(value, list) else repr(value)


def _restored_tokenizer(name: object, held: object, digest: object) -> str:
    if not isinstance(name, str):
        raise FileFormatError(f"{name!r:.60} for a tokenizer, expected its name")
    if name in TOKENIZERS:
        return name
    if name.startswith(_PYTHON):
        raise OptionError(
            f"the text was tokenized by the function {name.removeprefix(_PYTHON)}, which cannot be saved",
            hint="Preparation(tokenizer=that_function, ...)",
        )
    if held is None:
        raise OptionError(
            f"the text was tokenized by {name!r:.200}: a path that is read from a file is never opened",
            hint="give it again: tokenizer=path",
        )
    import base64
    import hashlib

    with guard(name, "the tokenizer of the text"):
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode(str(held), validate=True), LARGEST_TOKENIZER)
        if not unpacker.eof or hashlib.sha256(content).hexdigest() != digest:
            raise ValueError("its digest does not match")
    return TokenizerFile.of(name, content)


def _restored_phrases(name: object, held: object, digest: object) -> Phrases:
    if held is None:
        raise OptionError(
            f"the phrases of the text are in {name!r:.200}: a path that is read from a file is never opened",
            hint="give them again: phrases=path",
        )
    with guard(name, "the phrases of the text"):
        passes = tuple(
            tuple(Phrase(tuple(map(_text, words)), int(count), float(score)) for *words, count, score in found)
            for found in held  # type: ignore[attr-defined]
        )
        phrases = Phrases(passes, None if str(name).startswith(_PYTHON) else str(name))
        if phrases.digest != digest:
            raise ValueError("their digest does not match")
    return phrases


def _text(word: object) -> str:
    if not isinstance(word, str):
        raise TypeError(f"{word!r:.40}, expected a word")
    return word


def _end_of_sentence(match: re.Match[str]) -> str:
    return (match[1] or match[2]) + "\n"


def words_of_file(path: str | os.PathLike[str]) -> list[str]:
    """The words of a file with one word per line.

    Raises:
        SourceError: it cannot be read.
    """
    lines = read_whole(Path(path), "one word per line").split("\n")
    return [word for line in lines if (word := line.strip(" \t\r"))]
