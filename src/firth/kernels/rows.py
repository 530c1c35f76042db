"""An embedding row as a SIMD value inside Numba kernels.

LLVM's auto-vectoriser gives anything between very good and very bad code for ``for d in range(D)``, depending on D.
So a row is a *value* here, with a Numba type of its own: ``Row(chunks)`` is an LLVM array of ``<16 x float>`` vectors,
kept in registers. Kernels then read like the mathematics::

    x = load(input_vectors, word, 0, lanes)
    y = load(output_vectors, other, 0, lanes)
    g = rate * (label - sigmoid(dot(x, y)))
    dx = fma(g, y, dx)

How many chunks a row has is a compile-time constant, and comes from the *type* of a :class:`Lanes` argument. That type
also carries a digest of this folder's source, so a cached kernel is never older than the code it was compiled from.

Matrices are C-contiguous float32 with a multiple of 16 columns. Nothing here checks bounds.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.extending import (
    NativeValue,
    intrinsic,
    models,
    overload,
    register_model,
    typeof_impl,
    unbox,
)
from numba.core.imputils import lower_constant

CHUNK = 16
"""Columns of one chunk: the 16 float32 of a 512-bit register; LLVM splits it where registers are narrower."""

_SOURCE_DIGEST = hashlib.sha256(
    b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
).hexdigest()[:16]

_F32, _I32, _I64 = ir.FloatType(), ir.IntType(32), ir.IntType(64)
VECTOR = ir.VectorType(_F32, CHUNK)
_HALF_VECTOR = ir.VectorType(_F32, CHUNK // 2)
MASKS = ir.VectorType(_I32, CHUNK)
# Products may be fused and sums reordered; infinities and NaN keep their meaning.
FLAGS = ("contract", "reassoc", "nsz")


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
    def __init__(self, chunks: int, half: bool, digest: str) -> None:
        self.chunks, self.half = chunks, half
        super().__init__(name=f"Lanes({chunks}, {half}, {digest})")


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
    return LanesType(lanes.chunks, lanes.half, _SOURCE_DIGEST)


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


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, row: Any, column: Any) -> Any:
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


def _operand(builder: Any, kind: Any, value: Any, row: Row) -> Callable[[int], Any]:
    """Chunk c of a row, or of a scalar taken for a row of equal values."""
    if isinstance(kind, Row):
        return lambda c: builder.extract_value(value, c)
    splats = {vector: _splat(builder, value, vector) for vector in row.vectors}
    return lambda c: splats[row.vectors[c]]


def _indices(context: Any, builder: Any, signature: Any, args: Any) -> tuple[Any, Any]:
    row, column = (context.cast(builder, args[k], signature.args[k], types.int64) for k in (1, 2))
    return row, column


@intrinsic
def load(_typing, array, row, column, lanes):
    """``array[row, column : column + len(lanes)]`` as a row."""
    loaded = Row(lanes.chunks, lanes.half)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = _pointer(context, builder, array, args[0], *_indices(context, builder, signature, args))

        def one(c: int) -> Any:
            address = builder.gep(start, [_I64(c)])
            value = builder.load(builder.bitcast(address, loaded.vectors[c].as_pointer()))
            value.align = 4
            return value

        return each_chunk(builder, loaded, one)

    return loaded(array, row, column, lanes), generate


@intrinsic
def store(_typing, array, row, column, value):
    """``array[row, column : column + width of value] = value``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        start = _pointer(context, builder, array, args[0], *_indices(context, builder, signature, args))
        for c in range(value.chunks):
            address = builder.bitcast(builder.gep(start, [_I64(c)]), value.vectors[c].as_pointer())
            written = builder.store(builder.extract_value(args[3], c), address)
            written.align = 4
        return context.get_dummy_value()

    return types.void(array, row, column, value), generate


@intrinsic
def prefetch(_typing, array, row, lanes):
    """Ask for ``array[row]`` to be in the nearest cache, ready for writing, when it is needed."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        index = context.cast(builder, args[1], signature.args[1], types.int64)
        start = _pointer(context, builder, array, args[0], index, _I64(0))
        byte = ir.IntType(8).as_pointer()
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, _I32, _I32, _I32]), "llvm.prefetch.p0"
        )
        for c in range(lanes.chunks):
            address = builder.bitcast(builder.gep(start, [_I64(c)]), byte)
            builder.call(function, [address, _I32(1), _I32(3), _I32(1)])
        return context.get_dummy_value()

    return types.void(array, row, lanes), generate


@intrinsic
def splat(_typing, scalar, lanes):
    """A row of equal values."""
    row = Row(lanes.chunks, lanes.half)

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return each_chunk(builder, row, _operand(builder, types.float32, args[0], row))

    return row(types.float32, lanes), generate


@intrinsic
def fma(_typing, factor, row, addend):
    """``factor * row + addend``; the factor is a scalar or a row."""
    kind = factor if isinstance(factor, Row) else types.float32

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        left = _operand(builder, kind, args[0], row)

        def one(c: int) -> Any:
            product = builder.fmul(left(c), builder.extract_value(args[1], c), flags=FLAGS)
            return builder.fadd(product, builder.extract_value(args[2], c), flags=FLAGS)

        return each_chunk(builder, addend, one)

    return addend(kind, row, addend), generate


@intrinsic
def total(_typing, row):
    """The sum over a row's columns."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _horizontal_sum(builder, [builder.extract_value(args[0], c) for c in range(row.chunks)])

    return types.float32(row), generate


