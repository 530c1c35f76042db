"""``firth train CORPUS... -o VECTORS``"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from firth.cli.files import Input, Output, StrPath, VectorsOutput, Verb, save_vectors
from firth.cli.output import echo_json
from firth.cli.reading import reading, reading_options, sources
from firth.errors import OptionError
from firth.training.configuration import ARCHITECTURES, CBOW_GRADIENTS, OBJECTIVES, SIDES

if TYPE_CHECKING:
    from firth.training.report import Report
    from firth.word2vec import Word2Vec


def _window(text: str) -> int | str:
    """A whole number, or a word, which the configuration judges."""
    return int(text) if text.lstrip("-").isdecimal() else text


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


@click.command(cls=Verb)
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option(
    "-o",
    "--output",
    required=True,
    type=VectorsOutput(),
    help="Write the vectors to this file; its suffix names the format.",
)
@click.option(
    "--model", "model_file", type=Output("a model", "native"), help="Keep the whole model too, both matrices."
)
@click.option("--continue", "continued", type=Input(), metavar="MODEL", help="Go on with the model of this file.")
@click.option("--update-vocabulary", is_flag=True, help="With --continue: learn the new words of CORPUS too.")
@click.option(
    "--architecture",
    default="skipgram",
    show_default=True,
    type=click.Choice(ARCHITECTURES),
    help="What predicts what.",
)
@click.option(
    "--objective", default="negative", show_default=True, type=click.Choice(OBJECTIVES), help="How a word is predicted."
)
@click.option("--vector-size", default=100, show_default=True, help="Dimensions.")
@click.option(
    "--window",
    default="5",
    show_default=True,
    type=_window,
    metavar="INTEGER|sentence",
    help="Most words on either side.",
)
@click.option("--shrink-windows/--fixed-windows", default=True, show_default=True, help="Each width, or all full.")
@click.option("--min-count", default=5, show_default=True, help="Drop words that occur less often.")
@click.option("--max-words", type=int, help="At most so many words, the most frequent.")
@click.option("--negative", default=5, show_default=True, help="Noise words per positive pair.")
@click.option("--noise-exponent", default=0.75, show_default=True, help="Noise words are drawn by count to this power.")
@click.option("--sample", default=1e-3, show_default=True, help="Words of a larger share are thinned out; 0: none.")
@click.option("--learning-rate", type=float, help="At the first token.  [default: 0.016 to 0.13, by model]")
@click.option("--min-learning-rate", type=float, help="After the last token.  [default: 1e-4 of the first]")
@click.option(
    "--cbow-gradient",
    default="corrected",
    show_default=True,
    type=click.Choice(CBOW_GRADIENTS),
    help="Of their mean's gradient, each context word takes its share, or all.",
)
@click.option("--freeze", type=click.Choice(SIDES), help="Leave this matrix as it is.")
@click.option(
    "--validation",
    type=ShareOrFile(),
    metavar="SHARE|FILE",
    help="Hold out this share of the text, or this file, and tell its loss.",
)
@click.option("--early-stopping", type=int, help="End after so many epochs without a lower held-out loss.")
@click.option("--epochs", default=5, show_default=True, help="Passes over the corpus.")
@click.option("--seed", default=1, show_default=True, help="Of everything random.")
@click.option("--workers", type=int, help="Threads.  [default: all cores]")
@click.option(
    "--cache",
    type=Output("an encoded corpus", "native", kept=True),
    help="Keep the encoded corpus in this file, for the next run.",
)
@click.option(
    "--errors",
    default="strict",
    show_default=True,
    type=click.Choice(["strict", "replace"]),
    help="What becomes of bytes that are not UTF-8.",
)
@reading_options
@click.option("-q", "--quiet", is_flag=True, help="No report and no bar.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as one JSON object on stdout.")
@click.pass_context
def command(
    context: click.Context,
    /,
    corpus: tuple[str, ...],
    output: str,
    model_file: str | None,
    continued: str | None,
    update_vocabulary: bool,
    cache: str | None,
    errors: str,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Learn word vectors from the text files CORPUS: UTF-8, a sentence a line, plain or .gz .bz2 .xz .zst."""
    text = reading(options)  # options and outputs are judged before a byte is read
    if continued is None:
        model = _new_model(options, update_vocabulary)
    else:
        model = _saved_model(context, continued, options, text)

    from firth.training.progress import Display
    from firth.vectors.formats import check_words, saved_format

    interrupted, before = False, len(model.loss_)
    reports: list[Report] = []
    with Display(quiet=True if quiet else None) as display:

        def report(facts: Report) -> None:
            check_words(model.vocabulary.words, saved_format(Path(output)))  # before they are trained
            reports.append(facts)
            display.report(facts)

        try:
            model.fit(
                sources(corpus),
                update_vocabulary=update_vocabulary,
                cache=cache,
                errors=errors,
                on_reading=display.reading,
                on_report=report,
                on_progress=display.training,
                **text,
            )
        except KeyboardInterrupt:
            if not reports:
                raise
            interrupted = True
        try:
            save_vectors(model.vectors, output)
        finally:  # a disk that is full keeps the other from being written, not both
            if model_file:
                model.save(model_file)
        display.say(f"saved {output}" + (f" and {model_file}" if model_file else ""))
    if interrupted:
        click.echo(
            f"firth: interrupted in epoch {len(model.loss_) - before + 1} of {model.configuration.epochs}; "
            f"what was learned so far is in {output}",
            err=True,
        )
    if as_json:
        change = reports[0].vocabulary_change
        summary = {
            "output": output,
            "words": len(model.vocabulary),
            "words_added": len(change.added) if change else 0,
            "words_dropped": len(change.dropped) if change else 0,
            "epochs_before": before,
            "loss": model.loss_,
            "validation_loss": model.validation_loss_,
            "stopped": "interrupted" if interrupted else model.stopped_,
            "configuration": model.configuration.as_dict(),
        }
        echo_json(summary)
    return 130 if interrupted else 0


def _new_model(options: dict[str, Any], update_vocabulary: bool) -> Word2Vec:
    from firth.training.configuration import Configuration

    configuration = Configuration.of(**options)  # told before the kernels are imported
    configuration.check_training(first=True, held_out=configuration.validation is not None)
    if update_vocabulary:
        raise OptionError("--update-vocabulary for a new model", hint="--continue MODEL")

    from firth.word2vec import Word2Vec

    return Word2Vec(**configuration.as_dict())


def _saved_model(context: click.Context, path: str, options: dict[str, Any], text: dict[str, Any]) -> Word2Vec:
    """The model of a file; options that were typed are changed, the others are what they were."""
    from firth.text.preparation import Preparation
    from firth.word2vec import Word2Vec

    def is_typed(name: str) -> bool:
        return context.get_parameter_source(name) is ParameterSource.COMMANDLINE

    if text["vocabulary"] is not None:
        raise OptionError("--vocabulary with --continue: the model has its words", hint="--update-vocabulary")
    if not any(is_typed(option.name) for option in fields(Preparation)):
        text["preparation"] = None
    return Word2Vec.load(path, **{name: value for name, value in options.items() if is_typed(name)})
