"""How fast each kernel is at several widths, and its share of the core's GEMM peak.

    OPENBLAS_NUM_THREADS=1 python benchmarks/kernels.py corpus.txt --json kernels.json

One worker and one BLAS thread. Each model is trained on the first sentences of CORPUS, ``--tokens`` or a few more,
after a sentence that compiles it; words are tokens of kept words, subsampled ones counted. Operations are useful
multiplications and additions: for D dimensions, C centers kept, P pairs of a center and a word of its window, K shared
noise words, L nodes on a center's path and V words,

    skip-gram, negative      6 D (P + K C)        CBOW, negative      6 D (1 + K) C + 4 D P
    skip-gram, hierarchical  6 D sum of L P       CBOW, hierarchical  6 D sum of L + 4 D P
    full softmax             6 D V C              (CBOW: + 4 D P)

and the peak is what NumPy's sgemm reaches on one thread, 2,048 squared.
"""

from __future__ import annotations

import itertools
import json
import math
import time
from pathlib import Path
from typing import Any

import click
import gemm
import numpy as np

from firth.corpus import EncodedCorpus, encode
from firth.kernels.cpu.sampling import Windows, sample_windows
from firth.objectives.hierarchical import huffman_tree
from firth.training.configuration import Configuration
from firth.training.learners import new_learner
from firth.training.learners.cbow_learner import cbow_plan
from firth.training.learners.learner import job_tokens
from firth.training.learners.negative_sampling_skipgram import block_plan
from firth.training.loop import TrainingLoop
from firth.training.noise import keep_thresholds
from firth.training.options import OPTIONS
from firth.training.shards import Sentences, Shards
from firth.training.weights import initial_weights


def operations(configuration: Configuration, corpus: EncodedCorpus, text: Any) -> float:
    """Useful operations of one epoch."""
    counts, dims = corpus.vocabulary.counts, configuration.vector_size
    windows = Windows(*(np.zeros(len(text.ids), np.int32) for _ in Windows._fields))
    keep = keep_thresholds(counts, configuration.sample)
    cbow = configuration.architecture == "cbow"
    draws = cbow or configuration.objective == "softmax"  # widths; the others take full windows
    kept = sample_windows(
        text.ids, text.bounds, keep, configuration.widest_window, draws, *np.zeros((2, 1), np.uint64), 0, windows
    )
    pairs = (windows.last[:kept] - windows.first[:kept]).astype(np.int64)
    spread = 4 * dims * int(pairs.sum()) if cbow else 0
    examples = (pairs > 0) if cbow else pairs
    if configuration.objective == "hierarchical":
        lengths = np.diff(huffman_tree(counts).bounds)[windows.words[:kept]]
        return 6 * dims * int((lengths * examples).sum()) + spread
    if configuration.objective == "softmax":
        return 6 * dims * len(counts) * kept + spread
    noise_words = cbow_plan(configuration, math.inf).noise if cbow else block_plan(configuration, math.inf).negatives
    return 6 * dims * (int(examples.sum()) + noise_words * kept) + spread


def seconds(configuration: Configuration, corpus: EncodedCorpus, text: Any) -> float:
    """One epoch, kernels compiled."""
    words = len(corpus.vocabulary)
    rows = words - (configuration.objective == "hierarchical")
    weights = initial_weights(words, rows, configuration.vector_size, 1)
    learner = new_learner(configuration, corpus.vocabulary.counts)
    TrainingLoop(learner, weights, Shards(Sentences(text.ids[: text.bounds[1]], text.bounds[:2])), configuration).run()
    began = time.perf_counter()
    TrainingLoop(learner, weights, Shards(text, job_tokens(learner)), configuration).run()
    return time.perf_counter() - began


@click.command
@click.argument("corpus", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tokens", default=2_000_000, show_default=True, help="About so many; full softmax takes a 100th.")
@click.option("--softmax-words", default=30_000, show_default=True, help="Vocabulary of full softmax.")
@click.option("--dims", default=[50, 100, 300, 1000], show_default=True, multiple=True)
@click.option("--json", "report_file", type=click.Path(path_type=Path), help="Write all figures to this file.")
def main(corpus: Path, tokens: int, softmax_words: int, dims: list[int], report_file: Path | None) -> None:
    """Time every kernel on the text file CORPUS."""
    peak = gemm.peak()
    click.echo(f"sgemm on one thread: {peak / 1e9:.0f} GFLOP/s\n")
    click.echo(f"{'model':26}{'dims':>6}{'words/s':>12}{'GFLOP/s':>9}{'of peak':>9}")
    rows = []
    models = list(itertools.product(OPTIONS["architecture"].choices, OPTIONS["objective"].choices))
    with encode(corpus) as whole, encode(corpus, max_words=softmax_words) as small:
        for (architecture, objective), size in itertools.product(models, dims):
            configuration = Configuration(
                architecture=architecture, objective=objective, vector_size=size, epochs=1, workers=1
            )
            encoded = small if objective == "softmax" else whole
            wanted = tokens // 100 if objective == "softmax" else tokens
            sentences = min(encoded.sentences, int(np.searchsorted(encoded.bounds, wanted)) + 1)
            bounds = encoded.bounds[: sentences + 1]
            text = Sentences(encoded.ids[: bounds[-1]], bounds)
            took = seconds(configuration, encoded, text)
            rate = operations(configuration, encoded, text) / took
            rows.append(
                {"architecture": architecture, "objective": objective, "dims": size, "of_peak": rate / peak,
                 "words_per_second": len(text.ids) / took, "operations_per_second": rate}
            )  # fmt: skip
            click.echo(
                f"{architecture + ', ' + objective:26}{size:6}{len(text.ids) / took:12,.0f}{rate / 1e9:9.1f}"
                f"{rate / peak:9.0%}"
            )
    if report_file:
        report_file.write_text(json.dumps({"gemm": peak, "kernels": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
