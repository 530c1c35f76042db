"""``firth status DIR``"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from firth.cli.files import Verb
from firth.cli.output import echo, echo_json
from firth.errors import FileFormatError


@click.command(cls=Verb)
@click.argument("folder", type=click.Path(), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print the progress as a JSON object.")
def command(folder: str, as_json: bool) -> None:
    """Show the progress of the training that saves its checkpoints in DIR, and the time left."""
    from firth.training.log import NAME, events

    path = Path(folder) / NAME if Path(folder).is_dir() else Path(folder)
    run: dict[str, Any] = {}
    for event in events(path):
        run.update(event)
    if "tokens_done" not in run:
        raise FileFormatError(f"{path}: training has not begun yet", hint="try again in a moment")
    shown = _described(run)
    if as_json:
        echo_json(shown)
        return
    loss = "none yet" if shown["loss"] is None else f"{shown['loss']:.4f}"
    rows = [
        ("state", shown["state"]),
        ("epoch", f"{shown['epoch']} of {shown['epochs']}"),
        ("words", f"{shown['tokens_done']:,} of {shown['tokens_total']:,} ({shown['share']:.1%})"),
        ("loss", loss),
        ("speed", f"{shown['words_per_second']:,.0f} words/s"),
        ("trained", _duration(shown["seconds"])),
    ]
    if shown["seconds_left"] is not None:
        rows.append(("time left", _duration(shown["seconds_left"])))
    echo(*(f"{name:<10} {value}" for name, value in rows))


def _described(run: dict[str, Any]) -> dict[str, Any]:
    done, total, seconds = run["tokens_done"], run["tokens_total"], run["seconds"]
    if run["event"] == "end":
        state = f"ended: {run['outcome']}"
    elif _is_alive(run["process"]):
        state = f"in progress (process {run['process']}, last heard of {_duration(time.time() - run['time'])} ago)"
    else:
        state = "the process has ended; firth train --resume continues from the last checkpoint"
    left = seconds * (total - done) / done if done and run["event"] != "end" else None
    return {
        "state": state,
        "epoch": run["epoch"],
        "epochs": run["epochs"],
        "tokens_done": done,
        "tokens_total": total,
        "share": done / total if total else 0.0,
        "loss": run["loss"],
        "words_per_second": done / seconds if seconds else 0.0,
        "seconds": seconds,
        "seconds_left": left,
    }


def _is_alive(process: int | None) -> bool:
    """Whether a process is running on this machine; a process of another machine is assumed to have ended."""
    if process is None:
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _duration(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
