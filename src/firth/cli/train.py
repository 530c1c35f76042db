"""``firth train CORPUS... -o VECTORS``"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from firth.cli.files import Input, Output, StrPath, VectorsOutput, Verb, save_vectors
from firth.cli.output import echo, echo_json
from firth.cli.reading import is_prepared, reading, reading_options, sources
from firth.cli.training_options import is_given, refuse_preset, training_options
from firth.errors import FirthError, OptionError

if TYPE_CHECKING:
    from firth.training.checkpoint import Checkpoint
    from firth.training.configuration import Configuration
    from firth.training.report import Report
    from firth.word2vec import Word2Vec

_RESUME = "--resume"


class TrackedTest(Input):
    """A test set with its kind, ``KIND:FILE``."""

    def files(self, value: Any, options: Mapping[str, Any]) -> Iterator[StrPath]:
        kind, mark, path = value.partition(":")
        yield from super().files(path if mark else kind, options)


class _Train(Verb):
    """``firth train``. With ``--resume``, the arguments of the original command come before those typed now."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:  # a shell completes the line
            return super().parse_args(ctx, args)
        args, folder = _without_resume(args)
        if folder is not None:
            from firth.errors import FileFormatError
            from firth.training.checkpoint import newest

            checkpoint = newest(folder)
            command = checkpoint.facts["command"]
            if command is None:
                raise FileFormatError(f"{folder}: written by a Python program, not by firth train")
            folder = str(Path(folder).resolve())
            os.chdir(command["directory"])
            args = [*command["arguments"], *args]
            ctx.meta[_RESUME] = _Resumed(folder, checkpoint)
        ctx.meta["typed"] = {"arguments": list(args), "directory": str(Path.cwd())}
        return super().parse_args(ctx, args if folder is None else [*args, _RESUME, folder])


@dataclass
class _Resumed:
    folder: str
    checkpoint: Checkpoint


def _without_resume(args: list[str]) -> tuple[list[str], str | None]:
    """The arguments without ``--resume DIR``, and the folder, if it was given."""
    for place, word in enumerate(args):
        if word == _RESUME and place + 1 < len(args):
            return args[:place] + args[place + 2 :], args[place + 1]
        if word.startswith(f"{_RESUME}="):
            return args[:place] + args[place + 1 :], word.removeprefix(f"{_RESUME}=")
    return args, None


