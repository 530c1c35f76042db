"""What the commands of ``firth lm`` share: options, and the line that shows where things stand."""

from __future__ import annotations

import sys

import click

WORKERS = click.option(
    "--workers", type=click.IntRange(min=1), show_default="one for each available core", help="Number of threads."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")


def show_progress(line: str) -> None:
    """Show where things stand, each time over the last, at the end nothing; and nothing where stderr is no terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r{line:<60}\r", nl=False, err=True)


def show_scored(done: int, total: int | None) -> None:
    """The same for tokens of a text that have been scored."""
    show_progress(f"scored {done:,} of {total:,} tokens")
