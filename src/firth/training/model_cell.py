"""A model as a notebook shows it: its options, its words and its losses."""

from __future__ import annotations

from collections.abc import Sequence

from firth.drawing.cell import cell, table
from firth.drawing.plots import curves
from firth.training.model import Model


def html(model: Model) -> str:
    """The HTML that a notebook cell shows."""
    c, losses, held_out = model.configuration, model.loss, model.validation_loss
    chosen = ", ".join(f"{name}={value!r}" for name, value in c.chosen().items())
    kind = f"{c.architecture}, {c.objective}, {c.vector_size} dimensions"
    facts = [("model", kind), ("options", chosen or "defaults")]
    if not model.has_weights:
        return cell("Word2Vec", [table([*facts, ("training", "none yet: call fit")])])
    facts += [
        ("words", f"{len(model.vocabulary):,}"),
        ("training", f"{len(losses)} epoch{'' if len(losses) == 1 else 's'}"),
    ]
    known = [loss for loss in losses if loss is not None]
    if known:
        last = f", held out {held_out[-1]:.4f}" if held_out else ""
        facts.append(("loss", f"{known[-1]:.4f}{last}"))
    rows: list[tuple[str, Sequence[float | None]]] = [("training text" if held_out else "", losses)]
    if held_out:
        rows.append(("held-out text", held_out))
    chart = [f"<figure>{curves(rows, 'epoch', 'loss by epoch')}</figure>"] if len(known) > 1 else []
    return cell("Word2Vec", [table(facts), *chart])
