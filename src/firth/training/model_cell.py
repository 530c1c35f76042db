"""A model as a notebook shows it: its options, its words and its losses."""

from __future__ import annotations

from collections.abc import Sequence

from firth.drawing.cell import cell, table
from firth.drawing.plots import curves
from firth.training.configuration import Configuration


def html(
    configuration: Configuration, words: int | None, losses: Sequence[float | None], held_out: Sequence[float]
) -> str:
    """The output of a cell.

    Args:
        configuration: the options.
        words: how many there are; ``None`` before training.
        losses, held_out: of the epochs so far.
    """
    c = configuration
    chosen = ", ".join(f"{name}={value!r}" for name, value in c.chosen().items())
    model = f"{c.architecture}, {c.objective}, {c.vector_size} dimensions"
    facts = [("model", model), ("options", chosen or "defaults")]
    if words is None:
        return cell("Word2Vec", [table([*facts, ("training", "none yet: call fit")])])
    facts += [("words", f"{words:,}"), ("training", f"{len(losses)} epoch{'' if len(losses) == 1 else 's'}")]
    known = [loss for loss in losses if loss is not None]
    if known:
        last = f", held out {held_out[-1]:.4f}" if held_out else ""
        facts.append(("loss", f"{known[-1]:.4f}{last}"))
    rows = [("training text", losses), ("held-out text", held_out)] if held_out else [("", losses)]
    chart = [f"<figure>{curves(rows, 'epoch', 'loss by epoch')}</figure>"] if len(known) > 1 else []
    return cell("Word2Vec", [table(facts), *chart])
