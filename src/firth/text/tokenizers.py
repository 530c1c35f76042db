"""Text to sentences of tokens.

A tokenizer takes a piece of text and returns it with whitespace between its tokens and newlines between its sentences,
as the compiled scanner (:mod:`firth.kernels.text.scanner`) reads it; or, where tokens may hold whitespace, the token
lists themselves. ``whitespace`` is the scanner's own definition, and the tests hold it to that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from firth.contents import HEAD, check_content
from firth.errors import FileFormatError, MissingExtra, OptionError
from firth.guard import guard, guarded
from firth.stored_words import check_words
from firth.text.unicode_words import spaced_characters, spaced_words

Line = Callable[[str], Iterable[str]]
Cut = Callable[[str], str | list[list[str]]]

LARGEST_TOKENIZER = 1 << 28  # bytes of its file

_UNFIT = re.compile("\\A\\Z|[\\s\ud800-\udfff]")


def whitespace(text: str) -> Iterator[list[str]]:
    """Tokens are what ``str.split()`` yields; a sentence ends at ``"\\n"`` and nowhere else.

    All whitespace of Unicode separates tokens, the no-break and ideographic spaces included. A carriage return is
    whitespace, so lines that end in CR LF need no care. Lines without tokens are no sentences.
    """
    for line in text.split("\n"):
        if tokens := line.split():
            yield tokens


def check_tokens(tokens: Sequence[str], *, at_the_head: bool = False) -> None:
    """Refuse the first token that :func:`whitespace` would not find again in a text.

    Args:
        tokens: words of the text.
        at_the_head: whether the first of them begins the text.

    Raises:
        OptionError: a token is empty, or holds whitespace or a lone surrogate; or U+FEFF, read as a byte order mark,
            begins the text.
    """
    expected, hint = "words without whitespace and lone surrogates", "train on the token lists, or replace such words"
    check_words(tokens, _UNFIT, "a text", expected, hint, at_the_head=at_the_head)


def spaced_chinese(text: str) -> str:
    """Chinese words as jieba finds them (dictionary and hidden Markov model), without punctuation.

    Raises:
        MissingExtra: ``rjieba`` is not installed.
    """
    from firth.text.chinese import ChineseWords

    return ChineseWords()(text)


class TokenizerFile(str):
    """The path of a tokenizer's file, with what is in it."""

    content: bytes

    @classmethod
    def of(cls, path: str, content: bytes) -> TokenizerFile:
        """Both together."""
        self = cls(path)
        self.content = content
        return self


@guarded("a Hugging Face tokenizer")
def tokenizer_file(path: str | Path) -> TokenizerFile:
    """The file of a tokenizer, read unless it has been.

    Raises:
        FileFormatError: it is missing, or too large.
    """
    if isinstance(path, TokenizerFile):
        return path
    if not Path(path).is_file():
        raise FileFormatError(f"{path}: no such file, expected a Hugging Face tokenizer", hint="check the path")
    size = Path(path).stat().st_size
    if size > LARGEST_TOKENIZER:
        raise FileFormatError(
            f"{path}: {size:,} bytes, expected a Hugging Face tokenizer of at most {LARGEST_TOKENIZER:,}"
        )
    return TokenizerFile.of(str(path), Path(path).read_bytes())


@guarded("a Hugging Face tokenizer")
def huggingface(path: str | Path) -> Cut:
    """The tokens of a Hugging Face ``tokenizer.json`` for one sentence per line, without special tokens.

    Raises:
        MissingExtra: ``tokenizers`` is not installed.
        FileFormatError: the file is missing, or no tokenizer.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise MissingExtra("a Hugging Face tokenizer", "tokenizers") from error
    content = tokenizer_file(path).content
    try:
        described = json.loads(content)
    except ValueError:
        check_content(content[:HEAD], path, "a Hugging Face tokenizer")
        described = None
    model = described.get("model") if isinstance(described, dict) else None
    if not isinstance(model, dict) or "vocab" not in model:
        raise FileFormatError(f"{path}: not a Hugging Face tokenizer", hint="expected a tokenizer.json")
    tokenizer = Tokenizer.from_str(content.decode())

    def cut(text: str) -> list[list[str]]:
        with guard(path, "a Hugging Face tokenizer"):  # some of its faults show when it is used
            encoded = tokenizer.encode_batch(text.split("\n"), add_special_tokens=False)
        return [[token for token in line.tokens if token] for line in encoded]

    return cut


def by_line(tokens_of: Line) -> Cut:
    """A function from a line to its tokens, used on each line of a text that is not blank.

    Raises, when it is used:
        OptionError: the function gives something else than tokens.
    """

    def cut(text: str) -> list[list[str]]:
        return [_listed(tokens_of(line)) if line and not line.isspace() else [] for line in text.split("\n")]

    return cut


def _listed(found: object) -> list[str]:
    if isinstance(found, str) or not isinstance(found, Iterable):
        raise OptionError(
            f"the tokenizer returned the {type(found).__name__} {found!r:.60} for a line, expected a list of words",
            hint="return line.split()",
        )
    return list(found)


def named(tokenizer: str | Line) -> Cut | None:
    """The tokenizer of a name, a path that ends in ``.json``, or a function of a line; None for ``"whitespace"``.

    Raises:
        OptionError: there is no such tokenizer.
        MissingExtra: it needs a package that is not installed.
        FileFormatError: the file is missing, or no tokenizer.
    """
    if callable(tokenizer):
        return by_line(tokenizer)
    if tokenizer in TOKENIZERS:
        if tokenizer == "chinese":
            from firth.text.chinese import ChineseWords

            return ChineseWords()  # a missing package is found now, not in a thread
        return TOKENIZERS[tokenizer]
    if tokenizer.endswith(".json"):
        return huggingface(tokenizer)
    raise OptionError(
        f"tokenizer={tokenizer!r}, expected {', '.join(TOKENIZERS)}, or the path of a tokenizer.json",
        hint="a function from a line to its tokens works too",
    )


TOKENIZERS: dict[str, Cut | None] = {
    "whitespace": None,
    "words": spaced_words,
    "characters": spaced_characters,
    "chinese": spaced_chinese,
}
