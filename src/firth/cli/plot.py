"""``firth plot RUN... -o FILE``"""

from __future__ import annotations

import click

from firth.cli.files import Input, Output, Verb, short_names
from firth.cli.output import echo, echo_json


@click.command(cls=Verb)
@click.argument("runs", nargs=-1, required=True, type=Input(), metavar="RUN...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=Output("curves", "text", suffixes=(".html", ".png", ".svg", ".pdf"), stdout=False),
    help="File to write the curves to: a page (.html), or a picture (.png, .svg, .pdf).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the last values of each training as a JSON object.")
def command(runs: tuple[str, ...], output: str, as_json: bool) -> None:
    """Draw the curves of trainings from their records RUN, and compare them.

    RUN is a file that firth train --log wrote, or a folder of checkpoints. Trainings that are still running can be
    drawn too.
    """
    from firth.training.curves import check_name, last_values, save
    from firth.training.history import read

    check_name(output)
    histories = [history for path, name in zip(runs, short_names(runs), strict=True) for history in read(path, name)]
    save(histories, output)
    rows = last_values(histories)
    if as_json:
        measured = [{name: values[-1][1] for name, values in history.series().items()} for history in histories]
        told = [
            {"training": history.name, "words": history.points[-1].tokens, **values}
            for history, values in zip(histories, measured, strict=True)
        ]
        echo_json({"output": output, "trainings": told})
        return
    for history, row in zip(histories, rows, strict=True):
        echo(f"{history.name}  " + ", ".join(f"{name} {value}" for name, value in row.items() if value))
