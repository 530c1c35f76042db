"""``firth word2vec -train TEXT -output VECTORS``: word2vec.c's command line, exactly as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from firth.cli.files import Input, Output, Verb
from firth.cli.output import echo
from firth.errors import OptionError

if TYPE_CHECKING:
    from firth.corpus import Vocabulary
    from firth.vectors import WordVectors

_ALPHA = {"skipgram": 0.025, "cbow": 0.05}


class _Written(Output):
    """A file whose format is given by an option, not by its suffix."""

    def __init__(self, holds: str) -> None:
        super().__init__(holds, "text", stdout=False)

    def check_suffix(self, value: Any, options: Mapping[str, Any]) -> None:
        """Any suffix is allowed."""


class _Typed(Verb):
    """A command whose options are whole words after a single dash."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Names an unknown option as it was typed, whereas click would name only its first letter."""
        takes_value = {name: not getattr(p, "is_flag", False) for p in self.get_params(ctx) for name in p.opts}
        typed = iter(args)
        for arg in typed:
            name, equals, _ = arg.partition("=")
            if name[:1] == "-" and name not in takes_value:
                raise click.NoSuchOption(name, possibilities=get_close_matches(name, takes_value, 1), ctx=ctx)
            if takes_value.get(name) and not equals:
                next(typed, None)
        return super().parse_args(ctx, args)


@click.command(cls=_Typed)
@click.option("-train", "corpus", required=True, type=Input(), metavar="FILE", help="Text file to learn from.")
@click.option(
    "-output", "output", type=_Written("vectors"), metavar="FILE", help="File to write the vectors or classes to."
)
@click.option("-size", "vector_size", default=100, show_default=True, help="Number of dimensions of the word vectors.")
@click.option(
    "-window", "window", default=5, show_default=True, help="Maximum distance between a word and its context words."
)
@click.option(
    "-sample",
    "sample",
    default=1e-3,
    show_default=True,
    help="Randomly drop occurrences of words whose share of the text is above this threshold; 0 drops none.",
)
@click.option(
    "-hs", "hs", default=0, show_default=True, type=click.IntRange(0, 1), help="Whether to use hierarchical softmax."
)
@click.option(
    "-negative",
    "negative",
    default=5,
    show_default=True,
    help="Number of noise words for each positive pair in negative sampling; 0 with -hs 1.",
)
@click.option("-threads", "workers", type=int, show_default="one for each available core", help="Number of threads.")
@click.option("-iter", "epochs", default=5, show_default=True, help="Number of passes over the text.")
@click.option(
    "-min-count",
    "-min_count",
    "min_count",
    default=5,
    show_default=True,
    help="Ignore words that occur fewer than this many times.",
)
@click.option(
    "-alpha",
    "learning_rate",
    type=float,
    show_default="0.025 for skip-gram, 0.05 for CBOW",
    help="Learning rate at the start of training.",
)
@click.option(
    "-classes",
    "classes",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Write a class for each word instead of a vector, out of this many classes; 0 writes vectors.",
)
@click.option(
    "-debug", "debug", default=2, show_default=True, help="Show the report and the progress bar, or with 0 neither."
)
@click.option(
    "-binary",
    "binary",
    default=0,
    show_default=True,
    type=click.IntRange(0, 1),
    help="Whether to write word2vec's binary format instead of text.",
)
@click.option(
    "-save-vocab",
    "save_vocab",
    type=_Written("a table of words"),
    metavar="FILE",
    help="Write the words and their counts to this file.",
)
@click.option(
    "-read-vocab",
    "read_vocab",
    type=Input(),
    metavar="FILE",
    help="Use the words and counts in this file, written by -save-vocab, instead of those of the text.",
)
@click.option(
    "-cbow", "cbow", default=1, show_default=True, type=click.IntRange(0, 1), help="Train CBOW (1) or skip-gram (0)."
)
@click.pass_context
def command(
    context: click.Context,
    /,
    corpus: str,
    output: str | None,
    save_vocab: str | None,
    read_vocab: str | None,
    classes: int,
    debug: int,
    binary: int,
    **typed: Any,
) -> None:
    """Learn word vectors with the options of word2vec.c.

    `firth train` has more options, better defaults and more formats.
    """
    if output is None and save_vocab is None:
        raise OptionError("neither -output nor -save-vocab, so that nothing would be kept", hint="-output vectors.txt")
    from firth.training.configuration import Configuration

    configuration = Configuration.of(**_options(context, typed))  # checked before anything is read
    vocabulary = None if read_vocab is None else _vocabulary(read_vocab, configuration.min_count)
    from firth.cli.reading import sources
    from firth.training.progress import Display

    with Display(debug > 0, lines=debug > 0) as display:
        if output is None:
            from firth.corpus import encode

            with encode(
                sources((corpus,)),
                min_count=configuration.min_count,
                workers=configuration.worker_count,
                vocabulary=vocabulary,
                progress=display.reading,
            ) as encoded:
                words = encoded.vocabulary
        else:
            from firth.word2vec import Word2Vec

            model = Word2Vec(**configuration.as_dict())
            model.fit(
                sources((corpus,)),
                vocabulary=vocabulary,
                progress=False,
                on_reading=display.reading,
                on_report=display.report,
                on_progress=display.training,
            )
            words = model.vocabulary
            _write(model.vectors, output, classes, binary)
        if save_vocab is not None:
            from firth.gensim.word2vec_files import write_counts

            write_counts(dict(zip(words.words, words.counts.tolist(), strict=True)), save_vocab)
    if debug:
        echo(f"saved {' and '.join(path for path in (output, save_vocab) if path)}", err=True)


def _options(context: click.Context, typed: dict[str, Any]) -> dict[str, Any]:
    """The options of firth that correspond to those of word2vec.c."""
    hs, cbow, negative = typed.pop("hs"), typed.pop("cbow"), typed.pop("negative")
    architecture = "cbow" if cbow else "skipgram"
    if hs and negative:
        if context.get_parameter_source("negative") is ParameterSource.COMMANDLINE:
            raise OptionError(f"-hs 1 and -negative {negative}: firth trains by one of them", hint="-negative 0")
        told = "-hs 1 leaves out negative sampling, by which word2vec.c trains as well; hint: -negative 0"
        echo(f"firth: warning: {told}", err=True)
    if not hs and not negative:
        raise OptionError("-hs 0 and -negative 0, so that there is nothing to learn by", hint="-negative 5")
    if typed["learning_rate"] is None:
        typed["learning_rate"] = _ALPHA[architecture]
    return {
        **typed,
        "architecture": architecture,
        "objective": "hierarchical" if hs else "negative",
        "cbow_gradient": "word2vec",
        **({} if hs else {"negative": negative}),
    }


def _vocabulary(path: str, min_count: int) -> Vocabulary:
    from firth.corpus import Vocabulary
    from firth.gensim.word2vec_files import read_counts

    counts = {word: count for word, count in read_counts(path).items() if word != "</s>"}  # a line end of word2vec.c
    words = sorted(counts, key=counts.__getitem__, reverse=True)
    return Vocabulary(words, [counts[word] for word in words]).prune(min_count)


def _write(vectors: WordVectors, path: str, classes: int, binary: int) -> None:
    if not classes:
        vectors.save(path, "word2vec-binary" if binary else "word2vec-text")
        return
    from firth.gensim.word2vec_files import write_counts
    from firth.vectors.transforms import word_classes

    write_counts(dict(zip(vectors.index_to_key, word_classes(vectors, classes).tolist(), strict=True)), path)
