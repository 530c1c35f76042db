"""An embedding row as a SIMD value inside Numba kernels.

LLVM's auto-vectoriser gives anything between very good and very bad code for ``for d in range(D)``, depending on D.
So a row is a *value* here, with a Numba type of its own: ``Row(chunks)`` is an LLVM array of ``<16 x float>`` vectors,
kept in registers. Kernels then read like the mathematics::

    x = load(input_vectors, word, 0, lanes)
    y = load(output_vectors, other, 0, lanes)
    score = total(x * y)
    dx = fma(g, y, dx)

How many chunks a row has is a compile-time constant, and comes from the *type* of a :class:`Lanes` argument.

Matrices are C-contiguous float32 with a multiple of 16 columns, and begin at a cache line. Nothing here checks bounds.

What is done with rows lies in ``arithmetic.py``, ``elementary.py`` and ``shuffles.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.extending import NativeValue, intrinsic, models, register_model, typeof_impl, unbox
from numba.core.imputils import lower_constant

from firth.kernels.compiled import njit

CHUNK = 16
"""Columns of one chunk: the 16 float32 of a 512-bit register; LLVM splits it where registers are narrower."""

_F32, _I32, _I64 = ir.FloatType(), ir.IntType(32), ir.IntType(64)
VECTOR = ir.VectorType(_F32, CHUNK)
_HALF_VECTOR = ir.VectorType(_F32, CHUNK // 2)
MASKS = ir.VectorType(_I32, CHUNK)
# Products may be fused and sums reordered; infinities and NaN keep their meaning.
FLAGS = ("contract", "reassoc", "nsz")


def aligned_zeros(rows: int, columns: int) -> npt.NDArray[np.float32]:
    """A matrix of zeros that begins at a cache line, so that no chunk of it lies across two."""
    floats = np.zeros(rows * columns + CHUNK, np.float32)
    start = -floats.ctypes.data % (4 * CHUNK) // 4
    return floats[start : start + rows * columns].reshape(rows, columns)


class Lanes:
    """The width of a row, as an argument that is known when a kernel is compiled.

    Args:
        chunks: how many.
        half: whether the last one has 8 columns only, which where 512 bits take two steps costs half as much.
    """

    __slots__ = ("chunks", "half")

    def __init__(self, chunks: int, half: bool = False) -> None:
        self.chunks, self.half = chunks, half

    def __len__(self) -> int:
        return self.chunks * CHUNK - self.half * CHUNK // 2


class LanesType(types.Type):
    def __init__(self, chunks: int, half: bool) -> None:
        self.chunks, self.half = chunks, half
        super().__init__(name=f"Lanes({chunks}, {half})")


class Row(types.Type):
    def __init__(self, chunks: int, half: bool = False) -> None:
        self.chunks, self.half = chunks, half
        super().__init__(name=f"Row({chunks}, {half})")

    @property
    def vectors(self) -> list[Any]:
        """The LLVM type of each chunk."""
        return [VECTOR] * (self.chunks - self.half) + [_HALF_VECTOR] * self.half


@typeof_impl.register(Lanes)
def _typeof_lanes(lanes: Lanes, _context: Any) -> LanesType:
    return LanesType(lanes.chunks, lanes.half)


register_model(LanesType)(models.OpaqueModel)


@unbox(LanesType)
def _unbox_lanes(_type: Any, _value: Any, c: Any) -> NativeValue:
    return NativeValue(c.context.get_dummy_value())


@lower_constant(LanesType)
def _constant_lanes(context: Any, _builder: Any, _type: Any, _value: Any) -> Any:
    return context.get_dummy_value()


@register_model(Row)
class RowModel(models.PrimitiveModel):
    def __init__(self, manager: Any, row: Row) -> None:
        super().__init__(manager, row, ir.LiteralStructType(row.vectors))


def pointer(context: Any, builder: Any, array_type: Any, array: Any, row: Any, column: Any) -> Any:
    view = context.make_array(array_type)(context, builder, array)
    stride = cgutils.unpack_tuple(builder, view.strides)[0]
    start = builder.bitcast(view.data, ir.IntType(8).as_pointer())
    offset = builder.add(builder.mul(row, stride), builder.mul(column, _I64(4)))
    return builder.bitcast(builder.gep(start, [offset]), VECTOR.as_pointer())


def _splat(builder: Any, scalar: Any, vector: Any) -> Any:
    undefined = ir.Constant(vector, ir.Undefined)
    masks = ir.Constant(ir.VectorType(_I32, vector.count), None)
    return builder.shuffle_vector(builder.insert_element(undefined, scalar, _I32(0)), undefined, masks)


def constant(value: float, vector: Any = VECTOR) -> Any:
    return ir.Constant(vector, [value] * vector.count)


def each_chunk(builder: Any, row: Row, make: Callable[[int], Any]) -> Any:
    value = ir.Constant(ir.LiteralStructType(row.vectors), ir.Undefined)
    for c in range(row.chunks):
        value = builder.insert_value(value, make(c), c)
    return value


def operand(builder: Any, kind: Any, value: Any, row: Row) -> Callable[[int], Any]:
    """Chunk c of a row, or of a scalar taken for a row of equal values."""
    if isinstance(kind, Row):
        return lambda c: builder.extract_value(value, c)
    splats = {vector: _splat(builder, value, vector) for vector in row.vectors}
    return lambda c: splats[row.vectors[c]]


def indices(context: Any, builder: Any, signature: Any, args: Any) -> tuple[Any, Any]:
    row, column = (context.cast(builder, args[k], signature.args[k], types.int64) for k in (1, 2))
    return row, column


def _read(builder: Any, start: Any, row: Row) -> Any:
    def one(c: int) -> Any:
        chunk = builder.load(builder.bitcast(builder.gep(start, [_I64(c)]), row.vectors[c].as_pointer()))
        chunk.align = 4
        return chunk

    return each_chunk(builder, row, one)


def _write(builder: Any, start: Any, row: Row, value: Any) -> None:
    for c in range(row.chunks):
        place = builder.bitcast(builder.gep(start, [_I64(c)]), row.vectors[c].as_pointer())
        builder.store(builder.extract_value(value, c), place).align = 4


@intrinsic
def load(_typing, array, row, column, lanes):
    """``array[row, column : column + len(lanes)]`` as a row."""
    loaded = Row(lanes.chunks, lanes.half)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = pointer(context, builder, array, args[0], *indices(context, builder, signature, args))
        return _read(builder, start, loaded)

    return loaded(array, row, column, lanes), generate


@intrinsic
def store(_typing, array, row, column, value):
    """``array[row, column : column + width of value] = value``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = pointer(context, builder, array, args[0], *indices(context, builder, signature, args))
        _write(builder, start, value, args[3])
        return context.get_dummy_value()

    return types.void(array, row, column, value), generate


