"""Zeros without memory: the gradient of `sgn` for real numbers.

PyTorch keeps them apart from other zeros. A product with one is one, whatever the other factor is, and nobody may
change one in place.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from autodiff.dtypes import dtype
from autodiff.engine.core import TensorBase, plain
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import ARRAYS, Array, np, numpy_dtype
from autodiff.numbers.scalar import SCALARS, Scalar
from autodiff.ops.op import Op
from autodiff.ops.rounding import sgn_backward

__all__ = ["leaves_zero", "neutral", "zero_without_memory"]

IMMUTABLE = (
    "ZeroTensors are immutable. Please use the materialized zero tensor obtained using .clone() if you want a mutable "
    "tensor."
)


def zero_without_memory(shape: Sequence[int], kind: dtype) -> Scalar | Array:
    """The value of a tensor that is 0 everywhere and stays so."""
    if not shape:
        data: Scalar | Array = SCALARS[kind].of(0)
    else:
        data = ARRAYS[kind].of(np.broadcast_to(np.zeros((), dtype=numpy_dtype(kind)), shape))
    return _kept(data)  # type: ignore[no-any-return] # the same


def _kept(data: Any) -> Any:  # noqa: ANN401 - a scalar or an array
    data.__class__ = _zero_class(type(data))  # type: ignore[arg-type] # a class hashes by identity
    return data


@cache
def _zero_class(kind: type[Any]) -> type[Any]:
    return type(f"Zero{kind.__name__}", (kind,), {"__slots__": (), "zero": True, "write": _refuse})


def _refuse(data: Any, value: Any) -> None:  # noqa: ANN401, ARG001 - a scalar or an array, and its new value
    raise TorchRuntimeError(IMMUTABLE)


def leaves_zero(op: Op, inputs: Sequence[Any], result: dtype) -> bool:
    """Whether the elementwise `op` of such zeros, among other operands, is such a zero again."""
    if op is sgn_backward:
        return not result.is_complex
    if op.overload:  # a C++ number is the other factor
        return False
    zeros = [isinstance(x, TensorBase) and x._data.zero for x in inputs]
    if op.name == "mul":
        return any(zeros)
    if op.name == "div":
        return zeros[0] and not any(zeros[1:])
    return op.name in ("add", "sub") and len(zeros) > 1 and all(zeros)


def neutral(op: Op, inputs: Sequence[Any]) -> Sequence[Any]:
    """The operands with negative zeros among summands, so that a sum is the other one to the sign of its zeros."""
    if op.name not in ("add", "sub"):
        return inputs
    changed = [plain(SCALARS[x.dtype].of(-0.0)) if isinstance(x, TensorBase) and x._data.zero else x for x in inputs]
    return changed if op.name == "add" else [changed[0], *inputs[1:]]
