"""``firth tune CORPUS... --metric METRIC``"""

from __future__ import annotations

import dataclasses
import shlex
from typing import TYPE_CHECKING, Any

import click

from firth.cli.files import Input, Output, Verb
from firth.cli.output import echo, echo_json
from firth.cli.reading import reading, reading_options, sources
from firth.cli.train import command as train
from firth.cli.training_options import is_given, training_options
from firth.errors import OptionError
from firth.training.options import OPTIONS

if TYPE_CHECKING:
    from firth.tuning import Tuning

_METRICS = ("similarity", "analogy", "hit-rate", "loss")


@click.command(cls=Verb)
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option(
    "--metric",
    required=True,
    type=click.Choice(_METRICS),
    help="What to optimize: the result of a test (similarity, analogy, hit-rate), or the loss on held-out text.",
)
@click.option(
    "--test",
    type=Input(),
    help="Test file for the metric: word pairs, analogy questions or sessions. The loss needs none.",
)
@click.option(
    "--search",
    multiple=True,
    metavar="NAME[=VALUES]",
    help="Search only this option, such as window, learning_rate=0.01:0.1 or vector_size=50,100; may be repeated.",
)
@click.option(
    "--trials", default=20, show_default=True, type=click.IntRange(min=1), help="Number of models to train in total."
)
@click.option(
    "--study",
    type=Output("a study", "text", kept=True),
    help="Save the trials to this file, and continue from those that are in it.",
)
@click.option(
    "-k",
    "k",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="Number of best items among which the right one counts as found, for hit-rate.",
)
@training_options
@reading_options
@click.option("-q", "--quiet", is_flag=True, help="Do not show the table and the progress bar.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object instead of the command line.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    corpus: tuple[str, ...],
    metric: str,
    test: str | None,
    search: tuple[str, ...],
    trials: int,
    study: str | None,
    k: int,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Search for the options that work best on the text files CORPUS, and print the command that trains with them.

    Training options that are given stay fixed. Of the others, the usual ranges are searched, or only what --search
    names.
    """
    given = {name for name in OPTIONS if is_given(ctx, name)}
    text = reading(options)
    dimensions = _dimensions(search)
    tested = _test(metric, test)

    from firth.cli.trials import TrialTable
    from firth.tuning import tune

    with TrialTable(quiet) as table:
        found = tune(
            sources(corpus),
            tested,
            search=dimensions,
            trials=trials,
            study=study,
            k=k,
            progress=False,
            on_start=table.start,
            on_trial=table.add,
            on_progress=table.training,
            reading={"progress": table.reading, **text},
            **{name: options[name] for name in given},
        )
    if found.interrupted:
        goes_on = f"the same command continues from {study}" if study else "with --study FILE it could be continued"
        echo(f"firth: interrupted after {len(found.trials)} of {trials} trials; {goes_on}", err=True)
    if found.best is None:
        if not found.interrupted:
            raise OptionError(
                "training diverged in every trial", hint="search lower rates: --search learning_rate=LOW:HIGH"
            )
        return 130
    best = training_command(corpus, {**ctx.params, **found.options})
    if as_json:
        echo_json(_summary(found, best))
    else:
        echo(best, whole=True)
    return 130 if found.interrupted else 0


def _dimensions(search: tuple[str, ...]) -> dict[str, Any] | None:
    from firth.tuning import parse_dimension

    if not search:
        return None
    parsed = [parse_dimension(text) for text in search]
    dimensions = dict(parsed)
    if len(dimensions) < len(parsed):
        raise OptionError("--search names an option twice", hint="give all its values at once, as in window=5,10")
    return dimensions


def _test(metric: str, path: str | None) -> Any:
    from firth.evaluation import AnalogySet, SessionSet, SimilaritySet

    if metric == "loss":
        if path is not None:
            raise OptionError("--test cannot be used with --metric loss", hint="--validation holds out a share")
        return None
    if path is None:
        raise OptionError(f"--metric {metric} needs --test, the file to measure it on")
    kinds: dict[str, Any] = {"similarity": SimilaritySet, "analogy": AnalogySet, "hit-rate": SessionSet}
    return kinds[metric].read(path)


def training_command(corpus: tuple[str, ...], values: dict[str, Any]) -> str:
    """The command line of ``firth train`` with these values, quoted for a shell; defaults are left out."""
    words = ["firth", "train", *corpus, "-o", "vectors.safetensors"]
    context = click.Context(train)
    for option in train.params:
        if not isinstance(option, click.Option) or option.name in (None, "output", "quiet", "as_json"):
            continue
        value = values.get(option.name)
        if value is None or str(value) == str(option.get_default(context)):
            continue
        if option.is_flag:
            words.append(option.opts[0] if value else option.secondary_opts[0])
        else:
            for one in value if option.multiple else (value,):
                words += [option.opts[0], str(one)]
    return shlex.join(words)


def _summary(found: Tuning, best: str) -> dict[str, Any]:
    assert found.best is not None
    return {
        "metric": found.metric.name,
        "higher_is_better": found.metric.higher_is_better,
        "best": dataclasses.asdict(found.best),
        "options": found.options,
        "command": best,
        "interrupted": found.interrupted,
        "trials": [dataclasses.asdict(trial) for trial in found.trials],
    }