@intrinsic
def address(_typing, array, row):
    """Where ``array[row]`` lies in memory: rows of several matrices in one list, for ``load_at`` and ``store_at``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        index = context.cast(builder, args[1], signature.args[1], types.int64)
        return builder.ptrtoint(pointer(context, builder, array, args[0], index, _I64(0)), _I64)

    return types.int64(array, row), generate


def _place(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """The pointer to a column of the row at an address."""
    column = context.cast(builder, args[1], signature.args[1], types.int64)
    return builder.inttoptr(builder.add(args[0], builder.mul(column, _I64(4))), VECTOR.as_pointer())


@intrinsic
def load_at(_typing, row_address, column, lanes):
    """The columns ``column : column + len(lanes)`` of the row at an address."""
    loaded = Row(lanes.chunks, lanes.half)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _read(builder, _place(context, builder, signature, args), loaded)

    return loaded(types.int64, column, lanes), generate


@intrinsic
def store_at(_typing, row_address, column, value):
    """Write a row to the columns from ``column`` on of the row at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _write(builder, _place(context, builder, signature, args), value, args[2])
        return context.get_dummy_value()

    return types.void(types.int64, column, value), generate


@intrinsic
def prefetch(_typing, array, row, lanes):
    """Ask for ``array[row]`` to be in the second nearest cache; the nearest has no room for what a block needs."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        index = context.cast(builder, args[1], signature.args[1], types.int64)
        start = pointer(context, builder, array, args[0], index, _I64(0))
        byte = ir.IntType(8).as_pointer()
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, _I32, _I32, _I32]), "llvm.prefetch.p0"
        )
        for c in range(lanes.chunks):
            address = builder.bitcast(builder.gep(start, [_I64(c)]), byte)
            builder.call(function, [address, _I32(0), _I32(2), _I32(1)])
        return context.get_dummy_value()

    return types.void(array, row, lanes), generate


@intrinsic
def splat(_typing, scalar, lanes):
    """A row of equal values."""
    row = Row(lanes.chunks, lanes.half)

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return each_chunk(builder, row, operand(builder, types.float32, args[0], row))

    return row(types.float32, lanes), generate


@intrinsic
def columns_of(_typing, lanes):
    """Columns of a row of this width, as a constant."""
    columns = lanes.chunks * CHUNK - lanes.half * CHUNK // 2

    def generate(_context: Any, _builder: Any, _signature: Any, _args: Any) -> Any:
        return _I64(columns)

    return types.int64(lanes), generate


@njit(nogil=True, cache=True, forceinline=True)
def slabs(array, lanes):
    """The columns at which the slabs of a row of ``array`` begin, each one ``lanes`` wide."""
    return range(0, array.shape[1] - columns_of(lanes) + 1, columns_of(lanes))
