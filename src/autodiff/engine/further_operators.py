"""Those of Python's operators on tensors that are used less: remainders, comparisons, bits, products of matrices."""

from collections.abc import Callable
from typing import Any

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase
from autodiff.engine.scalar_path import general, unary, with_number
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.ops import comparison, division, linalg, rounding
from autodiff.ops.op import Elementwise

__all__ = [
    "absolute", "bitwise_and", "bitwise_or", "bitwise_xor", "eq", "floor_divide", "floor_divide_into", "ge", "gt",
    "invert", "le", "left_shift", "left_shift_of", "lt", "matmul", "ne", "positive", "remainder", "remainder_into",
    "right_shift", "right_shift_of",
]  # fmt: skip

Operation = Callable[[Any, Any], Any]
_NUMBERS = (int, float, complex)

_remainder_number = with_number(division.remainder)


def remainder(a: Any, b: Any) -> Any:  # noqa: ANN401
    """a % b."""
    if isinstance(b, _NUMBERS):
        return _remainder_number(a, b)
    return apply(division.remainder_tensor, (a, b), {}) if isinstance(b, TensorBase) else NotImplemented


def remainder_into(a: Any, b: Any) -> Any:  # noqa: ANN401
    """b % a, of a number b."""
    return apply(division.remainder_of_number, (a,), {"self": b}) if isinstance(b, _NUMBERS) else NotImplemented


def floor_divide(a: Any, b: Any) -> Any:  # noqa: ANN401
    """a // b."""
    if isinstance(b, _NUMBERS):
        return apply(division.floor_divide, (a,), {"other": b})
    return apply(division.floor_divide_tensor, (a, b), {}) if isinstance(b, TensorBase) else NotImplemented


def floor_divide_into(a: Any, b: Any) -> Any:  # noqa: ANN401
    """b // a, of a number b."""
    return apply(division.floor_divide_of_number, (a,), {"self": b}) if isinstance(b, _NUMBERS) else NotImplemented


def matmul(a: Any, b: Any) -> Any:  # noqa: ANN401
    """a @ b."""
    return linalg.matmul.compute(a, b) if isinstance(b, TensorBase) else NotImplemented


def positive(a: Any) -> Any:  # noqa: ANN401
    """+a. Raises RuntimeError for bools."""
    if a.dtype.name == "bool":
        raise TorchRuntimeError("The `+` operator, on a bool tensor is not supported.")
    return a


def invert(a: Any) -> Any:  # noqa: ANN401
    """~a. Raises TypeError for numbers with a fraction."""
    if a.dtype.is_differentiable:
        raise TorchTypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return apply(comparison.bitwise_not, (a,), {})


def _plain(op: Elementwise) -> Operation:
    return lambda a, b: general(op, a, b)


def _reversed(op: Elementwise) -> Operation:
    return lambda a, b: apply(op, (b, a), {}) if isinstance(b, _NUMBERS) else NotImplemented


absolute = unary(rounding.abs_)

eq = _plain(comparison.eq)
ne = _plain(comparison.ne)
lt = _plain(comparison.lt)
le = _plain(comparison.le)
gt = _plain(comparison.gt)
ge = _plain(comparison.ge)
bitwise_and = _plain(comparison.bitwise_and)
bitwise_or = _plain(comparison.bitwise_or)
bitwise_xor = _plain(comparison.bitwise_xor)
left_shift = _plain(comparison.bitwise_left_shift)
right_shift = _plain(comparison.bitwise_right_shift)
left_shift_of = _reversed(comparison.bitwise_left_shift)
right_shift_of = _reversed(comparison.bitwise_right_shift)
