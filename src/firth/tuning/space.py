"""What is searched: for each option a range or a list of values."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from firth.errors import OptionError
from firth.training.configuration import Configuration

if TYPE_CHECKING:
    import optuna

    from firth.tuning.metrics import Metric

Value: TypeAlias = bool | int | float | str
Dimension: TypeAlias = tuple[float, float] | list[Value]
"""A pair is a range, both ends included; a list is the values to choose from."""
Space: TypeAlias = dict[str, Dimension]

_TYPES: dict[str, type] = {
    "architecture": str,
    "objective": str,
    "vector_size": int,
    "window": int,
    "shrink_windows": bool,
    "negative": int,
    "noise_exponent": float,
    "sample": float,
    "learning_rate": float,
    "min_learning_rate": float,
    "cbow_gradient": str,
    "epochs": int,
}
_BY_FACTORS = ("learning_rate", "min_learning_rate", "sample", "vector_size")  # searched on a logarithmic scale
_OF_NEGATIVES = ("negative", "noise_exponent")


def default_space(configuration: Configuration) -> Space:
    """The ranges that are worth a search for a model of this kind.

    Epochs are not among them: more of them take more time and are seldom worse, so that they are a budget to be given.

    Args:
        configuration: architecture, objective and gradient decide which options there are, and their ranges.
    """
    corrected = configuration.architecture == "cbow" and configuration.cbow_gradient == "corrected"
    space: Space = {
        "vector_size": [50, 100, 200, 300],
        "window": (2, 15),
        "sample": (1e-5, 1e-2),
        "learning_rate": (0.02, 0.4) if corrected else (0.005, 0.1),
    }
    if configuration.objective == "negative":
        space |= {"negative": (2, 20), "noise_exponent": (-0.5, 1.0)}
    return space


def chosen_space(
    search: Mapping[str, Dimension | None] | None,
    configuration: Configuration,
    given: Container[str],
    metric: Metric,
) -> Space:
    """The space to search.

    Args:
        search: by name what to search, ``None`` being the usual range; or the usual ranges of all that is not given.
        configuration: what all trials have in common.
        given: names of the options that were chosen, and so are not searched.
        metric: it may not compare models that differ in certain options.

    Raises:
        OptionError: an option that cannot be searched, a value that it cannot have, a range without width, or nothing
            to search.
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
        if name in _OF_NEGATIVES and "objective" not in space and configuration.objective != "negative":
            raise OptionError(f"{name} belongs to negative sampling, and the objective is {configuration.objective!r}")
    if not space:
        raise OptionError(
            "nothing is left to search", hint="give fewer options, or name some in search={'window': None}"
        )
    return space


def _checked(name: str, dimension: Dimension | None, configuration: Configuration) -> Dimension:
    if name not in _TYPES:
        raise OptionError(f"{name!r} is not searched, expected one of {', '.join(_TYPES)}")
    if dimension is None:
        raise OptionError(f"{name} has no usual range", hint=f"search={{{name!r}: (low, high)}}")
    numbers = _TYPES[name] in (int, float)
    if isinstance(dimension, tuple) and not (numbers and len(dimension) == 2 and dimension[0] < dimension[1]):
        raise OptionError(f"{name}={dimension!r}, expected a lower and a higher number, or a list of values")
    if not dimension:
        raise OptionError(f"{name} without values, expected at least one")
    for value in dimension:
        changed: dict[str, Any] = {name: value}
        dataclasses.replace(configuration, **changed)  # the configuration judges each value
    return dimension


def parse_dimension(text: str) -> tuple[str, Dimension | None]:
    """``learning_rate=0.01:0.1``, ``vector_size=50,100``, or a name alone, as the name and what to search.

    Raises:
        OptionError: an unknown name, or a value of another type.
    """
    name, given, values = text.partition("=")
    name = name.strip().replace("-", "_")
    if name not in _TYPES:
        raise OptionError(f"{name!r} is not searched, expected one of {', '.join(_TYPES)}")
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
    kind = _TYPES[name]
    if kind is str or (name == "window" and text == "sentence"):
        return text
    if kind is bool:
        if text not in ("true", "false"):
            raise OptionError(f"{name}={text!r}, expected true or false")
        return text == "true"
    try:
        number: int | float = kind(text)
    except ValueError as error:
        expected = "a whole number" if kind is int else "a number"
        raise OptionError(f"{name}={text!r}, expected {expected}") from error
    return number


def shown(dimension: Dimension) -> str:
    """A dimension as :func:`parse_dimension` reads it."""
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
    by_factors = name in _BY_FACTORS and low > 0
    if _TYPES[name] is int:
        return trial.suggest_int(name, int(low), int(high), log=by_factors)
    return trial.suggest_float(name, low, high, log=by_factors)
