"""``firth man``"""

from __future__ import annotations

import inspect
import site
import sys
from collections.abc import Iterator
from pathlib import Path

import click

import firth
from firth.cli.files import Output, Verb, save_text
from firth.cli.output import echo
from firth.targets import is_stdout

_EXIT_CODES = {
    "0": "Success.",
    "1": "Something went wrong: a file is missing or damaged, a word is unknown, the disk is full.",
    "2": "Wrong usage: an option is unknown, or a value is invalid.",
    "130, 143, 129": "Interrupted by Ctrl-C, by SIGTERM, or because the terminal was closed.",
}
_VARIABLES = {
    "COLUMNS": "Width of the terminal, in place of what the terminal says.",
    "NO_COLOR": "If it is set, nothing is colored.",
    "NUMBA_CACHE_DIR": "Folder for the compiled code, if it cannot lie beside the program.",
    "TMPDIR": "Folder for temporary files.",
}
_SIGNS = {"\\": "\\e", "-": "\\-", "`": "\\(ga", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti"}


@click.command(cls=Verb)
@click.option(
    "-o",
    "--output",
    type=Output("a manual page", "text"),
    show_default="where man looks for it",
    help="File to write the page to; - prints it.",
)
@click.pass_context
def command(context: click.Context, output: str | None) -> None:
    """Install the manual page of firth, with every command and option, for `man firth`."""
    path = _place() if output is None else Path(output)
    save_text(page(context.find_root()), path)
    if not is_stdout(path):
        echo(f"saved {path}", "man firth" if output is None else f"man -l {path}")


def _place() -> Path:
    """The file beside the programs of the virtual environment or the user, where man looks for pages of programs."""
    in_environment = sys.prefix != sys.base_prefix
    return Path(sys.prefix if in_environment else site.getuserbase()) / "share" / "man" / "man1" / "firth.1"


def page(context: click.Context) -> str:
    """The page in the markup of man.

    Args:
        context: the context of the command ``firth``.
    """
    lines = [
        f'.TH FIRTH 1 "" "firth {firth.__version__}" "User Commands"',
        ".ad l",  # no line is stretched, for some can only end between the values of an option
        ".SH NAME",
        "firth \\- learn word vectors and classic language models from text",
        ".SH SYNOPSIS",
        ".B firth",
        ".I COMMAND",
        "\\&...",
        ".RI [ OPTIONS ]",
        ".SH DESCRIPTION",
        *_paragraphs(context.command),
        ".SH COMMANDS",
    ]
    for one in _commands(context):
        lines += _section(one)
    for heading, facts in (("EXIT STATUS", _EXIT_CODES), ("ENVIRONMENT", _VARIABLES)):
        lines.append(f".SH {heading}")
        for name, meaning in facts.items():
            lines += [".TP", f".B {_roff(name)}", _roff(meaning)]
    return "\n".join(lines) + "\n"


def _commands(context: click.Context) -> Iterator[click.Context]:
    """The contexts of all commands, including those in groups."""
    group = context.command
    if not isinstance(group, click.Group):
        yield context
        return
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if found is not None:
            yield from _commands(found.context_class(found, info_name=name, parent=context))


def _section(context: click.Context) -> Iterator[str]:
    arguments = [one.make_metavar(context) for one in context.command.params if isinstance(one, click.Argument)]
    yield f".SS {_roff(' '.join([context.command_path, *arguments]))}"
    yield from _paragraphs(context.command)
    for option in context.command.get_params(context):
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record is not None:
            yield from (".TP", f".B {_choices(record[0])}", _roff(" ".join(record[1].split())))


def _paragraphs(command: click.Command) -> Iterator[str]:
    for number, paragraph in enumerate(inspect.cleandoc(command.help or "").split("\n\n")):
        if number:
            yield ".PP"
        yield _roff(" ".join(paragraph.split()))


def _choices(text: str) -> str:
    """An option and its values, between which a line may end."""
    return _roff(text).replace("|", "|\\:")


def _roff(text: str) -> str:
    """Text with those characters escaped that man would replace or take for requests."""
    text = "".join(_SIGNS.get(letter, letter) for letter in text)
    return f"\\&{text}" if text.startswith(".") else text
