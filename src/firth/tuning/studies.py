"""Where trials are kept: in Optuna's journal, a file to which each step is added, or in memory."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firth.errors import FileFormatError, MissingExtra, OptionError
from firth.targets import check_writable

if TYPE_CHECKING:
    import optuna

_NAME = "firth"


def open_study(path: str | os.PathLike[str] | None, higher_is_better: bool, settings: dict[str, Any]) -> optuna.Study:
    """The study in a file, or a new one; in memory where there is no file.

    Args:
        path: of the journal.
        higher_is_better: whether the metric is to be high.
        settings: what must be the same for trials to belong together, as JSON has it.

    Raises:
        OptionError: the study was begun with other settings.
        FileFormatError: the file is no study.
        StorageError: there can be no such file.
        MissingExtra: Optuna is not installed.
    """
    create_study: Callable[..., optuna.Study] = library().create_study
    direction = "maximize" if higher_is_better else "minimize"
    if path is None:
        return create_study(direction=direction)
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    if not Path(path).is_file():
        check_writable(path)
    try:
        storage = JournalStorage(JournalFileBackend(os.fspath(path)))
        study = create_study(storage=storage, study_name=_NAME, direction=direction, load_if_exists=True)
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # whatever a foreign line lacks
        raise FileFormatError(f"{path}: not a study, or damaged", hint="name another file") from error
    before = study.user_attrs.get(_NAME)
    if before is None:
        study.set_user_attr(_NAME, settings)
    elif before != settings:
        name = next(name for name in {**before, **settings} if before.get(name) != settings.get(name))
        raise OptionError(
            f"{path}: a study with {name}={before.get(name)!r}, expected {settings.get(name)!r}",
            hint="name another file, or repeat the options of before",
        )
    return study


def finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """The trials of a study in order, without those that were interrupted."""
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Optuna logs each study to stderr; here the table tells."""
    logging = library().logging
    before = logging.get_verbosity()
    logging.set_verbosity(logging.WARNING)
    try:
        yield
    finally:
        logging.set_verbosity(before)


def library() -> Any:
    """Optuna.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        import optuna
    except ImportError as error:
        raise MissingExtra("the search for hyper-parameters", "tune") from error
    return optuna
