"""``firth convert A B``"""

from __future__ import annotations

from pathlib import Path

import click

from firth.cli.files import Input, VectorsInput, VectorsOutput, Verb
from firth.cli.output import echo
from firth.errors import OptionError
from firth.text.preparation import words_of_file
from firth.vectors import WordVectors
from firth.vectors.formats import FORMATS, format_for, left_behind, written_format
from firth.vectors.formats.native import PRECISIONS, shrinking_error

READABLE = [name for name, format in FORMATS.items() if format.read]
TRANSFORMS = {  # the functions of firth.vectors.transforms, and a method
    "add-output": "add_output",
    "center": "center",
    "normalize": "normalize",
    "all-but-the-top": "remove_top_components",
    "conceptor-negation": "conceptor_negation",
    "whiten": "whiten",
    "frequency-weights": "weigh_by_frequency",
}
WRITABLE = [name for name, format in FORMATS.items() if format.write]


@click.command(cls=Verb)
@click.argument("source", type=VectorsInput())
@click.argument("target", type=VectorsOutput("model2vec"))
@click.option("--from", "source_format", type=click.Choice(READABLE), show_default="detected", help="Format of SOURCE.")
@click.option(
    "--to", "target_format", type=click.Choice(WRITABLE), show_default="from its suffix", help="Format of TARGET."
)
@click.option("--limit", type=click.IntRange(min=0), help="Keep only this many words, the first ones in the file.")
@click.option("--words", "words_file", type=Input(), help="Keep only the words listed in this file, one per line.")
@click.option(
    "--precision",
    type=click.Choice(PRECISIONS),
    help="Number format of a native TARGET: float16 halves its size, int8 quarters it.",
)
@click.option(
    "--prune-ngrams",
    "ngrams",
    type=click.IntRange(min=1),
    help="Keep at most this many n-grams of subword vectors, the most important ones of its words.",
)
@click.option(
    "--transform",
    "transforms",
    multiple=True,
    type=click.Choice(TRANSFORMS),
    help="Change the vectors first; may be given several times, and is done in this order.",
)
@click.option(
    "--dimensions",
    type=click.IntRange(min=1),
    help="Keep only this many dimensions, the first principal components.",
)
def command(
    source: str,
    target: str,
    source_format: str | None,
    target_format: str | None,
    limit: int | None,
    words_file: str | None,
    precision: str | None,
    ngrams: int | None,
    transforms: tuple[str, ...],
    dimensions: int | None,
) -> None:
    """Convert the vectors in SOURCE to the format of TARGET.

    A folder, or a TARGET without a suffix, has the layout of model2vec and sentence-transformers. A note says what the
    format of TARGET cannot hold: word counts or metadata.
    """
    written = written_format(Path(target), target_format)
    if precision is not None and written != "native":
        raise OptionError(f"--precision for {target}, expected a .safetensors file", hint="leave --precision out")
    wanted = None if words_file is None else set(words_of_file(words_file))
    vectors = WordVectors.load(source, source_format, limit=limit, wanted=wanted)
    written = format_for(vectors.embeddings, written, target_format)
    if transforms or dimensions is not None:
        from firth.vectors import transforms as changes  # not needed for merely converting

        for name in transforms:
            vectors = vectors.add_output() if name == "add-output" else getattr(changes, TRANSFORMS[name])(vectors)
        vectors = vectors if dimensions is None else changes.pca(vectors, dimensions)
    if ngrams is not None:
        from firth.vectors.pruned_subwords import pruning_error  # as rare

        pruned = vectors.prune_ngrams(ngrams)
        mean, lowest = pruning_error(vectors.embeddings, pruned.embeddings)
        kept = 0 if pruned.subwords is None else len(pruned.subwords.ngrams)
        echo(
            f"{kept:,} n-grams kept: unknown words have a mean cosine of {mean:.4f} with the original, the lowest is "
            f"{lowest:.4f}",
            err=True,
        )
        vectors = pruned
    vectors.save(target, written, precision=precision)
    if precision is not None:
        largest, cosine = shrinking_error(vectors.vectors, precision)
        echo(f"{precision}: largest error {largest:.3g}, lowest cosine with the original {cosine:.6f}", err=True)
    lost = left_behind(vectors.embeddings, written)
    without = f", without {' and '.join(lost)}" if lost else ""
    echo(f"{target}: {len(vectors):,} words, {vectors.vector_size} dimensions{without}", err=True)
