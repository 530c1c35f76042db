"""How fast phrases are found, beside gensim's ``Phrases``, in one run; what each found is shown too.

    python benchmarks/phrases.py corpus.txt

Seconds are wall time of one call each, after a call on a tiny text that compiles or loads the kernels. firth's time
includes reading and encoding the text, gensim's reading it; neither writes the joined text.
"""

from __future__ import annotations

import time

import click


def firth(path: str) -> set[tuple[str, str]]:
    """The phrases."""
    from firth.corpus import encode
    from firth.corpus.phrases import find_phrases

    with encode(path, min_count=1) as corpus:
        return {pair[:2] for pair in find_phrases(corpus, scoring="npmi", threshold=0.5).listed()}


def gensim(path: str) -> set[tuple[str, str]]:
    """The phrases."""
    from gensim.models.phrases import Phrases
    from gensim.models.word2vec import LineSentence

    phrases = Phrases(LineSentence(path), min_count=5, threshold=0.5, scoring="npmi", max_vocab_size=1 << 30)
    return {(phrase.partition("_")[0], phrase.partition("_")[2]) for phrase in phrases.export_phrases()}


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False))
def main(corpus: str) -> None:
    """Measure how fast the phrases of the text file CORPUS are found."""
    from firth.corpus import encode

    encode([["a"]], min_count=1).close()
    found, seconds = {}, {}
    for name, run in (("firth", firth), ("gensim", gensim)):
        begin = time.perf_counter()
        found[name] = run(corpus)
        seconds[name] = time.perf_counter() - begin
        click.echo(f"{name:8} {seconds[name]:8.2f} s  {len(found[name]):,} phrases")
    click.echo(
        f"{seconds['gensim'] / seconds['firth']:.1f} times as fast; {len(found['firth'] & found['gensim']):,} in both"
    )


if __name__ == "__main__":
    main()
