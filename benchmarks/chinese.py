"""Chinese from raw text to scores, as ``firth train --tokenizer chinese`` does it: a table, and JSON with ``--json``.

    python benchmarks/chinese.py zhwiki_paragraphs.txt.xz wordsim-240.txt --analogies ca_translated.txt

Words are cut by jieba (the extra ``chinese``). Seconds are wall time; reading includes cutting, counting and encoding.
Scores of whole sets stand with their 95 % interval. Pairs and questions with a word that the vectors do not hold are
left out and counted. The corpora of papers are hundreds of times as large as a few million words: scores tell models of
one corpus apart, no more.
"""

from __future__ import annotations

import json
import platform
import time
from pathlib import Path
from typing import Any

import click

from firth import Word2Vec, WordVectors
from firth.corpus import encode
from firth.evaluation import AnalogySet, SimilaritySet, analogy, similarity
from firth.text.preparation import Preparation


def trained(corpus: Path, script: str, options: dict[str, Any]) -> tuple[WordVectors, dict[str, Any]]:
    """The vectors of a text, and how they came to be."""
    as_written = script == "as-written"
    preparation = Preparation("chinese", normalize="NFKC", chinese=None if as_written else script, casefold=True)
    begin = time.perf_counter()
    with encode(corpus, preparation=preparation) as encoded:
        read = time.perf_counter()
        model = Word2Vec(**options).fit(encoded)
        facts = {
            "tokens": encoded.tokens_read,
            "words": len(encoded.vocabulary),
            "reading_seconds": round(read - begin, 2),
            "training_seconds": round(time.perf_counter() - read, 2),
            "loss": round(model.loss_[-1], 4),
        }
    return model.vectors, facts


def scores(vectors: WordVectors, pairs: Path, questions: Path | None) -> list[dict[str, Any]]:
    """A row for each test."""
    found = similarity(vectors, SimilaritySet.read(pairs))
    rows: list[dict[str, Any]] = [
        {
            "test": f"{pairs.stem}, Spearman",
            "score": round(100 * found.spearman, 1),
            "interval": [round(100 * bound, 1) for bound in found.interval],
            "used": found.used,
            "left_out": found.left_out,
        }
    ]
    if questions is not None:
        answered = analogy(vectors, AnalogySet.read(questions))
        for section in (*answered.sections, answered.total):
            row = {"test": f"{questions.stem}, {section.name}", "used": section.asked, "left_out": section.unknown}
            if section.asked:
                rows.append({**row, "score": round(100 * section.right / section.asked, 1)})
        rows[-1]["interval"] = [round(100 * bound, 1) for bound in answered.interval]
    return rows


@click.command
@click.argument("corpus", type=click.Path(exists=True, path_type=Path))
@click.argument("pairs", type=click.Path(exists=True, path_type=Path))
@click.option("--analogies", type=click.Path(exists=True, path_type=Path), help="Analogy questions too.")
@click.option(
    "--script", default="simplified", show_default=True, type=click.Choice(["simplified", "traditional", "as-written"])
)
@click.option("--architecture", default="skipgram", show_default=True)
@click.option("--vector-size", default=100, show_default=True)
@click.option("--epochs", default=10, show_default=True)
@click.option("--workers", type=int, help="Threads.  [default: all cores]")
@click.option("--json", "output", type=click.Path(path_type=Path), help="Write all of it to this file.")
def main(corpus: Path, pairs: Path, analogies: Path | None, script: str, output: Path | None, **options: Any) -> None:
    """Train on the Chinese text CORPUS, and score the similarity set PAIRS."""
    vectors, facts = trained(corpus, script, {**options, "seed": 1})
    rows = scores(vectors, pairs, analogies)
    click.echo("  ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in facts.items()) + "\n")
    for row in rows:
        within = "[{:.1f}, {:.1f}]".format(*row["interval"]) if "interval" in row else ""
        click.echo(
            f"{row['test']:<44} {row['score']:6.1f} {within:14} {row['used']:,} used, {row['left_out']:,} left out"
        )
    if output is not None:
        described = {"corpus": str(corpus), "machine": platform.machine(), "options": options, **facts, "scores": rows}
        output.write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
