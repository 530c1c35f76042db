"""Tables of the results of one or several models, for a terminal, a paper or a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from firth.drawing.cell import cell, notes, table
from firth.drawing.characters import columns, padded
from firth.escapes import escaped, escaped_markdown
from firth.evaluation.comparison import Comparable, Difference, compare, measures
from firth.evaluation.results import Result


@dataclass(frozen=True)
class Outcome:
    """One test, with the results of each model.

    Attributes:
        results: one result for each model.
        differences: for each measure, the differences of the other models from the first; empty for tests that are
            not compared.
    """

    results: list[Result]
    differences: dict[str, list[Difference]]

    @classmethod
    def of(cls, results: Sequence[Result], *, resamples: int, seed: int) -> Outcome:
        """Results of one test, compared with the first where that is possible."""
        first, *others = results
        found: dict[str, list[Difference]] = {}
        if isinstance(first, Comparable) and others:
            pairs = [(first, other) for other in others if isinstance(other, Comparable)]
            for measure in measures(first):
                found[measure] = [compare(*pair, measure, resamples=resamples, seed=seed) for pair in pairs]
        return cls(list(results), found)

    def rows(self) -> list[list[str]]:
        """The cells: the name of a figure, its value for each model, and the differences from the first model."""
        columns = [result.figures() for result in self.results]
        rows = [[figures[0].name, *map(str, figures)] for figures in zip(*columns, strict=True)]
        for measure, differences in self.differences.items():
            cells = [f"{100 * d.difference:+.1f}, p {d.p:.3f}, {d.items:,} shared" for d in differences]
            rows.append([f"{measure} against the first", "", *cells])
        return rows


@dataclass(frozen=True)
class Evaluation:
    """All tests of all models; ``policy`` describes how words were looked up."""

    models: list[str]
    outcomes: list[Outcome]
    policy: str

    def text(self, width: int | None = None) -> str:
        """Aligned columns, followed by the notes.

        Args:
            width: maximum number of columns of a line; in a wider table, each model has a line of its own.
        """
        blocks = [[[outcome.results[0].name, *self.models], *outcome.rows()] for outcome in self.outcomes]
        blocks = [[[escaped(cell) for cell in row] for row in block] for block in blocks]
        widths = [
            max(columns(row[place]) for block in blocks for row in block) for place in range(1 + len(self.models))
        ]
        if width is None or sum(widths) + 2 * len(self.models) <= width:
            tables = ["\n".join("  ".join(map(padded, row, widths)).rstrip() for row in block) for block in blocks]
        else:
            tables = ["\n".join(_stacked(block)) for block in blocks]
        return "\n\n".join([*tables, "\n".join([*map(escaped, self.notes()), self.policy])])

    def markdown(self) -> str:
        """One Markdown table for a paper, followed by the notes."""
        lines = [
            ["test", "measure", *map(escaped_markdown, self.models)],
            ["---", "---", *("---:" for _ in self.models)],
        ]
        for outcome in self.outcomes:
            name = escaped_markdown(outcome.results[0].name)
            lines += [[name, escaped_markdown(measure.strip()), *cells] for measure, *cells in outcome.rows()]
        table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        notes = [*map(escaped_markdown, self.notes()), self.policy]
        return "\n\n".join([table, "\n".join(f"- {note}" for note in notes)])

    def _repr_html_(self) -> str:
        parts = []
        for outcome in self.outcomes:
            rows = [[text.strip() for text in row] for row in outcome.rows()]
            parts += [table(rows, [outcome.results[0].name, *self.models]), notes(self.notes_of(outcome))]
        return cell("Evaluation", [*parts, notes([self.policy])])

    def notes(self) -> list[str]:
        """What a reader of the figures must know, each with its test and model."""
        return [
            f"{outcome.results[0].name}{', ' if len(self.models) > 1 else ': '}{note}"
            for outcome in self.outcomes
            for note in self.notes_of(outcome)
        ]

    def notes_of(self, outcome: Outcome) -> list[str]:
        """The notes of one test, each with its model if there are several."""
        whose = [f"{model}: " if len(self.models) > 1 else "" for model in self.models]
        pairs = zip(whose, outcome.results, strict=True)
        return [f"{model}{note}" for model, result in pairs for note in result.notes()]

    def as_dict(self) -> dict[str, Any]:
        """The result as plain data, for JSON."""
        tests = [
            {
                "results": [result.as_dict() for result in outcome.results],
                "differences": [
                    {"model": model, **difference.as_dict()}
                    for differences in outcome.differences.values()
                    for model, difference in zip(self.models[1:], differences, strict=True)
                ],
            }
            for outcome in self.outcomes
        ]
        return {"models": self.models, "tests": tests, "policy": self.policy}


def _stacked(block: list[list[str]]) -> Iterator[str]:
    """A table in which each row is a line with its name, and a line with the column name for each of its cells."""
    (title, *models), *rows = block
    widest = max(map(columns, models))
    yield title
    for name, *cells in rows:
        yield f"  {name}"
        yield from (f"    {padded(model, widest)}  {cell}" for model, cell in zip(models, cells, strict=True) if cell)
