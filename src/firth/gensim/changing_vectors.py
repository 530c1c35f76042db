"""Word vectors whose keys, rows and attributes can be changed, as gensim's can."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from firth.arguments import plain, whole
from firth.errors import OptionError, WrongType
from firth.gensim.keyed_embeddings import KeyedEmbeddings, Keys
from firth.gensim.refusals import UnknownAttribute
from firth.vectors import WordVectors
from firth.vectors.embeddings import Embeddings
from firth.vectors.search import Matrix, unit_rows
from firth.vectors.searcher import ExactSearcher, Searcher
from firth.vectors.subwords import Subwords

Array = npt.NDArray[Any]

ATTRIBUTES = "vecattrs"  # where the metadata of a file holds them
_TREE = ("code", "point")  # of a word in the Huffman tree over the counts


class ChangingVectors(WordVectors):
    """Keys with their vectors and attributes, which can be changed and extended.

    The data that queries use is built again at the first query after a change. After writing to the matrix itself, call
    ``fill_norms(force=True)``.

    Args:
        vector_size: number of dimensions.
        count: number of empty rows at the start, which :meth:`add_vector` fills.
        dtype: type of the numbers; searches compute in float32.
        mapfile_path: has no effect, as in gensim.

    Attributes:
        expandos: the values (keys,) of each attribute; ``count`` is how often each word occurred.
        vectors_lockf: 1 if vectors are trained, 0 if not: (1,) for all, or (keys,).
    """

    _kind = KeyedEmbeddings

    def __init__(
        self,
        vector_size: int,
        count: int = 0,
        dtype: npt.DTypeLike = np.float32,
        mapfile_path: object = None,  # noqa: ARG002
    ) -> None:
        count = whole("count", count, 0)
        self._fill([None] * count, np.zeros((count, whole("vector_size", vector_size, 1)), dtype))

    def _fill(
        self,
        keys: list[Any],
        matrix: Array,
        expandos: Mapping[str, Array] | None = None,
        *,
        counted: bool = True,
        metadata: dict[str, Any] | None = None,
        subwords: Subwords | None = None,
    ) -> None:
        """Hold these keys and this matrix, without a copy. ``counted``: whether the counts are those of a text."""
        self._keys, self._matrix = keys, matrix
        self._rows: dict[Any, int] = {key: row for row, key in enumerate(keys) if key is not None}
        self.next_index = len(self._rows)
        self.expandos: dict[str, Array] = dict(expandos or {})
        self.vectors_lockf: npt.NDArray[np.float32] = np.ones(1, np.float32)
        self._counted, self._metadata, self._subwords = counted, metadata or {}, subwords
        self._forget()

    def _forget(self) -> None:
        """Build the data that queries use, including norms, again at the next query."""
        self._built: Embeddings | None = None
        self._over: Searcher | None = None

    @classmethod
    def of(cls, embeddings: Embeddings, searcher: Searcher | None = None) -> Self:
        """Vectors from a file or from other vectors, whose matrix they share."""
        self = cls.__new__(cls)
        matrix: Array = np.asarray(embeddings.vectors)
        attributes = {} if embeddings.counts is None else {"count": embeddings.counts}
        kept = dict(embeddings.metadata)
        for name, values in kept.pop(ATTRIBUTES, {}).items():
            attributes[name] = np.array(values)
        self._fill(list(embeddings.words), matrix, attributes, metadata=kept, subwords=embeddings.subwords)
        self._over = searcher
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_built": None, "_over": None}

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        other = type(self).__new__(type(self))
        other.__dict__.update(copy.deepcopy(self.__getstate__(), memo))
        return other

    @property
    def embeddings(self) -> Embeddings:
        """Keys and vectors as firth's functions take them."""
        if self._built is None:
            counts = self.expandos.get("count") if self._counted else None
            keys = Keys(self._keys, self._rows)
            self._built = self._kind(keys, self._matrix, counts, self._metadata, self._subwords)
        return self._built

    @embeddings.setter
    def embeddings(self, embeddings: Embeddings) -> None:
        self._fill(list(embeddings.words), np.asarray(embeddings.vectors), metadata=dict(embeddings.metadata))

    @property
    def searcher(self) -> Searcher:
        if self._over is None:
            self._over = ExactSearcher(self.embeddings)
        return self._over

    @searcher.setter
    def searcher(self, searcher: Searcher) -> None:
        self._over = searcher

    @property
    def vectors(self) -> Matrix:
        """The matrix (keys, dims), which may be written to; call ``fill_norms(force=True)`` afterwards."""
        return self._matrix

    @vectors.setter
    def vectors(self, matrix: npt.ArrayLike) -> None:
        self._matrix = np.asarray(matrix)
        self._forget()

    @property
    def norms(self) -> Matrix:
        """Euclidean lengths of the vectors, (keys,); computed once, and again after ``None`` is assigned."""
        return self.embeddings.norms

    @norms.setter
    def norms(self, norms: None) -> None:
        if norms is not None:
            raise OptionError("norms that are given, expected None, which measures them again", hint="norms = None")
        self._forget()

    @property
    def index_to_key(self) -> list[Any]:
        """The keys by row."""
        return self._keys

    @index_to_key.setter
    def index_to_key(self, keys: list[Any]) -> None:
        self._keys = keys
        self._forget()

    @property
    def key_to_index(self) -> dict[Any, int]:
        """The row of each key."""
        return self._rows

    @key_to_index.setter
    def key_to_index(self, rows: dict[Any, int]) -> None:
        self._rows = rows
        self._forget()

    @property
    def vector_size(self) -> int:
        """Dimensions of a vector."""
        return int(self._matrix.shape[1])

    def __len__(self) -> int:
        return len(self._keys)

    def has_index_for(self, key: Any) -> bool:
        """Whether a key has a row; n-grams do not count."""
        return self.embeddings.row(key) is not None

    # Changes

    def __setitem__(self, keys: Any, weights: npt.ArrayLike) -> None:
        """Set the vectors of known and new keys."""
        self.add_vectors(keys, weights, replace=True)

    def add_vector(self, key: Any, vector: npt.ArrayLike) -> int:
        """Set the vector of a new key, in the first empty row or behind the last, and return its row."""
        row = self.next_index
        if row < len(self._keys) and self._keys[row] is None:
            self._writable()[row] = vector
            self._keys[row], self._rows[key] = key, row
            self._forget()
        else:
            row = len(self._keys)
            self.add_vectors([key], np.asarray(vector)[None])
        self.next_index = row + 1
        return row

    def add_vectors(
        self,
        keys: Any,
        weights: npt.ArrayLike,
        extras: Mapping[str, npt.ArrayLike] | None = None,
        replace: bool = False,
    ) -> None:
        """Append keys and their vectors; existing keys keep theirs, unless ``replace``.

        Args:
            keys: one key, or several.
            weights: the vector (dims,) of one key, or the vectors (keys, dims) of several.
            extras: further attributes, the values (keys,) of each.
            replace: whether known keys get new vectors.

        Raises:
            OptionError: the number of vectors or their size does not fit.
        """
        if isinstance(plain(keys), str | int):
            keys, weights = [keys], np.asarray(weights)[None]
        keys, rows = list(keys), np.asarray(weights, self._matrix.dtype)
        if rows.shape != (len(keys), self.vector_size):
            raise OptionError(f"vectors of shape {rows.shape} for {len(keys)} keys of {self.vector_size} dimensions")
        new = {key: place for place, key in reversed(list(enumerate(keys))) if key not in self._rows}
        added = sorted(new.values())
        old = [place for place, key in enumerate(keys) if key in self._rows]
        for place in added:
            self._rows[keys[place]] = len(self._keys)
            self._keys.append(keys[place])
        if added:
            self._matrix = np.concatenate([self._matrix, rows[added]])
            self.allocate_vecattrs()
        changed = [*added, *(old if replace else [])]
        if replace and old:
            self._writable()[[self._rows[keys[place]] for place in old]] = rows[old]
        for name, given in (extras or {}).items():
            values = np.asarray(given)
            self.allocate_vecattrs([name], [values.dtype])
            self.expandos[name][[self._rows[keys[place]] for place in changed]] = values[changed]
        self._forget()

    def _writable(self) -> Array:
        if not self._matrix.flags.writeable:
            self._matrix = self._matrix.copy()
        return self._matrix

    def allocate_vecattrs(self, attrs: Iterable[str] | None = None, types: Iterable[Any] | None = None) -> None:
        """Allocate attributes for all keys; by default, the existing attributes.

        Raises:
            WrongType: an attribute holds values of another type.
        """
        kinds = dict(zip(attrs or (), types or (), strict=True))
        if attrs is None:
            kinds = {name: values.dtype for name, values in self.expandos.items()}
        for name, kind in kinds.items():
            wanted = np.dtype(object if kind in (str, list, tuple, np.ndarray) else kind)
            before = self.expandos.get(name, np.empty(0, wanted))
            if not np.can_cast(wanted, before.dtype, "same_kind"):
                raise WrongType(f"a value of {wanted} for the attribute {name!r}, which holds {before.dtype}")
            if name not in self.expandos or len(before) != len(self._keys):
                self.expandos[name] = np.zeros(len(self._keys), before.dtype)
                self.expandos[name][: len(before)] = before[: len(self._keys)]

    def set_vecattr(self, key: Any, attr: str, val: Any) -> None:
        """Set an attribute of a key; its first value decides the type."""
        self.allocate_vecattrs([attr], [type(val)])
        values = self.expandos[attr]
        if not values.flags.writeable:
            values = self.expandos[attr] = values.copy()
        values[self.get_index(key)] = val
        if attr == "count":
            self._counted = True
            self._forget()

    def get_vecattr(self, key: Any, attr: str) -> Any:
        """An attribute of a key. ``code`` and ``point`` are its path in the Huffman tree over the counts.

        If a file had no counts, ``count`` falls from the number of keys to 1, as in gensim.

        Raises:
            UnknownAttribute: no key has it.
        """
        row = self.get_index(key)
        if attr in _TREE and attr not in self.expandos and self.embeddings.counts is not None:
            from firth.objectives.hierarchical import huffman_tree

            nodes, codes = huffman_tree(self.embeddings.counts).path(row)
            return codes if attr == "code" else nodes
        if attr not in self.expandos:
            raise UnknownAttribute(f"no attribute {attr!r}", hint="set_vecattr(key, attr, value)")
        return self.expandos[attr][row]

    def sort_by_descending_frequency(self) -> None:
        """Put the most frequent words first."""
        if not len(self):
            return
        order = np.argsort(-self.expandos["count"].astype(np.int64), kind="stable")
        self._keys[:] = [self._keys[row] for row in order]
        self._rows.update({key: row for row, key in enumerate(self._keys)})
        self.expandos = {name: values[order] for name, values in self.expandos.items()}
        self.vectors = self._matrix[order]

    def unit_normalize_all(self) -> None:
        """Scale all vectors to unit length."""
        self.vectors = unit_rows(self.embeddings.vectors).astype(self._matrix.dtype)

    def init_sims(self, replace: bool = False) -> None:
        """Compute the lengths of the vectors; with ``replace``, call :meth:`unit_normalize_all`."""
        if replace:
            self.unit_normalize_all()
        self.fill_norms()

    def fill_norms(self, force: bool = False) -> None:
        """Compute the lengths of the vectors if they are not known, or with ``force`` in any case."""
        if force:
            self._forget()
        _ = self.embeddings.norms

    def get_normed_vectors(self) -> Matrix:
        """The matrix (keys, dims) with rows of unit length."""
        return unit_rows(self.embeddings.vectors)
