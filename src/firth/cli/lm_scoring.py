"""``firth lm perplexity | score``"""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING, Any

import click

from firth.cli.files import Input, ModelInput, Verb
from firth.cli.lm_options import JSON, WORKERS, show_progress, show_scored
from firth.cli.output import echo, echo_json
from firth.cli.reading import reading_for_model, sources, text_options
from firth.escapes import escaped

if TYPE_CHECKING:
    from firth.corpus import EncodedCorpus
    from firth.lm import LanguageModel, Perplexity

_TOKENS = 1 << 16  # scored at a time, where each is printed


@click.command(cls=Verb, short_help="Print the perplexity of a text.")
@click.argument("model", type=ModelInput())
@click.argument("corpus", nargs=-1, required=True, type=Input())
@click.option("--no-end", is_flag=True, help="Do not predict </s> at the end of each line.")
@text_options
@WORKERS
@JSON
@click.pass_context
def perplexity(
    context: click.Context,
    /,
    model: str,
    corpus: tuple[str, ...],
    no_end: bool,
    workers: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Print the perplexity of the text files CORPUS under MODEL.

    The text is prepared as the training text of the model was, unless other options are given.
    """
    text = reading_for_model(context, options)

    from firth.lm.model_files import load_model

    loaded = load_model(model)
    progress = show_scored if sys.stderr.isatty() else None
    result = loaded.perplexity(sources(corpus), end=not no_end, workers=workers, progress=progress, **text)
    show_progress("")
    facts = {**_facts(result), "is_distribution": loaded.is_distribution}
    if as_json:
        echo_json(facts)
        return
    echo(f"perplexity           {result.perplexity:.3f}")
    echo(f"without unknown      {result.known_perplexity:.3f}")
    echo(f"tokens               {result.tokens:,}")
    echo(f"</s> among them      {f'{result.sentences:,}' if result.with_end else 'not counted'}")
    echo(f"unknown among them   {result.unknown:,}")
    if not loaded.is_distribution:
        echo("firth: note: the scores of this model do not sum to 1, so this is not a true perplexity", err=True)


def _facts(result: Perplexity) -> dict[str, Any]:
    return {
        "perplexity": result.perplexity,
        "perplexity_without_unknown": result.known_perplexity,
        "tokens": result.tokens,
        "sentences": result.sentences,
        "end_counted": result.with_end,
        "unknown": result.unknown,
        "log_probability": result.log_probability,
    }


@click.command(cls=Verb, short_help="Print the log probability of each line of a text.")
@click.argument("model", type=ModelInput())
@click.argument("corpus", nargs=-1, type=Input())
@click.option("--tokens", is_flag=True, help="Print each token with its log probability and the length of its n-gram.")
@text_options
@WORKERS
@JSON
@click.pass_context
def score(
    context: click.Context,
    /,
    model: str,
    corpus: tuple[str, ...],
    tokens: bool,
    workers: int | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Print the natural log probability of each line of CORPUS, or of stdin, including its end </s>.

    With --tokens, print each token in columns separated by tabs, or with --json an object for each line. Their log
    probabilities are to base 10, as in ARPA files and KenLM. N-gram models also give the length of the longest n-gram.

    The text is prepared as the training text of the model was, unless other options are given.
    """
    text = reading_for_model(context, options)

    from firth.lm.model_files import load_model

    loaded, files = load_model(model), sources(corpus or ("-",))
    if tokens:
        with loaded.encoder.open(files, workers=workers, **text) as read:
            _print_tokens(loaded, read, workers, as_json)
        return
    scores = loaded.score_all(files, workers=workers, progress=show_scored if sys.stderr.isatty() else None, **text)
    show_progress("")
    for value in scores.tolist():
        if as_json:
            echo_json({"log_probability": value})
        else:
            echo(f"{value:.6f}")


def _print_tokens(model: LanguageModel, corpus: EncodedCorpus, workers: int | None, as_json: bool) -> None:
    """The tokens of a text as they are spelled there, each with its scores."""
    if not as_json:
        click.echo("sentence\ttoken\tlog10_probability\tngram_length\tis_unknown")
    words, sentence = corpus.vocabulary.words, 0
    for part, _ in model.encoder.encode(corpus).parts(_TOKENS):
        ids, bounds = corpus.read(sentence, sentence + len(part))
        scores = model.full_scores_all(part, workers=workers).sentences()
        for (first, last), scored in zip(itertools.pairwise(bounds.tolist()), scores, strict=True):
            sentence += 1
            rows = zip([*(words[word] for word in ids[first:last]), "</s>"], scored, strict=True)
            if as_json:
                facts = [{"token": token, **score._asdict()} for token, score in rows]
                echo_json({"sentence": sentence, "tokens": facts})
                continue
            columns = (
                (
                    str(sentence),
                    escaped(token),
                    f"{value:.6f}",
                    "-" if length is None else str(length),
                    str(unknown).lower(),
                )
                for token, (value, length, unknown) in rows
            )
            click.echo("\n".join(map("\t".join, columns)))
