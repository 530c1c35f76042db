"""Vectors on the Hugging Face Hub. The public functions are methods of :class:`firth.vectors.WordVectors`."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from firth.errors import FirthError, MissingExtra, OptionError, SourceError, StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firth.vectors.wordvectors import WordVectors

FILE, CARD = "vectors.safetensors", "README.md"
_MODEL2VEC = ("model.safetensors", "tokenizer.json")
_LOGIN = "log in with `hf auth login`, or give a token: token='hf_...'"


def push_to_hub(
    vectors: WordVectors,
    repo_id: str,
    *,
    private: bool | None = None,
    token: str | None = None,
    revision: str | None = None,
    message: str | None = None,
    create_pr: bool = False,
    precision: str = "float32",
    card: str | None = None,
    language: str | Sequence[str] | None = None,
    license: str | None = None,
    datasets: str | Sequence[str] | None = None,
    endpoint: str | None = None,
) -> str:
    """Upload the vectors to the Hugging Face Hub, as ``vectors.safetensors`` beside a model card, in one commit.

    The repository is created if it does not exist. The card is generated
    (:func:`firth.vectors.model_card.model_card`) if the repository has none yet; an existing card is kept.

    Args:
        repo_id: the repository, such as ``"user/name"``.
        private: whether a new repository is private; the default is that of the account.
        token: the token to write with; by default the one of ``hf auth login`` or of the variable ``HF_TOKEN``.
        revision: the branch, which is created if it does not exist; by default ``main``.
        message: message of the commit.
        create_pr: whether to open a pull request instead of writing to the branch.
        precision: precision of the numbers, as for :meth:`save`.
        card: text of the model card, which replaces an existing or generated one.
        language, license, datasets: details for a generated card.
        endpoint: the address of another Hub; by default the one of the variable ``HF_ENDPOINT``, or huggingface.co.

    Returns:
        The address of the commit, or of the pull request.

    Raises:
        MissingExtra: huggingface_hub is not installed.
        OptionError: the name of the repository is invalid, or the numbers do not fit the precision.
        StorageError: the Hub cannot be reached, or rejects the upload.
    """
    from tempfile import TemporaryDirectory

    from firth.vectors.formats import native
    from firth.vectors.model_card import model_card

    _check_name(repo_id)
    client, hub = _client(token, endpoint)
    with TemporaryDirectory(prefix="firth-") as folder, _refusals(repo_id, StorageError, "cannot be written"):
        file = Path(folder) / FILE
        native.write(vectors.embeddings, file, precision)
        client.create_repo(repo_id, private=private, exist_ok=True)
        if revision is not None and not create_pr:
            client.create_branch(repo_id, branch=revision, exist_ok=True)
        operations = [hub.CommitOperationAdd(FILE, str(file))]
        if card is None and not client.file_exists(repo_id, CARD, revision=revision):
            card = model_card(vectors, repo_id, language=language, license=license, datasets=datasets)
        if card is not None:
            operations.append(hub.CommitOperationAdd(CARD, card.encode()))
        commit = client.create_commit(
            repo_id,
            operations,
            commit_message=message or f"Word vectors: {len(vectors):,} words, {vectors.vector_size} dimensions",
            revision=revision,
            create_pr=create_pr,
        )
    return str(commit.pr_url or commit.commit_url)


def load_from_hub(
    cls: type[WordVectors],
    repo_id: str,
    filename: str | None = None,
    *,
    revision: str | None = None,
    token: str | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    endpoint: str | None = None,
    format: str | None = None,
    limit: int | None = None,
    wanted: Collection[str] | None = None,
) -> WordVectors:
    """Open vectors from the Hugging Face Hub. They are downloaded once and then taken from the cache.

    Args:
        repo_id: the repository, such as ``"user/name"``.
        filename: the file in it, in any format that :meth:`load` reads. By default ``vectors.safetensors``, or else
            the layout of model2vec, or else the only file of vectors in the repository.
        revision: a branch, a tag or a commit; by default ``main``.
        token: the token to read with, for private repositories; by default that of ``hf auth login``.
        cache_dir: the folder for downloads; by default that of huggingface_hub.
        endpoint: the address of another Hub, as for :meth:`push_to_hub`.
        format, limit, wanted: as for :meth:`load`.

    Raises:
        MissingExtra: huggingface_hub is not installed.
        OptionError: the name of the repository is invalid.
        SourceError: the Hub cannot be reached or rejects the request, or the repository or file does not exist.
        FileFormatError: the file is damaged, in another format, or from a newer version.
    """
    from firth.vectors.formats import read

    _check_name(repo_id)
    client, _ = _client(token, endpoint)

    def download(name: str) -> Path:
        return Path(client.hf_hub_download(repo_id, name, revision=revision, cache_dir=cache_dir))

    with _refusals(repo_id, SourceError, "cannot be read"):
        path = download(filename) if filename is not None else _found(client, download, repo_id, revision)
    return cls.of(read(path, format, limit=limit, wanted=wanted))


def _found(client: Any, download: Callable[[str], Path], repo_id: str, revision: str | None) -> Path:
    """The file of vectors in a repository, if no name was given."""
    from huggingface_hub.errors import EntryNotFoundError

    with contextlib.suppress(EntryNotFoundError):
        return download(FILE)  # if it is in the cache, no network is needed
    names = client.list_repo_files(repo_id, revision=revision)
    if set(_MODEL2VEC) <= set(names):
        return min(download(name) for name in _MODEL2VEC).parent
    known = [name for name in names if _has_vectors(PurePosixPath(name))]
    if len(known) == 1:
        return download(known[0])
    listed = ", ".join((known or names)[:10]) or "no files"
    problem = "several files of vectors" if known else "no file of vectors"
    raise SourceError(f"{repo_id}: {problem} ({listed})", hint=f"load_from_hub({repo_id!r}, filename='...')")


def _has_vectors(name: PurePosixPath) -> bool:
    from firth.vectors.formats import SUFFIXES
    from firth.vectors.formats.registry import COMPRESSED

    suffix = PurePosixPath(name.stem).suffix if name.suffix in COMPRESSED else name.suffix
    return suffix in SUFFIXES and suffix not in (".txt", ".tsv") and name.name != "model.safetensors"


def _client(token: str | None, endpoint: str | None) -> tuple[Any, Any]:
    """The client of the Hub, and its module."""
    try:
        import huggingface_hub
    except ImportError as error:
        raise MissingExtra("the Hugging Face Hub", "hub") from error
    return huggingface_hub.HfApi(endpoint=endpoint, token=token), huggingface_hub


def _check_name(repo_id: object) -> None:
    if not isinstance(repo_id, str) or repo_id.count("/") > 1:
        raise OptionError(f"repo_id={repo_id!r}, expected the name of a repository on the Hub", hint="'user/name'")


@contextlib.contextmanager
def _refusals(repo_id: str, kind: type[FirthError], problem: str) -> Iterator[None]:
    """Turn all exceptions of the client into one error that names the repository."""
    try:
        yield
    except (FirthError, Warning, NameError, ImportError):
        raise
    except Exception as failure:
        reason, hint = _told(failure)
        if type(failure).__name__ == "HFValidationError":
            raise OptionError(f"repo_id={repo_id!r}, {reason}", hint=hint) from failure
        raise kind(f"{repo_id}: {problem} ({reason})", hint=hint) from failure


def _told(failure: Exception) -> tuple[str, str]:
    """The reason and the hint for an exception of the client."""
    from huggingface_hub import errors

    status = getattr(getattr(failure, "response", None), "status_code", None)
    if isinstance(failure, errors.HFValidationError):
        return "expected the name of a repository on the Hub", "'user/name', of letters, digits and - _ ."
    if isinstance(failure, errors.GatedRepoError):
        return "access to it must be asked for", "ask for it on the page of the repository, then log in"
    if isinstance(failure, errors.RevisionNotFoundError):
        return "it has no such revision", "leave revision out for the newest one"
    if isinstance(failure, errors.LocalEntryNotFoundError):
        return "the Hub cannot be reached, and the file is not in the cache", "check the connection"
    if isinstance(failure, errors.EntryNotFoundError):
        return "it has no such file", "leave filename out to let firth look for it"
    if isinstance(failure, errors.RepositoryNotFoundError):
        return "there is no such repository, or it is private", f"check the name; {_LOGIN}"
    if isinstance(failure, errors.LocalTokenNotFoundError) or status in (401, 403):
        return "you are not logged in, or not allowed to", _LOGIN
    cause = failure.__cause__ if isinstance(failure, RuntimeError) and failure.__cause__ else failure
    reason = " ".join(str(cause).split())[:200] or type(cause).__name__
    return reason, "check the connection, then try again"
