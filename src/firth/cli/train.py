"""``firth train CORPUS... -o VECTORS``"""

from __future__ import annotations

import json
from typing import Any

import click

from firth.cli.reading import reading, reading_options, sources
from firth.errors import OptionError
from firth.training.configuration import ARCHITECTURES, CBOW_GRADIENTS, OBJECTIVES


def _window(text: str) -> int | str:
    """A whole number, or a word, which the configuration judges."""
    return int(text) if text.lstrip("-").isdecimal() else text


@click.command
@click.argument("corpus", nargs=-1, required=True, type=click.Path())
@click.option("-o", "--output", required=True, type=click.Path(), help="Where the vectors go (.safetensors).")
@click.option("--model", "model_file", type=click.Path(), help="Keep the whole model too, both matrices.")
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
@click.option("--shrink-windows/--fixed-windows", default=True, show_default=True, help="Draw each window's width.")
@click.option("--min-count", default=5, show_default=True, help="Drop words that occur less often.")
@click.option("--max-words", type=int, help="At most so many words, the most frequent.")
@click.option("--negative", default=5, show_default=True, help="Noise words per positive pair.")
@click.option("--noise-exponent", default=0.75, show_default=True, help="Noise words are drawn by count to this power.")
@click.option("--sample", default=1e-3, show_default=True, help="Words of a larger share are thinned out; 0: none.")
@click.option("--learning-rate", type=float, help="At the first token.  [default: 0.025, for cbow 0.1]")
@click.option("--min-learning-rate", type=float, help="After the last token.  [default: 1e-4 of the first]")
@click.option(
    "--cbow-gradient",
    default="corrected",
    show_default=True,
    type=click.Choice(CBOW_GRADIENTS),
    help="Of their mean's gradient, each context word takes its share, or all.",
)
@click.option("--validation", type=float, help="Hold out this share of the text, and tell its loss.")
@click.option("--early-stopping", type=int, help="End after so many epochs without a lower held-out loss.")
@click.option("--epochs", default=5, show_default=True, help="Passes over the corpus.")
@click.option("--seed", default=1, show_default=True, help="Of everything random.")
@click.option("--workers", type=int, help="Threads.  [default: all cores]")
@click.option("--cache", type=click.Path(), help="Keep the encoded corpus in this file, for the next run.")
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
def command(
    corpus: tuple[str, ...],
    output: str,
    model_file: str | None,
    cache: str | None,
    errors: str,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Learn word vectors from the text files CORPUS: UTF-8, a sentence a line, plain or .gz .bz2 .xz .zst."""
    from firth.storage import check_writable
    from firth.training.configuration import Configuration

    text = reading(options)
    configuration = Configuration.of(**options)  # options and outputs are judged before a byte is read
    for path in filter(None, (output, model_file)):
        check_writable(path)
    if output == model_file:
        raise OptionError(f"{output} given for both the vectors and the model", hint="name two files")

    from firth.training.progress import Display
    from firth.word2vec import Word2Vec

    model = Word2Vec(**configuration.as_dict())
    interrupted = False
    with Display(quiet=True if quiet else None) as display:
        try:
            model.fit(
                sources(corpus),
                cache=cache,
                errors=errors,
                on_reading=display.reading,
                on_report=display.report,
                on_progress=display.training,
                **text,
            )
        except KeyboardInterrupt:
            if not model.is_trained:
                raise
            interrupted = True
        model.vectors.save(output)
        if model_file:
            model.save(model_file)
        display.say(f"saved {output}")
    if interrupted:
        click.echo(
            f"firth: interrupted in epoch {len(model.loss_) + 1} of {configuration.epochs}; "
            f"what was learned so far is in {output}",
            err=True,
        )
    if as_json:
        summary = {
            "output": output,
            "words": len(model.vocabulary),
            "loss": model.loss_,
            "validation_loss": model.validation_loss_,
            "stopped": "interrupted" if interrupted else model.stopped_,
        }
        click.echo(json.dumps(summary, ensure_ascii=False))
    return 130 if interrupted else 0
