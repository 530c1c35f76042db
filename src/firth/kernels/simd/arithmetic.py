"""Sums, products and comparisons of rows."""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.extending import intrinsic, lower_builtin, type_callable

from firth.kernels.simd.rows import CHUNK, FLAGS, MASKS, VECTOR, Row, constant, each_chunk, operand

_F32 = ir.FloatType()


@intrinsic
def fma(_typing, factor, row, addend):
    """``factor * row + addend``; the factor is a scalar or a row."""
    kind = factor if isinstance(factor, Row) else types.float32

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        left = operand(builder, kind, args[0], row)

        def one(c: int) -> Any:
            product = builder.fmul(left(c), builder.extract_value(args[1], c), flags=FLAGS)
            return builder.fadd(product, builder.extract_value(args[2], c), flags=FLAGS)

        return each_chunk(builder, addend, one)

    return addend(kind, row, addend), generate


def widened(builder: Any, vector: Any) -> Any:
    """A chunk of 16 columns: of a half one the others are 0."""
    if vector.type == VECTOR:
        return vector
    return builder.shuffle_vector(vector, constant(0.0, vector.type), ir.Constant(MASKS, list(range(CHUNK))))


def sum_of_chunks(builder: Any, chunks: list[Any]) -> Any:
    """A vector of 16 columns."""
    sums = widened(builder, chunks[0])
    for chunk in chunks[1:]:
        sums = builder.fadd(sums, widened(builder, chunk), flags=FLAGS)
    return sums


def one_chunk(builder: Any, vector: Any) -> Any:
    """A vector of 16 columns as a row."""
    return builder.insert_value(ir.Constant(ir.LiteralStructType([VECTOR]), ir.Undefined), vector, 0)


@intrinsic
def total(_typing, row):
    """The sum over a row's columns."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        sums = sum_of_chunks(builder, [builder.extract_value(args[0], c) for c in range(row.chunks)])
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(_F32, [_F32, VECTOR]), "llvm.vector.reduce.fadd.v16f32"
        )
        return builder.call(function, [ir.Constant(_F32, 0.0), sums], fastmath=FLAGS)

    return types.float32(row), generate


@intrinsic
def sum_chunks(_typing, row):
    """A one-chunk row: the sum of a row's chunks, of which ``fold`` makes the totals of 16 rows at once."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        chunks = [builder.extract_value(args[0], c) for c in range(row.chunks)]
        return one_chunk(builder, sum_of_chunks(builder, chunks))

    return Row(1)(row), generate


def _overload_operator(symbol: Any, instruction: str) -> None:
    """Let Numba compile ``a + b`` and the like where one of the two or both are a row, the other a scalar."""

    def kinds_of(a: Any, b: Any) -> list[Any]:
        return [kind if isinstance(kind, Row) else types.float32 for kind in (a, b)]

    @type_callable(symbol)
    def resolve(_context):
        def typer(a, b):
            if isinstance(a, Row) or isinstance(b, Row):
                return (a if isinstance(a, Row) else b)(*kinds_of(a, b))
            return None

        return typer

    @lower_builtin(symbol, Row, Row)
    @lower_builtin(symbol, Row, types.Float)
    @lower_builtin(symbol, types.Float, Row)
    def generate(_context: Any, builder: Any, signature: Any, args: Any) -> Any:
        row = signature.return_type
        left, right = (operand(builder, kind, arg, row) for kind, arg in zip(signature.args, args, strict=True))
        make = getattr(builder, instruction)
        return each_chunk(builder, row, lambda c: make(left(c), right(c), flags=FLAGS))


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
        lows, values, highs = (operand(builder, kind, arg, row) for kind, arg in zip(kinds, args, strict=True))

        def one(c: int) -> Any:
            inside = builder.and_(
                builder.fcmp_ordered("<=", lows(c), values(c)), builder.fcmp_ordered("<=", values(c), highs(c))
            )
            return builder.select(inside, constant(1.0, row.vectors[c]), constant(0.0, row.vectors[c]))

        return each_chunk(builder, row, one)

    return row(*kinds), generate
