"""The search space: a range or a list of values for each option."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from firth.errors import OptionError
from firth.training.configuration import Configuration
from firth.training.options import SEARCHED

if TYPE_CHECKING:
    import optuna

    from firth.tuning.metrics import Metric

Value: TypeAlias = bool | int | float | str
Dimension: TypeAlias = tuple[float, float] | list[Value]
"""A pair is a range, both ends included; a list is the values to choose from."""
Space: TypeAlias = dict[str, Dimension]

CORRECTED_CBOW_RATES = (0.02, 0.4)  # its steps are divided by the number of context words


def default_space(configuration: Configuration) -> Space:
    """The usual ranges for a model of this kind.

    The number of epochs is not among them, because more epochs are seldom worse and only take more time.

    Args:
        configuration: its architecture, objective and gradient determine the options and their ranges.
    """
    space = {
        name: option.usual
        for name, option in SEARCHED.items()
        if option.usual is not None and option.has_effect(configuration)
    }
    if configuration.architecture == "cbow" and configuration.cbow_gradient == "corrected":
        space["learning_rate"] = CORRECTED_CBOW_RATES
    return space


def chosen_space(
    search: Mapping[str, Dimension | None] | None,
    configuration: Configuration,
    given: Container[str],
    metric: Metric,
) -> Space:
    """The space to search.

    Args:
        search: the range or values for each option by name, ``None`` for its usual range; if there is no ``search``,
            the usual ranges of all options that are not given.
        configuration: the common options of all trials.
        given: names of the options that were given, which are not searched.
        metric: the metric, which may not be comparable between models that differ in some options.

    Raises:
        OptionError: an option cannot be searched, a value is invalid, a range is empty, or there is nothing to search.
    """
    defaults = default_space(configuration)
    if search is None:
        space = {name: d for name, d in defaults.items() if name not in given and metric.compares(name)}
    else:
        space = {
            name: _checked(name, defaults.get(name) if d is None else d, configuration) for name, d in search.items()
        }
    for name in space:
        if name in given:
            raise OptionError(f"{name} is both given and searched, expected one of them")
        if not metric.compares(name):
            raise OptionError(
                f"{metric.name} under different {name} is not the same quantity",
                hint=f"search {', '.join(sorted(metric.searchable or ()))}, or take a test set as the metric",
            )
        other, value = SEARCHED[name].only or ("", "")
        if not SEARCHED[name].has_effect(configuration) and other not in space:
            raise OptionError(
                f"{name} has no effect with {other}={getattr(configuration, other)!r}, only with {value!r}",
                hint=f"search {other} too, or give {other}={value!r}",
            )
    if not space:
        raise OptionError(
            "nothing is left to search", hint="give fewer options, or name some in search={'window': None}"
        )
    return space


def _checked(name: str, dimension: Dimension | None, configuration: Configuration) -> Dimension:
    _check_searched(name)
    if dimension is None:
        raise OptionError(f"{name} has no usual range", hint=f"search={{{name!r}: (low, high)}}")
    numbers = SEARCHED[name].kind in (int, float)
    if isinstance(dimension, tuple) and not (numbers and len(dimension) == 2 and dimension[0] < dimension[1]):
        raise OptionError(f"{name}={dimension!r}, expected a lower and a higher number, or a list of values")
    if not dimension:
        raise OptionError(f"{name} without values, expected at least one")
    for value in dimension:
        changed: dict[str, Any] = {name: value}
        dataclasses.replace(configuration, **changed)  # the configuration judges each value
    return dimension


def _check_searched(name: str) -> None:
    if name not in SEARCHED:
        raise OptionError(f"{name!r} is not searched, expected one of {', '.join(SEARCHED)}")


def parse_dimension(text: str) -> tuple[str, Dimension | None]:
    """Parse ``learning_rate=0.01:0.1``, ``vector_size=50,100``, or only a name, into the name and the dimension.

    Raises:
        OptionError: the name is unknown, or a value has another type.
    """
    name, given, values = text.partition("=")
    name = name.strip().replace("-", "_")
    _check_searched(name)
    if not given:
        return name, None
    low, colon, high = values.partition(":")
    if colon:
        return name, (_number(name, low), _number(name, high))
    return name, [_value(name, value.strip()) for value in values.split(",")]


def _number(name: str, text: str) -> float:
    value = _value(name, text.strip())
    if isinstance(value, str | bool):
        raise OptionError(f"{name}={text!r}, expected a number at each end of a range")
    return value


def _value(name: str, text: str) -> Value:
    kind = SEARCHED[name].kind
    if kind is str or text in SEARCHED[name].choices:
        return text
    if kind is bool:
        if text not in ("true", "false"):
            raise OptionError(f"{name}={text!r}, expected true or false")
        return text == "true"
    try:
        number = kind(text)
    except ValueError as error:
        expected = "a whole number" if kind is int else "a number"
        raise OptionError(f"{name}={text!r}, expected {expected}") from error
    return number


def shown(dimension: Dimension) -> str:
    """A dimension in the format that :func:`parse_dimension` reads."""
    if isinstance(dimension, tuple):
        return "{:g}:{:g}".format(*dimension)
    return ",".join(str(value).lower() if isinstance(value, bool) else str(value) for value in dimension)


def suggest(trial: optuna.Trial, space: Space) -> dict[str, Any]:
    """A value for each option."""
    return {name: _suggested(trial, name, dimension) for name, dimension in space.items()}


def _suggested(trial: optuna.Trial, name: str, dimension: Dimension) -> Any:
    if isinstance(dimension, list):
        return trial.suggest_categorical(name, dimension)
    low, high = dimension
    by_factors = SEARCHED[name].by_factors and low > 0
    if SEARCHED[name].kind is int:
        return trial.suggest_int(name, int(low), int(high), log=by_factors)
    return trial.suggest_float(name, low, high, log=by_factors)
