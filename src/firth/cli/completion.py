"""``firth completion SHELL``"""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from firth.cli.files import Output, Verb, save_text
from firth.cli.output import echo
from firth.targets import is_stdout

SHELLS = ("bash", "zsh", "fish")


@click.command(cls=Verb)
@click.argument("shell", type=click.Choice(SHELLS))
@click.option(
    "-o",
    "--output",
    type=Output("a script", "text"),
    show_default="where the shell looks for it",
    help="File to write the script to; - prints it.",
)
@click.pass_context
def command(context: click.Context, shell: str, output: str | None) -> None:
    """Install completion for a shell: Tab then completes commands, options, their values and the names of files."""
    found = get_completion_class(shell)
    assert found is not None, shell
    script = found(context.find_root().command, {}, "firth", "_FIRTH_COMPLETE").source()
    path = _place(shell) if output is None else Path(output)
    save_text(script, path)
    if not is_stdout(path):
        echo(f"saved {path}", *_advice(shell, path))


def _place(shell: str) -> Path:
    """The file in which a shell looks for the completion of a command."""
    if shell == "bash":
        data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        return Path(os.environ.get("BASH_COMPLETION_USER_DIR") or Path(data) / "bash-completion") / "completions/firth"
    if shell == "fish":
        return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "fish/completions/firth.fish"
    return Path(os.environ.get("ZDOTDIR") or Path.home()) / ".zfunc/_firth"


def _advice(shell: str, path: Path) -> list[str]:
    """What the user still has to do."""
    if shell == "bash":
        return [
            "New shells complete firth, if the package bash-completion is installed.",
            "If it is not, add this line to ~/.bashrc:",
            f"  source '{path}'",
        ]
    if shell == "zsh":
        return [
            "New shells complete firth, once ~/.zshrc has these lines:",
            f"  fpath=('{path.parent}' $fpath)",
            "  autoload -Uz compinit && compinit",
        ]
    return ["New shells complete firth."]
