"""What the kernels ask of the processor that Python has no words for."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils, extending

intrinsic: Any = extending.intrinsic  # its own type counts the typing context among the arguments


@intrinsic
def load(_typing: Any, array: Any, _index: Any) -> Any:
    """Bytes ``index`` to ``index + 8`` as one uint64, aligned or not, the first byte lowest."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(64).as_pointer())
        return builder.load(place, align=1)

    return types.uint64(array, types.int64), generate


@intrinsic
def lowest_bit(_typing: Any, _mask: Any) -> Any:
    """The place of the lowest bit that is set; 64 where none is."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


def _prefetch(array: Any, writing: int) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        builder.call(function, [address, number(writing), number(3), number(1)])  # keep it near, data
        return context.get_dummy_value()

    return types.void(array, types.int64), generate


@intrinsic
def prefetch(_typing: Any, array: Any, _index: Any) -> Any:
    """Ask for element ``index`` of a contiguous array, counted flat, to be in the nearest cache when it is read."""
    return _prefetch(array, 0)


@intrinsic
def prefetch_to_write(_typing: Any, array: Any, _index: Any) -> Any:
    """The same for an element that is going to change, which no other core may keep then."""
    return _prefetch(array, 1)
