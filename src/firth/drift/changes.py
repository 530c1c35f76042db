"""The words that changed most between spaces of several periods, and the path of one word through them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from firth.arguments import Word, whole
from firth.drift.distances import MEASURES, Real
from firth.drift.null_model import Excess, NullModel
from firth.errors import OptionError
from firth.vectors import WordVectors
from firth.vectors.nearest import Neighbors
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.transforms.alignment import align, shared_words

Spaces = Sequence[WordVectors]


class Change(NamedTuple):
    """How far a word moved from one space to another.

    Attributes:
        word: the word.
        similarity: of its two vectors or neighbourhoods, -1 to 1; the distance is 1 minus this.
        expected: the distance without a change, ``None`` without a null, as all that follows.
        excess: the distance minus the expected one.
        interval: the 95 % confidence interval of the excess.
        p: the share of unchanged words that seem to move as far.
        q: the false discovery rate at this p.
    """

    word: Word
    similarity: float
    expected: float | None = None
    excess: float | None = None
    interval: tuple[float, float] | None = None
    p: float | None = None
    q: float | None = None


class Stop(NamedTuple):
    """A word in one space of its path.

    Attributes:
        space: the name of the space.
        occurrences: how often the word occurs in its text, if this is known.
        similarity: with its vector in the last space that holds it.
        step: how it moved from the space before; ``None`` for the first one.
        neighbors: the nearest words in this space, with their similarity.
    """

    space: str
    occurrences: int | None
    similarity: float
    step: Change | None
    neighbors: Neighbors


class WordChanges:
    """What :func:`word_changes` found.

    Attributes:
        names: of the spaces.
        spaces: the spaces, each rotated onto the next.
        words: those that all spaces hold, and all spaces of the nulls.
        distances: from the first space to the last.  # (words,)
        steps: from each space to the next.  # (spaces - 1, words)
        excess: how much farther they moved from the first space to the last than without a change; ``None`` without
            a null.
        step_excess: the same for each step.
        shuffles: number of nulls.
        left_out: how many words all spaces hold, but not all spaces of the nulls.
    """

    def __init__(
        self,
        names: Sequence[str],
        spaces: Spaces,
        words: list[Any],
        distances: Real,
        steps: Real,
        excess: Excess | None,
        step_excess: Sequence[Excess],
        shuffles: int,
        left_out: int,
    ) -> None:
        self.names, self.spaces, self.words = list(names), list(spaces), words
        self.distances, self.steps = distances, steps
        self.excess, self.step_excess = excess, list(step_excess)
        self.shuffles, self.left_out = shuffles, left_out
        self._rows = {word: row for row, word in enumerate(words)}

    def __len__(self) -> int:
        return len(self.words)

    def _repr_html_(self) -> str:
        from firth.drawing.cell import cell, table

        head = ["word", "similarity", *(["moved more by", "95 % interval"] if self.excess is not None else [])]
        rows = []
        for found in self.most_changed(10):
            shown = [str(found.word), f"{found.similarity:.3f}"]
            if found.excess is not None and found.interval is not None:
                shown += [f"{found.excess:+.3f}", "{:+.3f} to {:+.3f}".format(*found.interval)]
            rows.append(shown)
        return cell("WordChanges", [table(rows, head)])

    def save_page(self, path: str | os.PathLike[str], words: Sequence[Word] = (), topn: int = 20) -> None:
        """Write words that changed as an HTML page with charts, or their map with arrows as a picture.

        Args:
            path: the file: ``.html``, ``.svg`` or ``.png``.
            words: the words to show; by default those of :meth:`most_changed`.
            topn: how many, if no words are given.

        Raises:
            OptionError: the suffix is another one, or there are no words.
            UnknownWord: no space holds a word.
            MissingExtra: a PNG is asked for, and ``resvg_py`` is not installed.
            StorageError: the file cannot be written.
        """
        from firth.drawing.picture_files import save_chart
        from firth.drift.drift_page import html, word_map
        from firth.targets import replacing

        suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - of a str or a path
        if suffix not in (".html", ".svg", ".png"):
            raise OptionError(f"a page named {os.fspath(path)}, expected .html, .svg or .png")
        found = [self._change_of(word) for word in words] if words else self.most_changed(topn)
        if not found:
            raise OptionError(f"topn={topn}, expected 1 or more words to draw")
        if suffix == ".html":
            made = html(self, found)
            with replacing(path) as temporary:
                temporary.write_text(made, encoding="utf-8")
        else:
            save_chart(word_map(self, [change.word for change in found]), path)

    def _change_of(self, word: Word) -> Change:
        """The change of a word; where some spaces lack it, that from the first that holds it to the last."""
        return self.change(word) if word in self._rows else Change(word, self.path(word, 0)[0].similarity)

    def __repr__(self) -> str:
        return f"<WordChanges: {len(self):,} words in {len(self.spaces)} spaces, {self.shuffles} shuffles>"

    def most_changed(self, topn: int | None = 20) -> list[Change]:
        """The words that moved most from the first space to the last; equal ones in the order of the first space.

        With a null, words come in the order of their excess divided by its standard deviation: first those of which it
        is most certain that they changed. The largest distances alone would be those of rare words.

        Args:
            topn: how many; ``None`` for all.
        """
        topn = whole("topn", topn, 0, optional=True)
        amounts = self.distances if self.excess is None else self.excess.excess / self.excess.deviation
        order = np.argsort(-amounts, kind="stable")[:topn]
        return [_change(self.words[row], row, self.distances, self.excess) for row in order.tolist()]

    def change(self, word: Word) -> Change:
        """How far one word moved from the first space to the last.

        Raises:
            UnknownWord: not all spaces hold it.
        """
        if word not in self._rows:
            raise self.spaces[-1].embeddings.unknown(word)
        return _change(word, self._rows[word], self.distances, self.excess)

    def path(self, word: Word, topn: int = 10) -> list[Stop]:
        """One word through the spaces that hold it.

        Args:
            word: the word.
            topn: how many neighbours.

        Raises:
            UnknownWord: no space holds it.
        """
        topn = whole("topn", topn, 0)
        held = [number for number, space in enumerate(self.spaces) if word in space]
        if not held:
            raise self.spaces[-1].embeddings.unknown(word)
        vectors = [self.spaces[number].get_vector(word, norm=True) for number in held]
        stops = []
        for place, number in enumerate(held):
            space = self.spaces[number]
            count = None if space.counts is None else int(space.counts[space.get_index(word)])
            nearest = space.most_similar(word, topn=topn) if topn else []
            step = self._step(word, number) if number - 1 in held else None
            stops.append(Stop(self.names[number], count, float(vectors[place] @ vectors[-1]), step, nearest))
        return stops

    def space(self, name: str) -> WordVectors:
        """The rotated space of a name."""
        return self.spaces[self.names.index(name)]

    def _step(self, word: Word, number: int) -> Change | None:
        """How a word came to a space from the one before."""
        row = self._rows.get(word)
        if row is None:
            return None
        return _change(word, row, self.steps[number - 1], self.step_excess[number - 1] if self.step_excess else None)


def word_changes(
    spaces: Spaces,
    nulls: Sequence[Spaces] = (),
    *,
    names: Sequence[str] | None = None,
    measure: str = "cosine",
    anchors: int | None = None,
) -> WordChanges:
    """Compare the vectors of words in spaces of several periods, or groups.

    Each space is rotated onto the next one (Hamilton et al. 2016, "Diachronic Word Embeddings Reveal Statistical Laws
    of Semantic Change"), and a word's distance is that of its vectors in the first space and the last. Vectors of the
    same word differ between any two texts, and those of rare words differ more. So the distances mean little without a
    null: spaces of texts in which nothing changed, the same sentences with their dates shuffled (Dubossarsky et al.
    2017). :func:`firth.drift.train_shuffled` trains them.

    Args:
        spaces: two or more, the oldest first, trained with the same options.
        nulls: for each shuffle as many spaces as ``spaces``, in the same order. One is enough to compare a word with
            others that are as frequent; with two or more each word is also compared with itself.
        names: of the spaces, such as years; by default 1, 2, ...
        measure: ``"cosine"`` compares the vectors of a word; ``"neighbors"`` compares its similarities with the words
            near it (:func:`firth.drift.distances.neighborhood_distances`).
        anchors: fit the rotations to this many shared words, the first ones of each space; by default to all.

    Raises:
        OptionError: there are fewer than two spaces, or others in a null; their dimensions differ; no word is in all
            of them; or the measure is unknown.
    """
    if len(spaces) < 2:
        raise OptionError(f"spaces of {len(spaces)} periods, expected two or more")
    if measure not in MEASURES:
        raise OptionError(f"measure={measure!r}, expected one of {', '.join(MEASURES)}")
    if any(len(null) != len(spaces) for null in nulls):
        sizes = ", ".join(str(len(null)) for null in nulls)
        raise OptionError(f"nulls of {sizes} spaces, expected {len(spaces)} in each, as many as there are periods")
    if names is not None and len(names) != len(spaces):
        raise OptionError(f"{len(names)} names for {len(spaces)} spaces, expected one for each")
    anchors = whole("anchors", anchors, 1, optional=True)
    chain = _chained(spaces, anchors)
    chains = [_chained(null, anchors) for null in nulls]
    held = _in_all(chain)
    words = _in_all([*chain, *(space for null in chains for space in null)])
    if not words:
        raise OptionError("no word is in all spaces", hint="do all have the same language and case?")
    counted = all(space.counts is not None for group in (chain, *chains) for space in group)
    observed, *shuffled = [_Rows(group, words, counted) for group in (chain, *chains)]
    last = len(spaces) - 1
    pairs = [(0, last), *((number, number + 1) for number in range(last))]
    distances = [observed.distances(measure, *pair) for pair in pairs]
    excess: list[Excess] = []
    if shuffled:
        for pair, moved in zip(pairs, distances, strict=True):
            null = NullModel(
                np.stack([group.distances(measure, *pair) for group in shuffled]),
                np.stack([group.counts(*pair) for group in shuffled]),
            )
            excess.append(null.excess(moved, observed.counts(*pair)))
    return WordChanges(
        names or [str(number) for number in range(1, len(spaces) + 1)],
        chain,
        words,
        distances[0],
        np.stack(distances[1:]),
        excess[0] if excess else None,
        excess[1:],
        len(nulls),
        len(held) - len(words),
    )


class _Rows:
    """The same words in the spaces of one group."""

    def __init__(self, spaces: Spaces, words: list[Any], counted: bool) -> None:
        rows = [np.array([space.key_to_index[word] for word in words]) for space in spaces]
        self._units: list[Matrix] = [
            unit_rows(space.vectors[rows_of]) for space, rows_of in zip(spaces, rows, strict=True)
        ]
        self._counts: list[Real] = [
            # Without counts, the inverse of a rank is as good, by Zipf's law.
            np.maximum(space.counts[rows_of], 1).astype(float)
            if counted and space.counts is not None
            else 1.0 / (1 + rows_of)
            for space, rows_of in zip(spaces, rows, strict=True)
        ]
        self._known: dict[tuple[str, int, int], Real] = {}

    def distances(self, measure: str, first: int, second: int) -> Real:
        """Of each word in two of the spaces, (words,)."""
        key = measure, first, second
        if key not in self._known:  # of two spaces, the only step is the whole way
            self._known[key] = MEASURES[measure](self._units[first], self._units[second])
        return self._known[key]

    def counts(self, first: int, second: int) -> Real:
        """The harmonic mean of the counts in two of the spaces, (words,)."""
        return 2 / (1 / self._counts[first] + 1 / self._counts[second])


def _chained(spaces: Spaces, anchors: int | None) -> list[WordVectors]:
    """Each space rotated onto the next one, which has been rotated itself."""
    chain = [spaces[-1]]
    for space in reversed(spaces[:-1]):
        chain.insert(0, align(space, chain[0], shared_words(space, chain[0])[:anchors]))
    return chain


def _in_all(spaces: Spaces) -> list[Any]:
    """The words of all spaces, in the order of the first."""
    first, *others = spaces
    known = [space.key_to_index for space in others]
    return [word for word in first if all(word in rows for rows in known)]


def _change(word: Word, row: int, distances: npt.NDArray[np.float64], excess: Excess | None) -> Change:
    similarity = 1 - float(distances[row])
    if excess is None:
        return Change(word, similarity)
    ends = float(excess.low[row]), float(excess.high[row])
    expected, more, p, q = (float(of[row]) for of in (excess.expected, excess.excess, excess.p, excess.q))
    return Change(word, similarity, expected, more, ends, p, q)
