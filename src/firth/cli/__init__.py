"""The ``firth`` command, with a file for each verb; a verb's module is imported when the verb is used."""

from __future__ import annotations

import re
import signal
import sys
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any, overload

import click
from click.shell_completion import CompletionItem

import firth
from firth.cli import streams
from firth.cli.formatter import Context
from firth.errors import FirthError, OptionError
from firth.escapes import escaped
from firth.training.interruption import ended_by_signals

VERBS = {
    "train": "Learn word vectors from text.",
    "status": "Show the progress of a training.",
    "plot": "Draw the curves of trainings, and compare them.",
    "vocab": "Count the words of a text.",
    "tree": "Show the Huffman tree of a vocabulary.",
    "phrases": "Find phrases, such as new york, and join their words.",
    "demo": "Train on a small text, and show the results.",
    "explain": "Explain training on your own sentences, as text or as a page.",
    "neighbors": "Print the words nearest to given words.",
    "recommend": "Recommend items for a session.",
    "analogy": "Solve an analogy: A is to B as C is to what?",
    "evaluate": "Evaluate word vectors, and compare models.",
    "tune": "Search for the best training options.",
    "walk": "Generate random walks over a graph, to train on.",
    "info": "Show what a file of vectors contains.",
    "index": "Build an index for approximate search.",
    "align": "Align two sets of vectors, and show which words differ most.",
    "convert": "Convert vectors to another format.",
    "map": "Draw a map of words, as a page or a picture.",
    "serve": "Answer questions about vectors over HTTP.",
    "word2vec": "Train word vectors with the options of word2vec.c.",
    "lm": "Train, evaluate, use and convert language models.",
    "help": "Show the help of a command.",
    "completion": "Install completion for bash, zsh or fish.",
    "man": "Install the manual page.",
}


class Group(click.Group):
    """A group that suggests a similar command if one does not exist."""

    context_class = Context

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            alike = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if not alike:
                raise
            raise OptionError(
                f"no command {args[0]!r} in {ctx.command_path}", hint=f"{ctx.command_path} {alike[0]}"
            ) from error

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FirthError as error:  # the library speaks Python: epochs=3 is --epochs 3 here
            verb = self.get_command(ctx, ctx.invoked_subcommand or "")
            error.message, error.hint = as_flags(error.message, verb, first=True), as_flags(error.hint, verb)
            raise


class _Verbs(Group):
    """A group whose commands are modules of this package, each with a click command named ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"firth.cli.{cmd_name}").command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        verbs = [CompletionItem(name, help=line) for name, line in VERBS.items() if name.startswith(incomplete)]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):  # from the table: help imports no verb
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(firth.__version__, "-V", "--version", prog_name="firth")
def command() -> None:
    """Learn word vectors and classic language models from text, and use them.

    Data is printed to stdout, progress and messages to stderr. The exit code is 0 on success, 2 for a usage error and
    1 for any other error.
    """


_ASSIGNMENT = re.compile(r"\b([a-z_]+)=('[^']*'|[^\s,;:(){}]+)")
_ASSIGNMENTS = re.compile(rf"{_ASSIGNMENT.pattern}(?: and {_ASSIGNMENT.pattern})*")
_CALLS = [
    (re.compile(r"WordVectors\.load\(path, format='([^']*)'\)"), r"firth convert --from \1"),
    (re.compile(r"vectors\.save\(path, format='([^']*)'\)"), r"firth convert --to \1"),
    (re.compile(r"Vocabulary\.load\(path\)"), "firth train --vocabulary"),
    (re.compile(r"search=\{'(\w+)': \(low, high\)\}"), r"--search \1=LOW:HIGH"),
    (re.compile(r"search=\{'(\w+)': None\}"), r"--search \1"),
    (re.compile(r"\bend=False\b"), "--no-end"),
]


@overload
def as_flags(text: str, verb: click.Command | None, *, first: bool = False) -> str: ...
@overload
def as_flags(text: None, verb: click.Command | None, *, first: bool = False) -> None: ...
def as_flags(text: str | None, verb: click.Command | None, *, first: bool = False) -> str | None:
    """A message of the library about its options, in the language of the command line.

    ``epochs=3`` becomes ``--epochs 3``, and ``closed=True`` becomes ``--closed``, if the verb has such an option; and a
    call that a hint names becomes the command that does the same.

    Args:
        text: a message or a hint.
        verb: the command that was given.
        first: whether to replace only options at the beginning, since the rest may contain words of the user.
    """
    if text is None or verb is None:
        return text
    options = {option.name: option for option in verb.params if isinstance(option, click.Option)}

    def flag(match: re.Match[str]) -> str:
        option, value = options.get(match[1]), match[2].strip("'")
        if option is None:
            return match[0]
        name = next((name for name in option.opts if name == f"--{match[1].replace('_', '-')}"), option.opts[-1])
        if not option.is_flag:
            return f"{name} {value}"
        if value == "False":
            return option.secondary_opts[0] if option.secondary_opts else f"no {name}"
        return name

    if first:
        own = _ASSIGNMENTS.match(text)
        return _ASSIGNMENT.sub(flag, own[0]) + text[own.end() :] if own else text
    text = _ASSIGNMENT.sub(flag, text)
    for call, command_line in _CALLS:
        text = call.sub(command_line, text)
    return text


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; each mistake of the user is one line on stderr."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    streams.prepare()
    try:
        with warnings.catch_warnings(), ended_by_signals():
            warnings.showwarning = _warn
            code = command.main(arguments, prog_name="firth", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)
        return 2
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f"{context.command_path} --help" if context else "firth --help"
        complain(error.format_message().removesuffix("."), hint)
        return 2
    except (click.Abort, KeyboardInterrupt) as error:
        print("firth: interrupted", file=sys.stderr)
        return 128 + getattr(error.__cause__ or error, "signal", signal.SIGINT)
    except OptionError as error:
        complain(error.message, error.hint)
        return 2
    except FirthError as error:
        complain(error.message, error.hint)
        return 1
    except BrokenPipeError:  # the reader, such as `head`, has gone
        streams.abandon()
        return 1
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        complain(f"the input is not UTF-8, but holds the byte 0x{byte:02x}", "convert it to UTF-8")
        return 1
    except MemoryError as error:
        from firth.guard import memory_message

        complain(memory_message(error), "smaller vectors, fewer words, or another machine")
        return 1
    except OSError as error:
        streams.abandon()
        complain(f"{error.filename or 'input or output'}: {error.strerror or error}", None)
        return 1
    return code if isinstance(code, int) else 0


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    context = click.get_current_context(silent=True)
    told = as_flags(str(message), context.command if context else None)
    print(escaped(f"firth: warning: {told}"), file=sys.stderr)


def complain(message: str, hint: str | None) -> None:
    """Print an error as one line on stderr."""
    line = f"firth: error: {message}" + (f"; hint: {hint}" if hint else "")
    print(escaped(" ".join(line.split())), file=sys.stderr)
