"""Sets of analogy questions in the formats of Google, MSR and BATS."""

from __future__ import annotations

import itertools
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from firth.errors import FileFormatError, SourceError, VocabularyError
from firth.evaluation.fields import separator, split
from firth.guard import guarded
from firth.text.lines import Line, read_lines

SEMANTIC, SYNTACTIC = "semantic", "syntactic"
_KINDS = {
    r"capital-.*|currency|city-in-state|family|[EL]\d\d\b.*": SEMANTIC,  # Google; BATS: encyclopedic, lexicographic
    r"gram\d.*|[ID]\d\d\b.*|(jj|nn|vb)\w*": SYNTACTIC,  # Google; BATS: inflection, derivation; MSR: tags of words
}


class Question(NamedTuple):
    """The question "``a`` is to ``b`` as ``c`` is to what?"; any of the answers is correct."""

    a: str
    b: str
    c: str
    answers: tuple[str, ...]


class Pair(NamedTuple):
    """A word and its targets in the relation, the usual one first."""

    word: str
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Questions about one relation.

    Attributes:
        name: name of the relation.
        pairs: its different pairs, in order.
        questions: the questions about them.
    """

    name: str
    pairs: list[Pair] = field(repr=False)
    questions: list[Question] = field(repr=False)

    @property
    def kind(self) -> str | None:
        """``"semantic"`` or ``"syntactic"`` by the section's name in the Google, MSR and BATS sets, else ``None``."""
        matching = (kind for pattern, kind in _KINDS.items() if re.fullmatch(pattern, self.name, re.IGNORECASE))
        return next(matching, None)


@dataclass(frozen=True)
class AnalogySet:
    """Analogy questions by section; ``name`` is the name of the set in tables."""

    name: str
    sections: list[Section]

    @classmethod
    @guarded("analogy questions")
    def read(cls, path: str | os.PathLike[str]) -> AnalogySet:
        """Read a set in one of three formats.

        - Google: four words per line; a line ``: name`` begins a section. Without such lines there is one section,
          with the name of the file.
        - MSR: a file ``X.questions`` with three words per line, and ``X.answers``, whose lines are the fourth word, or
          a category and the fourth word.
        - BATS: a folder, which may have subfolders, with a ``.txt`` file for each relation; a line is a word and its
          targets, separated by ``/`` or by commas, as in the reader of its authors (vecto). Every pair is combined
          with every other pair of its file.

        Raises:
            FileFormatError: a line is malformed; the message names the file and the line.
            VocabularyError: there are no questions.
            SourceError, EncodingError: a file cannot be read.
        """
        given = Path(path)
        if given.is_dir():
            sections = _read_folder(given)
        elif given.suffix == ".questions":
            sections = _read_msr(given)
        else:
            sections = _read_google(given)
        if not any(section.questions for section in sections):
            raise VocabularyError(
                f"{given}: holds no questions", hint="write four words on each line, or give a folder of word pairs"
            )
        return cls(given.stem if given.is_file() else given.name, sections)


def _read_google(path: Path) -> list[Section]:
    grouped: dict[str, list[Question]] = {}
    name = path.stem
    for line in read_lines(path):
        words = line.fields()
        if line.text.startswith(":") and (words[0] == ":" or len(words) != 4):  # four words may begin with :)
            name = line.text[1:].strip()
            continue
        if len(words) != 4:
            raise line.malformed("four words, or ': ' and the name of a section")
        grouped.setdefault(name, []).append(Question(words[0], words[1], words[2], (words[3],)))
    return [_section(name, questions) for name, questions in grouped.items()]


def _read_msr(path: Path) -> list[Section]:
    questions, answers = read_lines(path), read_lines(path.with_suffix(".answers"))
    if len(questions) != len(answers):
        raise FileFormatError(f"{path}: {len(questions)} questions and {len(answers)} answers, expected as many")
    grouped: dict[str, list[Question]] = {}
    for line, answer in zip(questions, answers, strict=True):
        words, fields = line.fields(), answer.fields()
        if len(words) != 3:
            raise line.malformed("three words")
        if len(fields) not in (1, 2):
            raise answer.malformed("a word, or a category and a word")
        name = fields[0] if len(fields) == 2 else path.stem
        grouped.setdefault(name, []).append(Question(words[0], words[1], words[2], (fields[-1],)))
    return [_section(name, questions) for name, questions in grouped.items()]


def _section(name: str, questions: list[Question]) -> Section:
    """A section of complete questions; its pairs are taken from them."""
    both = itertools.chain.from_iterable((Pair(q.a, (q.b,)), Pair(q.c, q.answers)) for q in questions)
    return Section(name, list(dict.fromkeys(both)), questions)


def _read_folder(folder: Path) -> list[Section]:
    files = sorted(folder.rglob("*.txt"))
    if not files:
        raise SourceError(f"{folder}: no .txt files in it, expected one for each relation")
    sections = []
    for path in files:
        lines = read_lines(path)
        mark = separator(lines, 2)
        pairs = [_pair(line, mark) for line in lines]
        questions = [Question(x.word, x.targets[0], y.word, y.targets) for x, y in itertools.permutations(pairs, 2)]
        sections.append(Section(path.stem, pairs, questions))
    return sections


def _pair(line: Line, mark: str | None) -> Pair:
    fields = split(line.text, mark)
    targets = tuple(target for target in split(fields[-1], "/" if "/" in fields[-1] else ",") if target)
    if len(fields) != 2 or not fields[0] or not targets:
        raise line.malformed("a word and its targets, joined by '/' or ','")
    return Pair(fields[0], targets)
