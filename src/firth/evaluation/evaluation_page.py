"""An evaluation as one HTML page."""

from __future__ import annotations

import numpy as np

from firth.drawing.page import page
from firth.drawing.plots import Mark, dots, scatter
from firth.drawing.svg import color
from firth.escapes import escaped_html
from firth.evaluation.comparison import Difference
from firth.evaluation.outcomes import Evaluation, Outcome
from firth.evaluation.results import Figure
from firth.evaluation.similarity import SimilarityResult

_CLEAR = 0.05  # a difference of a lower p is set in bold


def html(evaluation: Evaluation) -> str:
    """The page: for each test its charts, its table, and the notes that belong to it."""
    sections = [_section(outcome, evaluation) for outcome in evaluation.outcomes]
    closing = f'<p class="notes">{escaped_html(evaluation.policy)}.{_paired(evaluation)}</p>'
    return page("Evaluation of " + ", ".join(evaluation.models), [_key(evaluation.models), *sections, closing])


def _paired(evaluation: Evaluation) -> str:
    if len(evaluation.models) == 1:
        return ""
    return f" Differences are from {escaped_html(evaluation.models[0])}, in points; bold where p is below {_CLEAR:g}."


def _key(models: list[str]) -> str:
    """Which colour is which model."""
    marks = [f'<span style="color: {color(n)}">&#9679;</span>' for n in range(len(models))]
    items = [f"<li>{dot} {escaped_html(model)}</li>" for dot, model in zip(marks, models, strict=True)]
    return f'<ul class="key">{"".join(items)}</ul>'


def _section(outcome: Outcome, evaluation: Evaluation) -> str:
    name = outcome.results[0].name
    charts = _charts(outcome, evaluation.models)
    notes = "".join(f"<li>{escaped_html(note)}</li>" for note in evaluation.notes_of(outcome))
    return (
        f'<h2>{escaped_html(name)}</h2>\n{charts}\n{_table(outcome, evaluation.models)}\n<ul class="notes">{notes}</ul>'
    )


def _charts(outcome: Outcome, models: list[str]) -> str:
    rows = list(zip(*(result.figures() for result in outcome.results), strict=True))
    shares = [(row[0].name.strip(), [_mark(figure) for figure in row]) for row in rows if row[0].unit == "%"]
    parts = [f"<figure>{dots(shares, f'{outcome.results[0].name}, per cent')}</figure>"] if shares else []
    scored = [
        (model, result)
        for model, result in zip(models, outcome.results, strict=True)
        if isinstance(result, SimilarityResult)
    ]
    if scored:
        cosines = np.concatenate([result.cosines for _, result in scored])
        span = (float(np.nanmin(cosines)), float(np.nanmax(cosines)))
        clouds = [_cloud(model, result, span, color(n)) for n, (model, result) in enumerate(scored)]
        parts.append(f'<div class="row">{"".join(clouds)}</div>')
    return "\n".join(parts)


def _cloud(model: str, result: SimilarityResult, span: tuple[float, float], fill: str) -> str:
    chart = scatter(result.scores, result.cosines, span, "score of people", f"{result.name}, cosines of {model}", fill)
    return f"<figure>{chart}<figcaption>cosine, {escaped_html(model)}</figcaption></figure>"


def _mark(figure: Figure) -> Mark | None:
    if figure.value is None:
        return None
    ends = None if figure.interval is None else (100 * figure.interval[0], 100 * figure.interval[1])
    return Mark(figure.value, ends, str(figure))


def _table(outcome: Outcome, models: list[str]) -> str:
    head = "".join(f"<th>{escaped_html(cell)}</th>" for cell in ["", *models])
    columns = [result.figures() for result in outcome.results]
    rows = [[figures[0].name, *map(str, figures)] for figures in zip(*columns, strict=True)]
    lines = ["".join(f"<td>{escaped_html(cell)}</td>" for cell in row) for row in rows]
    for measure, differences in outcome.differences.items():
        cells = "".join(map(_difference, differences))
        lines.append(f"<td>{escaped_html(measure)}, difference</td><td></td>{cells}")
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"


def _difference(d: Difference) -> str:
    kind = ' class="clear"' if d.p < _CLEAR else ""
    low, high = (100 * end for end in d.interval)
    return f"<td{kind}>{100 * d.difference:+.1f} [{low:+.1f}, {high:+.1f}], p {d.p:.3f}, {d.items:,} shared</td>"
