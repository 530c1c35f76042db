"""Skip-gram by negative sampling with a chosen block: speed and loss.

python lab/blocks.py corpus.txt --centers 32 --shared 32 -o vectors.safetensors
"""

import time

import click

from firth import WordVectors
from firth.corpus import encode
from firth.training.configuration import Configuration
from firth.training.learners import negative_sampling_skipgram as skipgram
from firth.training.loop import TrainingLoop
from firth.training.shards import Shards
from firth.training.weights import initial_weights


@click.command
@click.argument("corpus", type=click.Path(exists=True))
@click.option("--centers", default=32, show_default=True, help="At most 32, the lanes of a block.")
@click.option("--shared", default=32, show_default=True)
@click.option("--epochs", default=5, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("-o", "--output", help="Keep the vectors, for `firth evaluate`.")
def main(corpus: str, centers: int, shared: int, epochs: int, workers: int, seed: int, output: str | None) -> None:
    """Train on CORPUS."""
    configuration = Configuration(epochs=epochs, workers=workers, seed=seed)
    with encode(corpus) as encoded:
        words = encoded.vocabulary
        weights = initial_weights(len(words), len(words), configuration.vector_size, seed)
        block_plan = skipgram.block_plan
        skipgram.block_plan = lambda *arguments: block_plan(*arguments)._replace(
            centers=centers, negatives=shared, largest_step=1e9
        )
        learner = skipgram.NegativeSamplingSkipgram(configuration, words.counts)
        loop = TrainingLoop(learner, weights, Shards(encoded), configuration)
        began = time.perf_counter()
        loop.run()
        seconds = time.perf_counter() - began
        click.echo(f"{encoded.tokens_kept * epochs / seconds / 1e6:.2f} M words/s, loss {loop.state.history}")
        if output:
            WordVectors(words.words, weights.input_vectors[:, : weights.vector_size], words.counts).save(output)


if __name__ == "__main__":
    main()
