"""The ``firth`` command, one file a verb; a verb's module is imported when the verb is used."""

from __future__ import annotations

import difflib
import os
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module

import click

import firth
from firth.errors import FirthError, OptionError

VERBS = {
    "train": "Learn word vectors from text.",
    "vocab": "Count the words of a text.",
    "phrases": "Join words that belong together.",
    "demo": "Train on a small text, and look at what came out.",
    "neighbors": "Words nearest to each of the words given.",
    "analogy": "A is to B as C is to what?",
    "evaluate": "Test vectors, and compare models.",
    "tune": "Search for the best hyper-parameters.",
    "walk": "Random walks over a graph, to train on.",
    "info": "What a file of vectors holds.",
    "index": "Build a graph for approximate search.",
    "align": "Rotate one space onto another, and show which words moved.",
    "convert": "Turn vectors from one format into another.",
    "lm": "Language models: train, use and convert them.",
}


class Group(click.Group):
    """A group that names the commands which look like one that it does not have."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            alike = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not alike:
                raise
            raise OptionError(
                f"no command {args[0]!r} in {ctx.command_path}", hint=f"{ctx.command_path} {alike[0]}"
            ) from error


class _Verbs(Group):
    """A group whose commands are modules of this package, each with a click command named ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"firth.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):  # from the table: help imports no verb
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(firth.__version__, prog_name="firth")
def command() -> None:
    """Learn word vectors and classic language models from text, and use them.

    Data goes to stdout, progress and messages to stderr. The exit code is 0 on success, 2 for bad usage and 1 for
    anything else.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; each mistake of the user is one line on stderr."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            code = command.main(arguments, prog_name="firth", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return 2
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f"{context.command_path} --help" if context else "firth --help"
        _complain(error.format_message().removesuffix("."), hint)
        return 2
    except (click.Abort, KeyboardInterrupt):
        print("firth: interrupted", file=sys.stderr)
        return 130
    except OptionError as error:
        _complain(error.message, error.hint)
        return 2
    except FirthError as error:
        _complain(error.message, error.hint)
        return 1
    except BrokenPipeError:
        # The reader, such as `head`, has gone. What is still in the buffer goes nowhere, without a complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except MemoryError as error:
        from firth.guard import memory_message

        _complain(memory_message(error), "smaller vectors, fewer words, or another machine")
        return 1
    except OSError as error:
        _complain(f"{error.filename or 'input or output'}: {error.strerror or error}", None)
        return 1
    return code if isinstance(code, int) else 0


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    print(f"firth: warning: {message}", file=sys.stderr)


def _complain(message: str, hint: str | None) -> None:
    line = f"firth: error: {message}" + (f"; hint: {hint}" if hint else "")
    print(" ".join(line.split()), file=sys.stderr)
