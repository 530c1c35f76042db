"""Functions of each column of a row: exponential, logarithm, logistic function."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils
from numba.core.extending import intrinsic

from firth.kernels.simd.rows import CHUNK, FLAGS, MASKS, VECTOR, constant, each_chunk


@intrinsic
def positive_part(_typing, row):
    """max(x, 0) of each column; NaN stays NaN, so that a loss made of it tells of a score that is none."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        def one(c: int) -> Any:
            x = builder.extract_value(args[0], c)
            return builder.select(builder.fcmp_unordered(">", x, constant(0.0)), x, constant(0.0))

        return each_chunk(builder, row, one)

    return row(row), generate


@intrinsic
def magnitude(_typing, row):
    """|x| of each column."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        def one(c: int) -> Any:
            bits = builder.bitcast(builder.extract_value(args[0], c), MASKS)
            return builder.bitcast(builder.and_(bits, ir.Constant(MASKS, [(1 << 31) - 1] * CHUNK)), VECTOR)

        return each_chunk(builder, row, one)

    return row(row), generate


def _polynomial(builder: Any, x: Any, coefficients: tuple[float, ...]) -> Any:
    """Horner's rule, highest power first."""
    result = constant(coefficients[0])
    for coefficient in coefficients[1:]:
        result = builder.fadd(builder.fmul(result, x, flags=FLAGS), constant(coefficient), flags=FLAGS)
    return result


def _nearest(builder: Any, x: Any) -> Any:
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(VECTOR, [VECTOR]), "llvm.roundeven.v16f32"
    )
    return builder.call(function, [x])


# 2**f for |f| <= 1/2: Taylor's series of exp(f ln 2); the first term left out is below 2e-8.
_EXP2 = (1.5403530e-4, 1.3333558e-3, 9.6181291e-3, 5.5504109e-2, 2.4022651e-1, 6.9314718e-1, 1.0)


@intrinsic
def exp_minus_abs(_typing, row):
    """exp(-|x|) of each column, to a relative error of 2e-7; 2**-126 where the true value is smaller.

    exp(-|x|) = 2**t with t = -|x| / ln 2 = n + f, n whole and \\|f\\| <= 1/2; 2**n is written into the exponent's bits.
    """

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        def one(c: int) -> Any:
            bits = builder.bitcast(builder.extract_value(args[0], c), MASKS)
            negative = builder.or_(bits, ir.Constant(MASKS, [-(1 << 31)] * CHUNK))
            t = builder.fmul(builder.bitcast(negative, VECTOR), constant(1.4426950408889634), flags=FLAGS)
            t = builder.select(builder.fcmp_ordered(">", t, constant(-126.0)), t, constant(-126.0))
            whole = _nearest(builder, t)
            part = _polynomial(builder, builder.fsub(t, whole, flags=FLAGS), _EXP2)
            exponent = builder.shl(builder.fptosi(whole, MASKS), ir.Constant(MASKS, [23] * CHUNK))
            return builder.bitcast(builder.add(builder.bitcast(part, MASKS), exponent), VECTOR)

        return each_chunk(builder, row, one)

    return row(row), generate


# log((1 + s) / (1 - s)) = 2 (s + s**3/3 + s**5/5 + ...), |s| <= 0.172; the first term left out is below 2e-9.
_LOG = (2 / 9, 2 / 7, 2 / 5, 2 / 3, 2.0)


@intrinsic
def log_of_product(_typing, row):
    """Natural logarithm of each column, for finite values >= 1, to an absolute error of 1e-6."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        def one(c: int) -> Any:
            bits = builder.bitcast(builder.extract_value(args[0], c), MASKS)
            # Take sqrt(1/2) off the exponent's origin, so that the mantissa lies in [sqrt(1/2), sqrt(2)).
            shifted = builder.sub(bits, ir.Constant(MASKS, [0x3F3504F3] * CHUNK))
            exponent = builder.ashr(shifted, ir.Constant(MASKS, [23] * CHUNK))
            scaled = builder.sub(bits, builder.shl(exponent, ir.Constant(MASKS, [23] * CHUNK)))
            m = builder.bitcast(scaled, VECTOR)
            s = builder.fdiv(builder.fsub(m, constant(1.0)), builder.fadd(m, constant(1.0)))
            series = _polynomial(builder, builder.fmul(s, s, flags=FLAGS), _LOG)
            powers = builder.fmul(builder.sitofp(exponent, VECTOR), constant(0.6931471805599453), flags=FLAGS)
            return builder.fadd(builder.fmul(s, series, flags=FLAGS), powers, flags=FLAGS)

        return each_chunk(builder, row, one)

    return row(row), generate


# log(1 + e) / e for 0 <= e <= 1: interpolated at Chebyshev's nodes.
_LOG1P = (-8.5746762e-3, 4.4214192e-2, -0.10785368, 0.17757024, -0.24499612, 0.33276177, -0.49997449, 0.99999981)


@intrinsic
def log_one_plus(_typing, row):
    """log(1 + e) of each column, for 0 <= e <= 1, to an absolute error of 3e-7."""

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        def one(c: int) -> Any:
            e = builder.extract_value(args[0], c)
            return builder.fmul(e, _polynomial(builder, e, _LOG1P), flags=FLAGS)

        return each_chunk(builder, row, one)

    return row(row), generate


@intrinsic
def sigmoid_from(_typing, row, exponential):
    """sigma(x) = 1 / (1 + exp(-x)) of each column, given ``exponential = exp_minus_abs(x)``.

    With e = exp(-|x|): sigma(x) = 1 / (1 + e) for x >= 0 and e / (1 + e) below, so that nothing overflows or saturates
    early.
    """

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        def one(c: int) -> Any:
            x, e = (builder.extract_value(arg, c) for arg in args)
            top = builder.select(builder.fcmp_ordered(">=", x, constant(0.0)), constant(1.0), e)
            return builder.fdiv(top, builder.fadd(e, constant(1.0), flags=FLAGS), flags=FLAGS)

        return each_chunk(builder, row, one)

    return row(row, exponential), generate
