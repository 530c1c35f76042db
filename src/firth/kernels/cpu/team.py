"""Threads that meet inside compiled code.

A round takes a fraction of a millisecond, too short for Python's own barrier, which costs a tenth of one. Who waits
here asks again and again, and after a while lets other threads run, so that more threads than cores do no harm but to
time.
"""

from __future__ import annotations

import platform
import sys
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.extending import intrinsic

from firth.kernels.compiled import njit

_LINE = 8  # int64 of a cache line
_ARRIVED, _MEETINGS, _BROKEN = 0, _LINE, 2 * _LINE
_SPINS = 2000
_I64 = ir.IntType(64)
_YIELD = "SwitchToThread" if sys.platform == "win32" else "sched_yield"
_PAUSE = "llvm.x86.sse2.pause" if platform.machine().lower() in ("x86_64", "amd64") else None

Team = npt.NDArray[np.int64]
"""What threads share that meet; see :func:`new_team`."""


def new_team() -> Team:
    """For threads that have not met yet."""
    return np.zeros(3 * _LINE, np.int64)


def break_up(team: Team) -> None:
    """Let nobody wait for a thread that will not come: this and all further meetings fail."""
    team[_BROKEN] = 1


def _element(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    view = context.make_array(signature.args[0])(context, builder, args[0])
    index = context.cast(builder, args[1], signature.args[1], types.int64)
    return builder.gep(view.data, [index])


@intrinsic
def _fetch_add(_typing, array, index, value):
    """Add to an element, whole; returns what it was before."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        added = context.cast(builder, args[2], signature.args[2], types.int64)
        return builder.atomic_rmw("add", _element(context, builder, signature, args), added, "seq_cst")

    return types.int64(array, index, value), generate


@intrinsic
def _read(_typing, array, index):
    """An element that another thread may have changed."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load_atomic(_element(context, builder, signature, args), "acquire", 8, typ=_I64)

    return types.int64(array, index), generate


@intrinsic
def _pause(_typing):
    """Tell the core that this is a loop that waits."""

    def generate(context: Any, builder: Any, _signature: Any, _args: Any) -> Any:
        if _PAUSE is not None:
            builder.call(cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.VoidType(), []), _PAUSE), [])
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def _let_others_run(_typing):
    """Give the core to a thread that has none."""

    def generate(context: Any, builder: Any, _signature: Any, _args: Any) -> Any:
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.IntType(32), []), _YIELD)
        builder.call(function, [])
        return context.get_dummy_value()

    return types.void(), generate


@njit(nogil=True, cache=True)
def meet(team, threads):
    """Wait until all threads are here; False if they never will be."""
    meetings = _read(team, _MEETINGS)
    if _fetch_add(team, _ARRIVED, 1) == threads - 1:
        _fetch_add(team, _ARRIVED, -threads)
        _fetch_add(team, _MEETINGS, 1)
    spins = 0
    while _read(team, _MEETINGS) == meetings:
        if _read(team, _BROKEN):
            return False
        _pause()
        spins += 1
        if spins > _SPINS:
            _let_others_run()
    return not _read(team, _BROKEN)