@intrinsic
def dot(_typing, a, b):
    """The inner product of two rows."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        products = [
            builder.fmul(builder.extract_value(args[0], c), builder.extract_value(args[1], c), flags=FLAGS)
            for c in range(a.chunks)
        ]
        return _horizontal_sum(builder, products)

    return types.float32(a, b), generate


def _widened(builder: Any, vector: Any) -> Any:
    """A chunk of 16 columns: of a half one the others are 0."""
    if vector.type == VECTOR:
        return vector
    return builder.shuffle_vector(vector, constant(0.0, vector.type), ir.Constant(MASKS, list(range(CHUNK))))


def _horizontal_sum(builder: Any, vectors: list[Any]) -> Any:
    sums = _widened(builder, vectors[0])
    for vector in vectors[1:]:
        sums = builder.fadd(sums, _widened(builder, vector), flags=FLAGS)
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(_F32, [_F32, VECTOR]), "llvm.vector.reduce.fadd.v16f32"
    )
    return builder.call(function, [ir.Constant(_F32, 0.0), sums], fastmath=FLAGS)


def _elementwise(instruction: str) -> Any:
    @intrinsic
    def operation(_typing, a, b):
        row = a if isinstance(a, Row) else b
        kinds = [kind if isinstance(kind, Row) else types.float32 for kind in (a, b)]

        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
            left, right = (_operand(builder, kind, value, row) for kind, value in zip(kinds, args, strict=True))
            make = getattr(builder, instruction)
            return each_chunk(builder, row, lambda c: make(left(c), right(c), flags=FLAGS))

        return row(*kinds), generate

    return operation


def _overload_operator(symbol: Any, instruction: str) -> None:
    operation = _elementwise(instruction)

    @overload(symbol)
    def implementation(a, b):
        if isinstance(a, Row) or isinstance(b, Row):
            return lambda a, b: operation(a, b)
        return None


for _symbol, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _overload_operator(_symbol, _instruction)


@intrinsic
def between(_typing, low, value, high):
    """1 where ``low <= value <= high``, else 0; each is a row or a scalar, ``low`` or ``high`` or both a row."""
    row = low if isinstance(low, Row) else high
    kinds = [kind if isinstance(kind, Row) else types.float32 for kind in (low, value, high)]

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        lows, values, highs = (_operand(builder, kind, arg, row) for kind, arg in zip(kinds, args, strict=True))

        def one(c: int) -> Any:
            inside = builder.and_(
                builder.fcmp_ordered("<=", lows(c), values(c)), builder.fcmp_ordered("<=", values(c), highs(c))
            )
            return builder.select(inside, constant(1.0, row.vectors[c]), constant(0.0, row.vectors[c]))

        return each_chunk(builder, row, one)

    return row(*kinds), generate


@intrinsic
def transpose(_typing, source, row, column, target, target_row, target_column):
    """``target[target_row : +16, target_column : +16] = source[row : +16, column : +16].T``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from_row, from_column = _indices(context, builder, signature, args)
        to_row, to_column = (context.cast(builder, args[k], signature.args[k], types.int64) for k in (4, 5))
        vectors = []
        for r in range(CHUNK):
            address = _pointer(context, builder, source, args[0], builder.add(from_row, _I64(r)), from_column)
            value = builder.load(address)
            value.align = 4
            vectors.append(value)
        # Four rounds; the round of width w swaps, between rows r and r + w, the columns that differ in bit w.
        for width in (1, 2, 4, 8):
            low = [k if not k & width else CHUNK + k - width for k in range(CHUNK)]
            high = [k + width if not k & width else CHUNK + k for k in range(CHUNK)]
            for r in range(CHUNK):
                if not r & width:
                    a, b = vectors[r], vectors[r + width]
                    vectors[r] = builder.shuffle_vector(a, b, ir.Constant(MASKS, low))
                    vectors[r + width] = builder.shuffle_vector(a, b, ir.Constant(MASKS, high))
        for r in range(CHUNK):
            address = _pointer(context, builder, target, args[3], builder.add(to_row, _I64(r)), to_column)
            written = builder.store(vectors[r], address)
            written.align = 4
        return context.get_dummy_value()

    return types.void(source, row, column, target, target_row, target_column), generate


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


@intrinsic
def dots(_typing, array, row, column, other):
    """A one-chunk row: the inner products of ``other`` with the 16 rows from ``array[row, column:]``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        first, start = _indices(context, builder, signature, args)
        sums: list[Any] = []
        for k in range(CHUNK):
            at = _pointer(context, builder, array, args[0], builder.add(first, _I64(k)), start)
            sums.append(None)
            for c in range(other.chunks):
                address = builder.bitcast(builder.gep(at, [_I64(c)]), other.vectors[c].as_pointer())
                value = builder.load(address)
                value.align = 4
                product = builder.fmul(value, builder.extract_value(args[3], c), flags=FLAGS)
                product = _widened(builder, product)
                sums[k] = product if c == 0 else builder.fadd(sums[k], product, flags=FLAGS)
        # Fold pairs of vectors. Before the round of a width, lane k of a vector holds a part of the sum of its row
        # k % width; after it, of row k % (2 * width), with half as many parts for each.
        for width in (1, 2, 4, 8):
            even = [
                k // (2 * width) * 2 * width + k % width + (CHUNK if k % (2 * width) >= width else 0)
                for k in range(CHUNK)
            ]
            odd = [k + width for k in even]
            folded = []
            for a, b in zip(sums[::2], sums[1::2], strict=True):
                left = builder.shuffle_vector(a, b, ir.Constant(MASKS, even))
                right = builder.shuffle_vector(a, b, ir.Constant(MASKS, odd))
                folded.append(builder.fadd(left, right, flags=FLAGS))
            sums = folded
        return builder.insert_value(ir.Constant(ir.LiteralStructType([VECTOR]), ir.Undefined), sums[0], 0)

    return Row(1)(array, row, column, other), generate
