"""What the commands of ``firth lm`` share: options, and a line of progress."""

from __future__ import annotations

import sys

import click

WORKERS = click.option(
    "--workers", type=click.IntRange(min=1), show_default="one for each available core", help="Number of threads."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")


def show_progress(line: str) -> None:
    """Show a line of progress in place of the last one, if stderr is a terminal; an empty line removes it."""
    if sys.stderr.isatty():
        click.echo(f"\r{line:<60}\r", nl=False, err=True)


def show_scored(done: int, total: int | None) -> None:
    """Show how many tokens of a text have been scored."""
    show_progress(f"scored {done:,} of {total:,} tokens")
