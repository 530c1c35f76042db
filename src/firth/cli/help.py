"""``firth help VERB``"""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from firth.cli.files import Verb
from firth.cli.output import echo


class _Name(click.types.StringParamType):
    """The name of a command, or of one in a group whose name stands before it."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        group = ctx.find_root().command
        for name in ctx.params.get(param.name or "") or ():
            found = group.get_command(ctx, name) if isinstance(group, click.Group) else None
            if found is None:
                return []
            group = found
        names = group.list_commands(ctx) if isinstance(group, click.Group) else []
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command(cls=Verb)
@click.argument("verb", nargs=-1, type=_Name())
@click.pass_context
def command(context: click.Context, verb: tuple[str, ...]) -> None:
    """Show the help of the command VERB, such as `firth help train` or `firth help lm score`, or of firth itself."""
    shown = context.find_root()
    for place, name in enumerate(verb, 1):
        group = shown.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"{shown.command_path} has no commands of its own", shown)
        _, found, _ = group.resolve_command(shown, list(verb[place - 1 :]))
        if found is not None:
            shown = found.context_class(found, info_name=name, parent=shown)
    echo(*shown.get_help().split("\n"), whole=True)
