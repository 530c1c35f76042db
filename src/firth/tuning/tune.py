"""The search: successive trials on one encoded corpus, with Optuna's tree-structured Parzen estimator.

Bergstra, Bardenet, Bengio and Kegl (2011), "Algorithms for Hyper-Parameter Optimization". The first ten trials are
random; after that, options are drawn from regions with many good trials and few bad ones. All trials train with the
same seed, so that they differ only in their options.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from firth.arguments import switch, whole
from firth.corpus import EncodedCorpus, encode
from firth.corpus.encoding import Source
from firth.drawing.cell import cell, table
from firth.errors import DivergenceError, VocabularyError
from firth.targets import check_apart
from firth.training.configuration import Configuration
from firth.training.loop import Callback
from firth.training.options import OptionValues
from firth.training.progress import Display
from firth.tuning.metrics import Metric, Test, metric_of, stand_in
from firth.tuning.space import Dimension, Space, chosen_space, shown, suggest
from firth.tuning.studies import adding_to, finished, library, open_study, quiet
from firth.word2vec import Word2Vec

if TYPE_CHECKING:
    import optuna

_HELD_OUT = 0.1  # share of the text, where the loss is the metric and no other share is given


@dataclass(frozen=True)
class Trial:
    """One trained model of a search.

    Attributes:
        number: number of the trial, from 1.
        options: values of the searched options, by name.
        value: value of the metric; ``None`` if training diverged.
        seconds: time for training and measuring.
        is_best: whether it is better than all earlier trials.
    """

    number: int
    options: dict[str, Any]
    value: float | None
    seconds: float
    is_best: bool


@dataclass(frozen=True)
class Tuning:
    """The result of a search.

    Attributes:
        metric: the metric.
        configuration: the common options of the trials.
        space: the search space.
        trials: the trials in order, those of earlier calls first.
        interrupted: whether it was ended by Ctrl-C.
    """

    metric: Metric
    configuration: Configuration
    space: Space
    trials: list[Trial] = field(default_factory=list)
    interrupted: bool = False

    @property
    def best(self) -> Trial | None:
        """The best trial, the first of equally good ones; ``None`` if there is none yet."""
        return next((trial for trial in reversed(self.trials) if trial.is_best), None)

    @property
    def options(self) -> dict[str, Any]:
        """Every hyper-parameter of the best trial, for :class:`firth.Word2Vec`."""
        found = self.best.options if self.best else {}
        return dataclasses.replace(self.configuration, **found).as_dict()

    def _repr_html_(self) -> str:
        rows = [
            [
                f"{trial.number}",
                "diverged" if trial.value is None else f"{trial.value:.4f}",
                *(_cell(trial.options[name]) for name in self.space),
                f"{trial.seconds:.1f}",
                "best" if trial is self.best else "",
            ]
            for trial in self.trials
        ]
        return cell(f"Tuning: {self.metric.name}", [table(rows, ["trial", "metric", *self.space, "seconds", ""])])


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else f"{value}"


def tune(
    source: Source | EncodedCorpus,
    test: Test | Metric | None = None,
    *,
    search: Mapping[str, Dimension | None] | None = None,
    trials: int = 20,
    study: str | os.PathLike[str] | None = None,
    k: int = 10,
    progress: bool = True,
    on_start: Callable[[Tuning], object] | None = None,
    on_trial: Callable[[Trial], object] | None = None,
    on_progress: Callback | None = None,
    reading: Mapping[str, Any] | None = None,
    **options: Unpack[OptionValues],
) -> Tuning:
    """Search for the hyper-parameters with which a model has the best result in a test.

    The text is read and encoded once. Ctrl-C ends the search and returns the trials so far; with ``study``, a later
    call continues the search, with the same result as an uninterrupted one.

    Args:
        source: text as for :meth:`firth.Word2Vec.fit`.
        test: a similarity, analogy or session set, or a :class:`Metric`; ``None`` is the loss on held-out text.
        search: for each searched option, a range ``(low, high)``, a list of values, or ``None`` for the usual range. By
            default, the usual ranges of all options that are not in ``options``.
        trials: total number of trials in the study, including those of earlier calls.
        study: file in which the trials are saved (Optuna's journal).
        k: for sessions, the number of best items among which the right one counts as found.
        progress: whether to show a progress bar, in a notebook or if stderr is a terminal.
        on_start: called with the empty result after the text is read.
        on_trial: called after each trial, and first with the trials of earlier calls.
        on_progress: called during training, see :meth:`firth.Word2Vec.fit`.
        reading: further options of :func:`firth.corpus.encode`, such as ``cache``.
        options: hyper-parameters that all trials have in common; with ``workers=1``, the search is reproducible.

    Raises:
        OptionError: an option or a range is invalid, or ``study`` is a search with other settings.
        VocabularyError: no item of the test is in the text.
        FileFormatError: ``study`` is not a study.
        MissingExtra: Optuna is not installed.
    """
    metric = metric_of(test, k=whole("k", k, 1))
    if test is None:
        options = {"validation": _HELD_OUT, **options}
    configuration = Configuration.of(**options)
    space = chosen_space(search, configuration, options, metric)
    trials = whole("trials", trials, 1)
    with quiet(), contextlib.ExitStack() as stack:
        display = stack.enter_context(Display(switch("progress", progress)))
        reading = {**(reading or {})}
        told = reading.get("progress")
        reading["progress"] = display.beside(display.reading, told if callable(told) else None)
        if isinstance(source, EncodedCorpus):
            corpus = source
        else:
            corpus = stack.enter_context(_encoded(source, configuration, reading))
        if study is not None:
            read = [("source", fact["path"]) for fact in corpus.sources or ()]
            check_apart([*read, ("corpus", corpus.path)], [("study", study)])
        if metric.check is not None:
            metric.check(stand_in(corpus.vocabulary.words))
        stack.enter_context(adding_to(study))
        opened = open_study(study, metric.higher_is_better, _settings(metric, configuration, space, corpus))
        found = Tuning(metric, configuration, space)
        if on_start is not None:
            on_start(found)
        try:
            shown = display.beside(lambda told: display.trial(len(found.trials) + 1, told), on_progress)
            for trial in _trials(opened, found, corpus, trials, shown):
                found.trials.append(trial)
                if on_trial is not None:
                    on_trial(trial)
        except KeyboardInterrupt:
            return dataclasses.replace(found, interrupted=True)
    return found


def _encoded(source: Source, configuration: Configuration, reading: Mapping[str, Any]) -> EncodedCorpus:
    return encode(
        source,
        min_count=configuration.min_count,
        max_words=configuration.max_words,
        workers=configuration.worker_count,
        **reading,
    )


def _settings(metric: Metric, configuration: Configuration, space: Space, corpus: EncodedCorpus) -> dict[str, Any]:
    """The settings that must be the same for all trials of a study."""
    fixed = {name: value for name, value in configuration.as_dict().items() if name not in (*space, "workers")}
    searched = {name: shown(dimension) for name, dimension in space.items()}
    text = {"tokens": corpus.tokens_kept, "words": len(corpus.vocabulary)}
    return {"metric": metric.name, "search": searched, **text, **fixed}


def _trials(
    study: optuna.Study, found: Tuning, corpus: EncodedCorpus, trials: int, on_progress: Callback | None
) -> Iterator[Trial]:
    """The trials of earlier calls, then new ones."""
    for old in finished(study):
        seconds = old.duration.total_seconds() if old.duration else 0.0
        yield _trial(found, old.params, old.value, seconds)
    while len(found.trials) < trials:
        # Each trial's sampler has its own seed, so that a search that was stopped goes on as it would have.
        state = np.random.SeedSequence([found.configuration.seed, len(found.trials)]).generate_state(1)
        study.sampler = library().samplers.TPESampler(seed=int(state[0]), constant_liar=False)
        began = time.perf_counter()
        options, value = _try(study, found, corpus, on_progress)
        yield _trial(found, options, value, time.perf_counter() - began)


def _trial(found: Tuning, options: dict[str, Any], value: float | None, seconds: float) -> Trial:
    best, sign = found.best, 1 if found.metric.higher_is_better else -1
    is_best = value is not None and (best is None or best.value is None or sign * value > sign * best.value)
    return Trial(len(found.trials) + 1, options, value, seconds, is_best)


def _try(
    study: optuna.Study, found: Tuning, corpus: EncodedCorpus, on_progress: Callback | None
) -> tuple[dict[str, Any], float | None]:
    """Train and measure once. A model that diverged is pruned, which the sampler treats as the worst result."""
    from optuna.trial import TrialState

    trial = study.ask()
    try:
        options = suggest(trial, found.space)
        model = Word2Vec(**{**found.configuration.as_dict(), **options})
        value = _measured(found.metric, model.fit(corpus, progress=False, on_progress=on_progress))
    except DivergenceError:
        value = math.nan
    except BaseException:
        study.tell(trial, state=TrialState.FAIL)  # it counts for nothing, and will be drawn again
        raise
    if math.isfinite(value):
        study.tell(trial, value)
        return options, value
    study.tell(trial, state=TrialState.PRUNED)
    return options, None


def _measured(metric: Metric, model: Word2Vec) -> float:
    """The metric, or NaN if it cannot be measured on the vectors."""
    try:
        return metric.measure(model)
    except VocabularyError:  # the words are known, so it is the vectors: they are all the same, or zero
        return math.nan
