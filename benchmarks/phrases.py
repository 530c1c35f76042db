"""How fast phrases are found, beside gensim's ``Phrases``, in one run; what each found is compared too.

    python benchmarks/phrases.py corpus.txt
    python benchmarks/phrases.py corpus.txt --connectors

Seconds are wall time of one call each, after a call on a tiny text that compiles or loads the kernels. CPU seconds are
those of all threads together: where others compute on the machine, they say more than wall time. Both read the text
from the disk and count its words and pairs; neither writes the joined text. gensim's table of pairs is given room for
all of them, so that both counts are exact.
"""

from __future__ import annotations

import json
import platform
import time
from pathlib import Path

import click

WORDS = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "without"])
THRESHOLD = 0.5  # of npmi, which both define alike


def firth(path: str, connectors: frozenset[str]) -> dict[str, float]:
    """The phrases, with their scores."""
    from firth.corpus.phrases_found import find_phrases

    found = find_phrases(Path(path), scoring="npmi", threshold=THRESHOLD, connectors=connectors)
    return {phrase.joined: phrase.score for phrase in found}


def gensim(path: str, connectors: frozenset[str]) -> dict[str, float]:
    """The phrases, with their scores."""
    from gensim.models.phrases import Phrases
    from gensim.models.word2vec import LineSentence

    sentences = LineSentence(path, max_sentence_length=1 << 30)
    phrases = Phrases(
        sentences, scoring="npmi", threshold=THRESHOLD, max_vocab_size=1 << 30, connector_words=connectors
    )
    return phrases.export_phrases()


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False))
@click.option("--connectors", is_flag=True, help="With connector words inside of phrases.")
@click.option("--json", "output", type=click.Path(path_type=Path), help="Write the figures to this file.")
def main(corpus: str, connectors: bool, output: Path | None) -> None:
    """Measure how fast the phrases of the text file CORPUS are found."""
    from firth.corpus.phrases_found import find_phrases

    between = WORDS if connectors else frozenset()
    find_phrases([["new", "york"]], min_count=1)
    found, seconds, cpu_seconds = {}, {}, {}
    for name, run in (("firth", firth), ("gensim", gensim)):
        begin, cpu_begin = time.perf_counter(), time.process_time()
        found[name] = run(corpus, between)
        seconds[name], cpu_seconds[name] = time.perf_counter() - begin, time.process_time() - cpu_begin
        click.echo(f"{name:8} {seconds[name]:8.2f} s {cpu_seconds[name]:8.2f} CPU s  {len(found[name]):,} phrases")
    ours, theirs = found["firth"], found["gensim"]
    both = ours.keys() & theirs.keys()
    apart = max((abs(ours[phrase] - theirs[phrase]) for phrase in both), default=0.0)
    times, cpu_times = (spent["gensim"] / spent["firth"] for spent in (seconds, cpu_seconds))
    click.echo(f"{times:.1f} times as fast, {cpu_times:.1f} times by CPU seconds")
    click.echo(f"{len(both):,} phrases in both, their scores at most {apart:.1g} apart")
    if output is not None:
        facts = {"corpus": corpus, "machine": platform.machine(), "seconds": seconds, "times": times}
        facts |= {"cpu_seconds": cpu_seconds, "cpu_times": cpu_times}
        counts = {"firth": len(ours), "gensim": len(theirs), "both": len(both)}
        output.write_text(json.dumps({**facts, "phrases": counts}, indent=2) + "\n")


if __name__ == "__main__":
    main()
