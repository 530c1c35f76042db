"""The health of vectors: figures that need no test set."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.arguments import whole
from firth.errors import VocabularyError
from firth.evaluation.correlation import Floats, spearman
from firth.evaluation.lexicon import Lexicon
from firth.evaluation.results import Figure, Shown
from firth.vectors import WordVectors
from firth.vectors.search import Matrix, row_norms, top_rows

_NEIGHBORS = 10
_SAMPLE = 10_000  # words whose neighbours are counted


@dataclass(frozen=True)
class Health(Shown):
    """Properties of vectors that need no test set.

    Attributes:
        name: ``"health"``.
        rows: number of rows.
        zero, not_finite: shares of rows that are all zero, or contain NaN or infinity.
        norm_and_frequency: Spearman's correlation of the length of a vector with the count of its word, or, if there
            are no counts (``by_counts`` is false), with how early its row is; ``None`` if all lengths are the same.
        mean_cosine: mean cosine of two different random words.
        isotropy: min over max of Z(c) = sum over words of exp(c.w) as c runs over both directions of the principal
            axes, 1 for a ball (Mu and Viswanath 2018, equation 7); on unit vectors.
        hubness: skewness of how often a word is among the 10 nearest of others (Radovanovic et al. 2010); 0 is none.
        largest_hub: the word that is among them most often; ``hub_share`` is the share of words for which it is.
        sample: number of random words on which hubness and cosines were measured.
    """

    name: str
    rows: int
    zero: float
    not_finite: float
    norm_and_frequency: float | None
    by_counts: bool
    mean_cosine: float
    isotropy: float
    hubness: float
    largest_hub: str
    hub_share: float
    sample: int

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        return {"task": "health", **asdict(self)}

    def figures(self) -> list[Figure]:
        """The figures for tables."""
        return [
            Figure("zero rows", 100 * self.zero),
            Figure("rows not finite", 100 * self.not_finite),
            Figure("norm and frequency", self.norm_and_frequency, unit=".3f"),
            Figure("mean cosine", self.mean_cosine, unit=".3f"),
            Figure("isotropy", self.isotropy, unit=".3f"),
            Figure("hubness", self.hubness, unit=".2f"),
        ]

    def notes(self) -> list[str]:
        """A sentence that explains each figure."""
        return [
            _bad_rows(self.zero, self.not_finite),
            _norms(self.norm_and_frequency, self.by_counts),
            _cosines(self.mean_cosine),
            _isotropy(self.isotropy),
            _hubs(self.hubness, self.largest_hub, self.hub_share, self.sample),
        ]


def health(vectors: WordVectors | Lexicon, *, seed: int = 1) -> Health:
    """Examine lengths, directions and neighbours.

    Args:
        vectors: the vectors, or a :class:`Lexicon` of them.
        seed: seed of the sample of words.

    Raises:
        VocabularyError: fewer than three rows are finite and not zero.
    """
    seed = whole("seed", seed, 0)
    lexicon = vectors if isinstance(vectors, Lexicon) else Lexicon(vectors)
    source = lexicon.vectors
    norms = source.norms[: lexicon.restrict].astype(np.float64)
    sound = np.flatnonzero(lexicon.usable & (norms > 0))
    if len(sound) < 3:
        raise VocabularyError(f"{len(sound)} rows that are finite and not zero, expected at least 3")
    units = lexicon.units[sound]
    frequency = -sound if source.counts is None else source.counts[sound]
    correlation = float(spearman(norms[sound], frequency)[0])
    rows = np.sort(np.random.default_rng(seed).permutation(len(units))[:_SAMPLE])
    sample = units[rows]
    occurrences = neighbor_counts(sample, min(_NEIGHBORS, len(sample) - 1))
    hub = int(occurrences.argmax())
    return Health(
        name="health",
        rows=len(lexicon),
        zero=float(np.mean(norms == 0)),
        not_finite=float(np.mean(~lexicon.usable)),
        norm_and_frequency=None if np.isnan(correlation) else correlation,
        by_counts=source.counts is not None,
        mean_cosine=mean_cosine(sample),
        isotropy=isotropy(units),
        hubness=skewness(occurrences),
        largest_hub=str(source.index_to_key[int(sound[rows[hub]])]),
        hub_share=float(occurrences[hub] / (len(sample) - 1)),
        sample=len(sample),
    )


def mean_cosine(units: Matrix) -> float:
    """Mean cosine of all pairs of different unit rows: (|sum of rows|^2 - rows) / (rows (rows - 1))."""
    total = units.sum(axis=0, dtype=np.float64)
    return float((total @ total - len(units)) / (len(units) * (len(units) - 1)))


def isotropy(rows: Matrix) -> float:
    """min Z(c) / max Z(c), Z(c) = sum over rows w of exp(c.w), c over the eigenvectors of W'W and their opposites."""
    wide = rows.astype(np.float64)
    _, axes = np.linalg.eigh(wide.T @ wide)
    products = wide @ axes
    partition = np.concatenate([np.exp(products).sum(axis=0), np.exp(-products).sum(axis=0)])
    return float(partition.min() / partition.max())


def neighbor_counts(units: Matrix, k: int) -> npt.NDArray[np.int64]:
    """How often each row (rows,) is among the ``k`` nearest of the other rows, by cosine."""
    nearest, _ = top_rows(units, row_norms(units), units, k + 1)
    own = nearest == np.arange(len(units))[:, None]
    own[~own.any(axis=1), -1] = True  # rows that tie with others may miss themselves: the last is dropped instead
    return np.bincount(nearest[~own], minlength=len(units))


def skewness(values: npt.NDArray[np.int64]) -> float:
    """Third central moment over the cubed standard deviation; 0 if all values are the same."""
    centered: Floats = values - values.mean()
    spread = float(np.sqrt(np.mean(centered**2)))
    return float(np.mean(centered**3)) / spread**3 if spread else 0.0


def _bad_rows(zero: float, not_finite: float) -> str:
    if zero or not_finite:
        return f"{zero:.2%} of rows are zero and {not_finite:.2%} hold NaN or infinity: they are never answers"
    return "no row is zero, and all are finite"


def _norms(correlation: float | None, by_counts: bool) -> str:
    what = "frequent words" if by_counts else "words early in the file"
    if correlation is None:
        return "all vectors have the same length, so length does not depend on frequency"
    if abs(correlation) < 0.1:
        return f"{what} have vectors about as long as others"
    return (
        f"{what} have {'longer' if correlation > 0 else 'shorter'} vectors, which affects dot products but not cosines"
    )


def _cosines(mean: float) -> str:
    if abs(mean) < 0.1:
        return f"two random words have a cosine of {mean:.2f}: the directions are well spread"
    return f"two random words have a cosine of {mean:.2f}: the vectors share a direction, which centering removes"


def _isotropy(value: float) -> str:
    if value > 0.9:
        return f"isotropy {value:.2f} of 1: no direction stands out"
    return f"isotropy {value:.2f} of 1: some directions stand out; firth.vectors.transforms.remove_top_components helps"


def _hubs(value: float, word: str, share: float, sample: int) -> str:
    often = f"{word!r} is among the {_NEIGHBORS} nearest of {share:.2%} of {sample:,} words"
    if value < 2:
        return f"hubness {value:.1f}: few hubs; {often}"
    return f"hubness {value:.1f}: some words are near many others; {often}"