@click.command(cls=_Train)
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option(
    "-o",
    "--output",
    required=True,
    type=VectorsOutput(),
    help="File to write the vectors to; its suffix determines the format.",
)
@click.option(
    "--model",
    "model_file",
    type=Output("a model", "native"),
    help="Also save the whole model to this file, so that training can continue later.",
)
@click.option(
    "--continue",
    "continued",
    type=Input(),
    metavar="MODEL",
    help="Continue training the model in this file, written by --model or by fastText (.bin).",
)
@click.option(
    "--update-vocabulary",
    is_flag=True,
    help="Add the new words of CORPUS to the model before training (with --continue).",
)
@training_options
@click.option(
    "--checkpoint",
    type=click.Path(),
    metavar="DIR",
    help="Save checkpoints to this folder, from which an interrupted training can be resumed.",
)
@click.option(
    "--every", default="10m", show_default=True, help="How often to save a checkpoint, such as 10m, 5% or 20M-words."
)
@click.option(
    _RESUME,
    type=click.Path(),
    metavar="DIR",
    help="Resume the training whose checkpoints are in this folder; no other arguments are needed.",
)
@click.option(
    "--log",
    type=Output("the record of a run", "text", kept=True),
    metavar="FILE.jsonl",
    help="Append the report, the progress and the losses to this file, as lines of JSON.",
)
@click.option(
    "--plot",
    type=Output("curves", "text", suffixes=(".html", ".png", ".svg", ".pdf"), stdout=False),
    metavar="FILE",
    help="Draw loss, learning rate and speed against the words learned to this file (.html, .png, .svg, .pdf).",
)
@click.option(
    "--track",
    multiple=True,
    type=TrackedTest(),
    metavar="KIND:FILE",
    help="Repeat a test before training and after each epoch, such as similarity:ws353.txt; may be repeated.",
)
@click.option(
    "--track-every",
    metavar="INTERVAL",
    help="Repeat the tests of --track within an epoch, too: each 5%, 1M-words or 10m, for example.",
)
@click.option(
    "--tensorboard",
    type=click.Path(),
    metavar="DIR",
    help="Write losses, learning rate, speed and tracked scores to this folder as files for TensorBoard.",
)
@reading_options
@click.option("-q", "--quiet", is_flag=True, help="Do not show the report and the progress bar.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as a JSON object.")
@click.pass_context
def command(
    context: click.Context,
    /,
    corpus: tuple[str, ...],
    output: str,
    model_file: str | None,
    continued: str | None,
    update_vocabulary: bool,
    checkpoint: str | None,
    every: str,
    resume: str | None,  # noqa: ARG001 - see _Train
    log: str | None,
    plot: str | None,
    track: tuple[str, ...],
    track_every: str | None,
    tensorboard: str | None,
    quiet: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Learn word vectors from the text files CORPUS.

    A text is UTF-8 unless --encoding says otherwise, has one sentence per line, and may be compressed (.gz, .bz2, .xz,
    .zst). CORPUS may also be folders, web pages, e-books, Word documents and subtitles.
    """
    text = reading(options)  # options and outputs are checked before anything is read
    if quiet or sys.stderr.isatty():  # the report shows the encodings, or nothing is shown
        text["on_files"] = None
    resumed: _Resumed | None = context.meta.get(_RESUME)
    if resumed is not None:
        model, checkpoint = _resumed_model(context, resumed.checkpoint, options), resumed.folder
    elif continued is None:
        model = _new_model(options, update_vocabulary)
    else:
        model = _saved_model(context, continued, options, text)

    from firth.training.checkpoint import Checkpoints, Interval
    from firth.training.compiling import compiling
    from firth.training.log import NAME, RunLog
    from firth.training.loop import Progress
    from firth.training.progress import Display
    from firth.vectors.formats import check_words, saved_format

    _check_format(saved_format(Path(output)), model.configuration)
    interval = Interval.of(every)  # checked before the text is read
    kept = None if checkpoint is None else Checkpoints(checkpoint, interval, context.meta["typed"])
    if plot is not None:
        from firth.training.curves import check_name

        check_name(plot)
    signal, before = 0, len(model.loss_) if resumed is None else resumed.checkpoint.state.first_epoch
    reports: list[Report] = []
    logs = [path for path in (log, checkpoint and Path(checkpoint) / NAME) if path]
    with Display(not quiet, lines=not quiet) as display, contextlib.ExitStack() as stack:
        record, board = RunLog(*logs), None
        if tensorboard is not None:
            from firth.training.event_files import EventFile

            board = EventFile(tensorboard)
        compiled = stack.enter_context(compiling(model.configuration))

        def report(facts: Report) -> None:
            check_words(model.vocabulary.words, saved_format(Path(output)))  # before they are trained
            reports.append(facts)
            if kept is not None:
                kept.check(resuming=resumed is not None)
            stack.enter_context(record)
            if board is not None:
                stack.enter_context(board)
            record.report(facts, 0 if resumed is None else resumed.checkpoint.state.tokens_done)
            display.report(facts)
            if resumed is not None:
                display.say(_how_it_goes_on(model, resumed.checkpoint))
            compiled()

        def draw() -> None:
            if plot is not None:
                _draw(model, plot, output, checkpoint)

        def progress(facts: Progress) -> None:
            record.progress(facts)
            if board is not None:
                board.progress(facts)
            display.training(facts)
            if facts.epoch_ended and plot is not None and Path(plot).suffix.lower() == ".html":
                with contextlib.suppress(OSError):  # a full disk ends no training, and the page is written again
                    draw()

        try:
            model.fit(
                sources(corpus),
                update_vocabulary=update_vocabulary,
                progress=False,
                on_reading=display.reading,
                on_report=report,
                on_progress=progress,
                checkpoint=kept,
                track=track or None,
                track_every=track_every,
                **text,
            )
        except KeyboardInterrupt as interruption:
            if not reports:
                raise
            signal = getattr(interruption, "signal", 2)
        except BaseException as error:
            record.write("end", outcome=str(error))
            with contextlib.suppress(FirthError, OSError):
                draw()  # it may show why
            raise
        record.write("end", outcome="interrupted" if signal else model.stopped_ or "finished")
        try:
            save_vectors(model.vectors, output)
        finally:  # if the disk is too full for one file, the other may still fit
            if model_file:
                model.save(model_file)
        draw()
        display.say(f"saved {output}" + (f" and {model_file}" if model_file else ""))
    if signal:
        more = f"; firth train {_RESUME} {checkpoint} resumes it" if checkpoint else ""
        echo(
            f"firth: interrupted in epoch {len(model.loss_) - before + 1} of {model.configuration.epochs}; "
            f"the vectors learned so far are in {output}{more}",
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
            "stopped": "interrupted" if signal else model.stopped_,
            "files": reports[0].files.as_dict(),
            "configuration": model.configuration.as_dict(),
        }
        echo_json(summary)
    return 128 + signal if signal else 0


def _draw(model: Word2Vec, path: str, name: str, checkpoint: str | None) -> None:
    """Write the curves of a training, with those before it was resumed, which are in the folder of its checkpoints."""
    from firth.training.curves import save
    from firth.training.history import read

    if model.history.points:
        history = model.history if checkpoint is None else read(checkpoint, "")[-1]
        save([dataclasses.replace(history, name=Path(name).stem)], path)


def _check_format(format: str, configuration: Configuration) -> None:
    """Find out before a training whether its vectors can be written.

    Raises:
        OptionError: they are to be floret's, and will not be.
    """
    if format == "floret" and not (configuration.subwords and configuration.hashes):
        raise OptionError("a .floret file for vectors without floret's hashes", hint="--subwords --hashes 2")


def _new_model(options: dict[str, Any], update_vocabulary: bool) -> Word2Vec:
    from firth.training.configuration import Configuration

    configuration = Configuration.of(**options)  # checked before the kernels are imported
    configuration.check_training(first=True, held_out=configuration.validation is not None)
    if update_vocabulary:
        raise OptionError("--update-vocabulary needs --continue", hint="--continue MODEL")

    from firth.word2vec import Word2Vec

    return Word2Vec(**configuration.as_dict())


def _resumed_model(context: click.Context, checkpoint: Checkpoint, options: dict[str, Any]) -> Word2Vec:
    """The model of a checkpoint, with the options that were typed; ``fit`` reports those that have changed."""
    from firth.training.configuration import Configuration
    from firth.word2vec import Word2Vec

    model = Word2Vec.from_checkpoint(checkpoint)
    typed = {name: value for name, value in options.items() if is_given(context, name)}
    model.configuration = Configuration.of(**{**model.configuration.as_dict(), **typed})
    return model


def _how_it_goes_on(model: Word2Vec, checkpoint: Checkpoint) -> str:
    """What to expect of a resumed training."""
    workers = model.configuration.worker_count
    if model.configuration.repeats_bits:
        same = "it ends with the same bits as if it had never been stopped"
    else:
        same = f"with {workers} workers it ends within the differences from run to run"
    return f"resumed    after {checkpoint.state.tokens_done:,} words; {same}"


def _saved_model(context: click.Context, path: str, options: dict[str, Any], text: dict[str, Any]) -> Word2Vec:
    """The model of a file, with the options that were typed in place of its own."""
    from firth.word2vec import Word2Vec

    refuse_preset(context, "--continue")
    if text["vocabulary"] is not None:
        raise OptionError("--vocabulary cannot be used with --continue", hint="--update-vocabulary")
    if not is_prepared(context):
        text["preparation"] = None
    return Word2Vec.load(path, **{name: value for name, value in options.items() if is_given(context, name)})
