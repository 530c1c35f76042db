"""``firth align A B [C ...]``"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from firth.cli.drift_lines import change_as_dict, echo_changes, echo_path, stop_as_dict
from firth.cli.files import Input, Output, VectorsInput, VectorsOutput, Verb, save_vectors
from firth.cli.output import echo, echo_json
from firth.drift.changes import WordChanges, word_changes
from firth.drift.distances import MEASURES
from firth.errors import OptionError
from firth.text.queries import word_of_query
from firth.vectors import WordVectors


@click.command(cls=Verb)
@click.argument("spaces", nargs=-1, required=True, type=VectorsInput(), metavar="A B...")
@click.option(
    "-n", "--topn", default=20, show_default=True, type=click.IntRange(min=0), help="Number of words to print."
)
@click.option("--word", "words", multiple=True, help="Print the path of this word instead; may be given several times.")
@click.option(
    "--null",
    "null_folders",
    multiple=True,
    type=Input(),
    help="Folder with spaces of shuffled texts, in files of the same names as A, B, ...; or with such folders.",
)
@click.option(
    "--text",
    "texts",
    multiple=True,
    type=Input(),
    help="Text of A, then that of B, and so on: shuffle them, and train the spaces of the null on them.",
)
@click.option(
    "--shuffles", default=3, show_default=True, type=click.IntRange(min=1), help="How often --text shuffles the texts."
)
@click.option(
    "--save-null",
    type=Output("spaces of shuffled texts", "native", stdout=False),
    help="Keep the spaces that --text trains in this new folder, for --null.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Seed of --text, for shuffling.")
@click.option(
    "--measure",
    default="cosine",
    show_default=True,
    type=click.Choice(tuple(MEASURES)),
    help="Compare the vectors of a word (cosine), or its nearest words in each space (neighbors).",
)
@click.option(
    "--anchors",
    type=click.IntRange(min=1),
    show_default="all",
    help="Number of shared words to fit the rotation to, the first ones in A.",
)
@click.option(
    "-o",
    "--output",
    type=VectorsOutput(stdout=False),
    help="Write the rotated vectors of A to this file; its suffix determines the format.",
)
@click.option(
    "--plot",
    type=Output("a page or a picture", "text", suffixes=(".html", ".svg", ".png"), stdout=False),
    help="Draw the words, or those of --word, with arrows: a page (.html) or a map (.svg, .png).",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each word.")
def command(
    spaces: tuple[str, ...],
    topn: int,
    words: tuple[str, ...],
    null_folders: tuple[str, ...],
    texts: tuple[str, ...],
    shuffles: int,
    save_null: str | None,
    seed: int,
    measure: str,
    anchors: int | None,
    output: str | None,
    plot: str | None,
    as_json: bool,
) -> None:
    """Rotate the vectors A onto B, B onto C and so on, and print the words that moved most from the first to the last.

    If the vectors come from texts of several periods or groups, given in this order, these are the words whose use
    differs most. Rare words move even if nothing changes. With --text or --null, each word is therefore compared with
    its movement between shuffled texts.
    """
    if len(spaces) < 2:
        raise OptionError("one set of vectors, expected two or more", hint="firth align A B")
    opened = [WordVectors.load(path) for path in spaces]
    nulls = [[WordVectors.load(path) for path in paths] for paths in _null_files(spaces, null_folders)]
    if texts:
        nulls += _trained(opened, spaces, texts, shuffles, seed, save_null)
    elif save_null is not None:
        raise OptionError("--save-null without --text, which trains the spaces", hint="--text A.txt --text B.txt")
    changes = word_changes(opened, nulls, names=_names(spaces), measure=measure, anchors=anchors)
    if output is not None:
        save_vectors(changes.spaces[0], output)
    asked = [_meant(word, opened) for word in words]
    if plot is not None:
        changes.save_page(plot, asked, topn)
    if asked:
        for word in asked:
            _tell_path(changes, word, topn, as_json)
        return
    found = changes.most_changed(topn)
    if as_json:
        for change in found:
            echo_json(change_as_dict(change))
    else:
        echo_changes(found)
        if changes.left_out:
            echo(f"firth: note: {changes.left_out:,} words that the null does not hold are left out", err=True)


def _tell_path(changes: WordChanges, word: Any, topn: int, as_json: bool) -> None:
    stops = changes.path(word, topn)
    if as_json:
        echo_json({"word": word, "path": [stop_as_dict(stop) for stop in stops]})
    else:
        echo_path(word, stops)


def _meant(word: str, spaces: Sequence[WordVectors]) -> Any:
    """A word as the texts spell it."""
    for space in spaces:
        meant = word_of_query(word, space.metadata.get("preparation"), space)
        if meant in space:
            return space.index_to_key[space.get_index(meant)]
    return word


def _names(spaces: Sequence[str]) -> list[str]:
    """The names of files without suffixes, or as given if these are not all different."""
    stems = [Path(path).stem for path in spaces]
    return stems if len(set(stems)) == len(stems) else list(spaces)


def _null_files(spaces: Sequence[str], folders: Sequence[str]) -> list[list[Path]]:
    """The files of each null, in the order of the spaces."""
    names = [Path(path).name for path in spaces]
    if folders and len(set(names)) < len(names):
        raise OptionError("spaces in files of equal names, which --null cannot tell apart", hint="rename them")
    found = []
    for folder in map(Path, folders):
        several = sorted(folder.glob(f"*/{names[0]}"), key=lambda path: (len(path.parent.name), path))
        within = [folder] if (folder / names[0]).exists() or not several else [path.parent for path in several]
        found += [[place / name for name in names] for place in within]
    return found


def _trained(
    opened: Sequence[WordVectors],
    spaces: Sequence[str],
    texts: Sequence[str],
    shuffles: int,
    seed: int,
    folder: str | None,
) -> list[list[WordVectors]]:
    from firth.drift.shuffled_spaces import train_shuffled

    if len(texts) != len(spaces):
        raise OptionError(f"{len(texts)} times --text for {len(spaces)} sets of vectors, expected one for each")
    nulls = train_shuffled(texts, opened, shuffles, seed=seed)
    if folder is not None:
        for number, null in enumerate(nulls, 1):
            place = Path(folder) / str(number)
            place.mkdir(parents=True, exist_ok=True)
            for path, space in zip(spaces, null, strict=True):
                space.save(place / Path(path).name)
    return nulls
