"""The options of every verb that trains, from the table of :mod:`firth.training.options`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click
from click.core import ParameterSource

from firth.cli.files import Input, StrPath
from firth.errors import OptionError
from firth.training.options import OPTIONS, Option
from firth.training.presets import PRESETS

Verb = Callable[..., Any]


class ShareOrFile(Input):
    """A share of the text, or a file."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return float(value)
        except ValueError:
            return super().convert(value, param, ctx)

    def files(self, value: Any, options: Mapping[str, Any]) -> Iterator[StrPath]:
        if not isinstance(value, float):
            yield from super().files(value, options)


def training_options(verb: Verb) -> Verb:
    """Add the options of training to a verb, which receives each under its name in the table, and ``--preset``."""
    for option in reversed(OPTIONS.values()):
        verb = _added(option)(verb)
    return _PRESET(verb)


def is_given(ctx: click.Context, name: str) -> bool:
    """Whether an option was typed, or belongs to a preset that was typed."""
    return ctx.get_parameter_source(name) in (ParameterSource.COMMANDLINE, ParameterSource.DEFAULT_MAP)


def refuse_preset(ctx: click.Context, beside: str) -> None:
    """Check that no preset was typed.

    Raises:
        OptionError: a preset was typed together with an option that loads the options of a model.
    """
    if _PRESET_NAME in ctx.meta:
        raise OptionError(
            f"--preset {ctx.meta[_PRESET_NAME]} with {beside}: the model has its options", hint="leave --preset out"
        )


def _set_preset(ctx: click.Context, _: click.Parameter, name: str | None) -> None:
    if name is not None:
        ctx.meta[_PRESET_NAME] = name
        ctx.default_map = {**(ctx.default_map or {}), **PRESETS[name]}


_PRESET_NAME = f"{__name__}.preset"
_PRESET = click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    is_eager=True,  # before the options whose defaults it changes
    expose_value=False,
    callback=_set_preset,
    help="Use options for text, items (sessions) or graph (random walks), or those of fasttext.",
)


def _added(option: Option) -> Callable[[Verb], Verb]:
    flag = _flag(option.name)
    if option.kind is bool:
        if not option.off:
            return click.option(flag, is_flag=True, help=option.help)
        return click.option(f"{flag}/{_flag(option.off)}", default=option.default, show_default=True, help=option.help)
    facts: dict[str, Any] = {"type": option.kind}
    if option.takes_path:
        facts = {"type": ShareOrFile(), "metavar": "SHARE|FILE"}
    elif option.kind is str:
        facts = {"type": click.Choice(option.choices)}
    elif option.choices:
        facts = {"type": _number_or_word, "metavar": "|".join(["INTEGER", *option.choices])}
    shown = option.unset if option.default is None else True
    return click.option(flag, default=option.default, show_default=shown, help=option.help, **facts)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _number_or_word(value: int | str) -> int | str:
    """A whole number, or a word, which the configuration checks."""
    return int(value) if str(value).lstrip("-").isdecimal() else value
