"""Signatures that show the options of training in the place of ``**options``: to editors, type checkers, ``help``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from firth.training.options import OPTIONS

Parameters = ParamSpec("Parameters")
Function = TypeVar("Function", bound=Callable[..., Any])


def takes_those_of(
    table: Callable[Parameters, object],  # noqa: ARG001 - it is there for its type
) -> Callable[[Callable[..., None]], Callable[Concatenate[Any, Parameters], None]]:
    """Decorator of an ``__init__`` whose ``**options`` are those of a table, as an editor and mypy then know."""
    return shows_options


def shows_options(function: Function) -> Function:
    """Decorator that puts the table in the place of ``**options``, in the signature and the docstring at run time."""
    signature = inspect.signature(function)
    several = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    own = [one for one in signature.parameters.values() if one.kind not in several]
    table = [
        inspect.Parameter(
            option.name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=option.annotation
        )
        for option in OPTIONS.values()
    ]
    function.__signature__ = signature.replace(parameters=[*own, *table])  # type: ignore[attr-defined]
    function.__doc__ = "Args:\n" + "\n".join(f"    {name}: {option.reference}" for name, option in OPTIONS.items())
    return function
