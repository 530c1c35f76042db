"""The words of a text as one HTML page: counts by rank, what subsampling keeps, and what minimum counts cover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from firth.corpus.vocabulary import Vocabulary
from firth.corpus.word_frequencies import Spectrum, kept_shares, ranks, zipf_slope
from firth.drawing.page import page
from firth.drawing.svg import Axis, chart, color, text
from firth.escapes import escaped_html

_WIDTH, _HEIGHT, _LEFT, _BELOW = 720, 300, 60, 46  # pixels
_POINTS = 300  # of a curve
_FREQUENT = 30  # words in the table

Curve = tuple[str, npt.NDArray[np.float64], npt.NDArray[np.float64]]


def html(vocabulary: Vocabulary, spectrum: Spectrum, sample: float, coverage: Sequence[Mapping[str, Any]]) -> str:
    """The page.

    Args:
        vocabulary: the words that are kept.
        spectrum: each count that occurs in the text, ascending, and the number of words with it.
        sample: the threshold of subsampling.
        coverage: for each ``min_count`` the number of ``words`` that reach it, and their ``share`` of the text.
    """
    rank, count = (values.astype(np.float64) for values in ranks(spectrum))
    law = count[0] * rank[0] / rank
    below = law >= 1
    points = np.log10(rank), np.log10(count)
    words = [("words", *points), ("count ~ 1 / rank", np.log10(rank[below]), np.log10(law[below]))]
    kept = kept_shares(vocabulary.counts, sample)
    by_rank = np.log10(np.arange(1, len(kept) + 1))
    shares = [[f"{row['min_count']:,}", f"{row['words']:,}", f"{row['share']:.2%}"] for row in coverage]
    frequent = [
        [str(word), f"{number:,}", f"{share:.1%}"]
        for word, number, share in zip(vocabulary.words[:_FREQUENT], vocabulary.counts.tolist(), kept, strict=False)
    ]
    return page(
        "Words of a text",
        [
            f"<p>{int(spectrum[:, 1].sum()):,} different words; {len(vocabulary):,} are kept. The slope of the counts "
            f"is {zipf_slope(spectrum):.2f}, where Zipf's law says -1.</p>",
            _figure("Counts by rank", words, "log10 of rank", "log10 of count"),
            _figure(f"Share that subsampling keeps (threshold {sample:g})", [("", by_rank, kept)], "log10 of rank", ""),
            f"<h2>Minimum counts</h2>\n{_table(['min count', 'words', 'share of text'], shares)}",
            f"<h2>Frequent words</h2>\n{_table(['word', 'count', 'kept by subsampling'], frequent)}",
        ],
    )


def _figure(title: str, curves: Sequence[Curve], below: str, beside: str) -> str:
    """A heading and a chart of curves, each with its name at its end; the second one is dashed."""
    across = Axis.around(np.concatenate([x for _, x, _ in curves]).tolist(), _LEFT, _WIDTH - 20)
    upward = Axis.around([0.0, *np.concatenate([y for _, _, y in curves]).tolist()], _HEIGHT - _BELOW, 16)
    parts = [*across.upright(16, _HEIGHT - _BELOW), *upward.level(_LEFT, _WIDTH - 20)]
    for number, (name, x, y) in enumerate(curves):
        chosen = np.unique(np.searchsorted(x, np.linspace(x[0], x[-1], _POINTS)).clip(max=len(x) - 1))
        points = " ".join(f"{across.at(x[place]):.1f},{upward.at(y[place]):.1f}" for place in chosen.tolist())
        dashes = ' stroke-dasharray="6 4"' if number else ""
        label = f"{'- -' if number else '—'} {name}" if name else ""
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{color(number)}" stroke-width="2"{dashes}/>'
            + text(_WIDTH - 190, 30 + 18 * number, label, "start", "value")
        )
    parts.append(text(_WIDTH / 2, _HEIGHT - 10, below, "middle", "tick"))
    named = f"<figcaption>{beside} above {below}</figcaption>" if beside else ""
    return (
        f'<h2>{escaped_html(title)}</h2>\n<figure class="wide" tabindex="0">'
        f"{chart(_WIDTH, _HEIGHT, title, parts)}{named}</figure>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = "".join(f"<th>{escaped_html(name)}</th>" for name in head)
    lines = "".join("<tr>" + "".join(f"<td>{escaped_html(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>"
