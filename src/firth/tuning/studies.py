"""Storage of trials: in Optuna's journal, a file to which each step is appended, or in memory."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from firth.errors import MissingExtra, OptionError, StorageError
from firth.guard import guard
from firth.targets import check_writable

if TYPE_CHECKING:
    import optuna

_NAME = "firth"
_STEP = b'{"op_code":'


def open_study(path: str | os.PathLike[str] | None, higher_is_better: bool, settings: dict[str, Any]) -> optuna.Study:
    """The study in a file, or a new one; it is kept in memory if there is no file.

    Args:
        path: path of the journal.
        higher_is_better: whether the metric is maximized.
        settings: settings that must be the same for all trials of a study, as plain data.

    Raises:
        OptionError: the study was begun with other settings.
        FileFormatError: the file is not a study.
        StorageError: the file cannot be written.
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
    with guard(path, "a study"):
        _cut_unfinished(Path(path))
        storage = JournalStorage(JournalFileBackend(os.fspath(path)))
        study = create_study(storage=storage, study_name=_NAME, direction=direction, load_if_exists=True)
    before = study.user_attrs.get(_NAME)
    if before is None:
        study.set_user_attr(_NAME, settings)
    elif before != settings:
        name = next(name for name in {**before, **settings} if before.get(name) != settings.get(name))
        raise OptionError(
            f"{path}: a study with {name}={before.get(name)!r}, expected {settings.get(name)!r}",
            hint="name another file, or use the same options as before",
        )
    return study


def _cut_unfinished(path: Path) -> None:
    """Remove the last step of a study if it is incomplete, after a killed run or on a full disk.

    The next step would be appended to the same line, and neither could be read.
    """
    from optuna.storages.journal import JournalFileSymlinkLock

    if not path.is_file():
        return
    with path.open("rb") as file:
        is_study = file.read(len(_STEP)) == _STEP
    if not is_study or path.read_bytes().endswith(b"\n"):
        return
    lock = JournalFileSymlinkLock(os.fspath(path))  # as whoever adds a step does
    lock.acquire()
    try:
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1)
    finally:
        lock.release()


@contextlib.contextmanager
def adding_to(path: str | os.PathLike[str] | None) -> Iterator[None]:
    """Turn errors of the disk into a :class:`StorageError` that names the study."""
    try:
        yield
    except OSError as error:
        if path is None or isinstance(error, StorageError):
            raise
        raise StorageError(
            f"cannot write {path}: {error.strerror or error}",
            hint="the earlier trials are saved: free some disk space, and repeat the command",
        ) from error


def finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """The trials of a study in order, without those that were interrupted."""
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Turn off Optuna's log on stderr, which the table of trials replaces."""
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
