"""What moves values between the lanes of rows: transposes, and the totals of 16 rows at once."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core.extending import intrinsic

from firth.kernels.simd.arithmetic import one_chunk
from firth.kernels.simd.rows import CHUNK, FLAGS, MASKS, Row, indices, pointer

_I64 = ir.IntType(64)


@intrinsic
def transpose(_typing, source, row, column, target, target_row, target_column):
    """``target[target_row : +16, target_column : +16] = source[row : +16, column : +16].T``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        from_row, from_column = indices(context, builder, signature, args)
        to_row, to_column = (context.cast(builder, args[k], signature.args[k], types.int64) for k in (4, 5))
        vectors = []
        for r in range(CHUNK):
            address = pointer(context, builder, source, args[0], builder.add(from_row, _I64(r)), from_column)
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
            address = pointer(context, builder, target, args[3], builder.add(to_row, _I64(r)), to_column)
            written = builder.store(vectors[r], address)
            written.align = 4
        return context.get_dummy_value()

    return types.void(source, row, column, target, target_row, target_column), generate


@intrinsic
def fold(_typing, array, row):
    """A one-chunk row: the totals of the first chunks of ``array[row : row + 16]``.

    Pairs of vectors are folded into one. Before the round of a width, lane k of a vector holds a part of the sum of its
    row k % width; after it, of row k % (2 * width), with half as many parts for each.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        first = context.cast(builder, args[1], signature.args[1], types.int64)
        sums = []
        for k in range(CHUNK):
            chunk = builder.load(pointer(context, builder, array, args[0], builder.add(first, _I64(k)), _I64(0)))
            chunk.align = 4
            sums.append(chunk)
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
        return one_chunk(builder, sums[0])

    return Row(1)(array, row), generate
