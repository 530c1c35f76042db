"""Answering "a is to b as c is to what?" by vector offsets, many questions at a time.

All vectors have unit length. Every method is a function only of cosines with the words of the question: s_w is
cos(x, w) for a candidate x (Levy and Goldberg 2014, "Linguistic Regularities in Sparse and Explicit Word
Representations"):

    3CosAdd        s_b - s_a + s_c                                      equation 2
    3CosMul        s'_b s'_c / (s'_a + 1e-6),  s' = (1 + s) / 2         equation 4
    PairDirection  (s_b - s_a - c.(b - a)) / sqrt(2 - 2 s_c), which is cos(x - c, b - a) times the length of b - a

Many questions have few different words, so one small matrix product gives all cosines, and a question costs a few
additions per candidate instead of a multiplication for each dimension.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from firth.evaluation.lexicon import Lexicon
from firth.parallel import in_threads
from firth.vectors.search import Matrix

Rows = npt.NDArray[np.int64]

_CANDIDATES = 4096  # scored at a time
_QUESTIONS = 64  # answered at a time: their scores, 1 MB, stay in cache
_EPSILON = np.float32(1e-6)


def best_rows(lexicon: Lexicon, questions: Rows, method: str) -> Rows:
    """The row that answers each question best, excluding its own words in any spelling.

    Args:
        lexicon: the words and their vectors.
        questions: (questions, 3) rows of a, b and c.
        method: one of :data:`OFFSETS`.

    Returns:
        (questions,) rows; the first row if scores are equal, and -1 if there is no candidate.
    """
    words, local = np.unique(questions, return_inverse=True)
    search = _Search(lexicon, words, local.reshape(questions.shape), OFFSETS[method])
    for start in range(0, len(lexicon), _CANDIDATES):
        search.look_at(start)
    return search.rows


class _Search:
    """The best candidates so far.

    Args:
        lexicon: the words and their vectors.
        words: rows of the different words of the questions.
        questions: (questions, 3) indices into ``words``.
        score: function from the cosines of candidates with a, b and c (questions, candidates) to their scores.
    """

    def __init__(self, lexicon: Lexicon, words: Rows, questions: Rows, score: Score) -> None:
        self._lexicon, self._words, self._questions, self._score = lexicon, words, questions, score
        self._units = lexicon.units[words]  # (words, dims)
        self._among = self._units @ self._units.T  # (words, words)
        self._spellings = _spellings(lexicon, words)
        self.rows = np.full(len(questions), -1, np.int64)
        self._scores = np.full(len(questions), -np.inf, np.float32)

    def look_at(self, start: int) -> None:
        """Compare the candidates from row ``start`` on with the best so far."""
        units = self._lexicon.units[start : start + _CANDIDATES]
        unusable = np.flatnonzero(~self._lexicon.usable[start : start + _CANDIDATES])
        cosines = self._units @ units.T  # (words, candidates)

        def answer(first: int) -> None:
            part = slice(first, first + _QUESTIONS)
            given = self._questions[part]
            a, b, c = (cosines[given[:, i]] for i in range(3))  # copies, (questions, candidates)
            scores = self._score(a, b, c, self._among, given)
            scores[:, unusable] = -np.inf
            for i in range(3):
                for spelling in self._spellings:
                    own = spelling[given[:, i]] - start
                    here = np.flatnonzero((own >= 0) & (own < len(units)))
                    scores[here, own[here]] = -np.inf
            best = scores.argmax(axis=1)
            value = scores[np.arange(len(best)), best]
            better = value > self._scores[part]
            self.rows[part] = np.where(better, best + start, self.rows[part])
            self._scores[part] = np.where(better, value, self._scores[part])

        in_threads(answer, range(0, len(self._questions), _QUESTIONS))


def _spellings(lexicon: Lexicon, words: Rows) -> list[Rows]:
    """Rows (words,) of each word's first spelling, of its second, and so on; a word with fewer repeats its first."""
    first = lexicon.first_spelling
    others = np.flatnonzero(first != np.arange(len(first)))
    others = others[np.isin(first[others], words)]
    columns = [words]
    taken = np.zeros(len(words), np.int64)
    for row in others.tolist():
        place = int(np.searchsorted(words, first[row]))
        taken[place] += 1
        if taken[place] == len(columns):
            columns.append(words.copy())
        columns[taken[place]][place] = row
    return columns


Score = Callable[[Matrix, Matrix, Matrix, Matrix, Rows], Matrix]


def _add(a: Matrix, b: Matrix, c: Matrix, among: Matrix, given: Rows) -> Matrix:  # noqa: ARG001
    b -= a
    b += c
    return b


def _multiply(a: Matrix, b: Matrix, c: Matrix, among: Matrix, given: Rows) -> Matrix:  # noqa: ARG001
    for cosines in (a, b, c):
        cosines += 1
        cosines *= np.float32(0.5)
    b *= c
    a += _EPSILON
    b /= a
    return b


def _direction(a: Matrix, b: Matrix, c: Matrix, among: Matrix, given: Rows) -> Matrix:
    offset = among[given[:, 2], given[:, 1]] - among[given[:, 2], given[:, 0]]  # (questions,) c.(b - a)
    b -= a
    b -= offset[:, None]
    c *= -2
    c += 2
    # A candidate that equals c has no direction from it; its score is 0 over a tiny length.
    b /= np.sqrt(np.maximum(c, _EPSILON, out=c), out=c)
    return b


OFFSETS: dict[str, Score] = {"3cosadd": _add, "3cosmul": _multiply, "pairdirection": _direction}
