"""``firth tree VOCAB [WORD...]``"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from firth.cli.files import Output, VectorsInput, Verb, save_text
from firth.cli.output import echo, echo_json
from firth.drawing.characters import columns, padded
from firth.errors import FileFormatError, OptionError
from firth.escapes import escaped

if TYPE_CHECKING:
    from firth.corpus import Vocabulary
    from firth.training.tree_shape import TreeShape


@click.command(cls=Verb)
@click.argument("vocabulary", metavar="FILE", type=VectorsInput())
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option(
    "-n", "--topn", default=8, show_default=True, type=click.IntRange(min=1), help="Number of branches to print."
)
@click.option(
    "-o",
    "--output",
    type=Output("a page or a picture", "text", suffixes=(".html", ".svg", ".png"), stdout=False),
    help="Draw the top of the tree, and the paths of WORD...: a page (.html) or a picture (.svg, .png).",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def command(vocabulary: str, words: tuple[str, ...], topn: int, output: str | None, as_json: bool) -> None:
    """Show the Huffman tree of a vocabulary, over which hierarchical softmax predicts words.

    FILE is vectors with word counts, or a table of words and counts, written by `firth vocab -o`. The code of each WORD
    is printed: its decisions from the root, 0 for left and 1 for right. Without WORD, the top of the tree is printed.
    """
    from firth.training.tree_shape import TreeShape

    shape = TreeShape(_read(vocabulary))
    if output is not None:
        _draw(shape, words, output)
    described = _described(shape, words)
    if as_json:
        echo_json(described)
        return
    for name in ("words", "inner_nodes", "shortest", "longest"):
        echo(f"{name.replace('_', ' '):<16}  {described[name]:>12,}")
    for name in ("expected_length", "entropy", "log2_words"):
        echo(f"{name.replace('_', ' '):<16}  {described[name]:>12.4f} bits")
    if words:
        widest = max(4, *(columns(escaped(word)) for word in words))
        echo("", f"{'word':<{widest}}  {'count':>12}  {'bits':>4}  {'ideal':>6}  code")
        for told in described["codes"]:
            word = padded(escaped(str(told["word"])), widest)
            echo(f"{word}  {told['count']:>12,}  {told['length']:>4}  {told['ideal']:>6.2f}  {told['code']}")
    else:
        echo("", f"{'code':<10}  {'share of text':>13}  words")
        for branch in shape.branches(topn):
            first = escaped(str(shape.vocabulary.words[branch.word_ids[0]]))
            more = len(branch.word_ids) - 1
            echo(f"{branch.code:<10}  {branch.share:>13.2%}  {first}{f' and {more:,} more' if more else ''}")
        echo("", f"{'bits':>4}  {'words':>12}  {'share of text':>13}")
        for depth in shape.depths():
            echo(f"{depth.depth:>4}  {depth.words:>12,}  {depth.share:>13.2%}")


def _read(path: str) -> Vocabulary:
    """The words and counts of vectors, or of a table."""
    from firth.corpus import Vocabulary

    if Path(path).is_file():
        try:
            return Vocabulary.load(path)
        except FileFormatError:  # not a table
            pass
    from firth.vectors import WordVectors

    vectors = WordVectors.load(path)
    if vectors.counts is None:
        raise OptionError(
            f"{path}: vectors without counts of words, of which a Huffman tree is made",
            hint="use firth's own format, or a table by firth vocab -o",
        )
    order = np.argsort(-vectors.counts, kind="stable")
    return Vocabulary([vectors.index_to_key[row] for row in order.tolist()], vectors.counts[order])


def _draw(shape: TreeShape, words: tuple[str, ...], output: str) -> None:
    from firth.training.tree_page import html, tree_chart

    if Path(output).suffix.lower() == ".html":
        save_text(html(shape, words), Path(output))
    else:
        from firth.drawing.picture_files import save_chart

        save_chart(tree_chart(shape, words), output)


def _described(shape: TreeShape, words: tuple[str, ...]) -> dict[str, Any]:
    codes = []
    for word in words:
        row = shape.vocabulary.word_id(word)
        codes.append(
            {
                "word": shape.vocabulary.words[row],
                "count": int(shape.vocabulary.counts[row]),
                "length": int(shape.lengths[row]),
                "ideal": -math.log2(shape.shares[row]) + 0.0,
                "code": shape.code(word),
            }
        )
    return {
        "words": len(shape.vocabulary),
        "inner_nodes": len(shape.vocabulary) - 1,
        "shortest": int(shape.lengths.min()),
        "longest": int(shape.lengths.max()),
        "expected_length": shape.expected_length,
        "entropy": shape.entropy,
        "log2_words": math.log2(len(shape.vocabulary)),
        "depths": [depth._asdict() for depth in shape.depths()],
        "codes": codes,
    }
