"""``firth demo``"""

from __future__ import annotations

import time

import click

_NEIGHBORS = ("list", "thread", "read", "error", "socket", "month")
_ANALOGIES = (("read", "write", "load"), ("min", "max", "first"), ("open", "close", "start"), ("is", "are", "was"))


@click.command
@click.option("-o", "--output", type=click.Path(), help="Keep the vectors in this file.")
def command(output: str | None) -> None:
    """Train on the sources of Python's standard library, and show neighbours, analogies and times."""
    began = time.perf_counter()
    from firth.text.stdlib import paragraphs, source_files
    from firth.training.progress import Display
    from firth.word2vec import Word2Vec

    times = {"importing": time.perf_counter() - began}
    files = source_files()
    click.echo(f"Learning from the {len(files):,} source files of Python's standard library on this machine.")
    model = Word2Vec(vector_size=100, window=5, min_count=5, epochs=20)
    began, report_at = time.perf_counter(), 0.0

    def reported(report: object) -> None:
        nonlocal report_at
        report_at = time.perf_counter()
        display.report(report)  # type: ignore[arg-type]

    with Display() as display:
        model.fit(paragraphs(files), on_reading=display.reading, on_report=reported, on_progress=display.training)
    times["reading and counting"] = report_at - began
    times["training, compilation included"] = time.perf_counter() - report_at
    vectors = model.vectors

    began = time.perf_counter()
    click.echo(
        f"\n{vectors.counts.sum():,} tokens, {len(vectors):,} words, loss by epoch "
        if vectors.counts is not None
        else "",
        nl=False,
    )
    click.echo(" ".join(f"{loss:.3f}" for loss in model.loss_[:: max(1, len(model.loss_) // 4)]))
    click.echo("\nnearest words")
    for word in _NEIGHBORS:
        if word in vectors:
            nearest = ", ".join(neighbor for neighbor, _ in vectors.most_similar(word, topn=7))
            click.echo(f"  {word:<8}{nearest}")
    click.echo("\nanalogies")
    for a, b, c in _ANALOGIES:
        if all(word in vectors for word in (a, b, c)):
            answers = ", ".join(answer for answer, _ in vectors.analogy(a, b, c, topn=3))
            click.echo(f"  {a} is to {b} as {c} is to   {answers}")
    times["answering"] = time.perf_counter() - began

    click.echo("\nseconds")
    for stage, seconds in times.items():
        click.echo(f"  {stage:<32}{seconds:6.2f}")
    if output:
        vectors.save(output)
        click.echo(f"\nsaved {output}; try: firth neighbors {output} list thread read")
