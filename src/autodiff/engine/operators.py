"""Python's operators on tensors, with PyTorch's choice of operation for each order and kind of operands.

`2*x` is `x*2`; `2-x` is an operation of its own; `c/x` is `x.reciprocal()*c`, rounded twice.
"""

from collections.abc import Callable
from typing import Any

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase
from autodiff.engine.inplace import operate_in_place
from autodiff.engine.methods import Methods
from autodiff.engine.mode import mode
from autodiff.engine.scalar_path import binary, general, unary, with_number
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.ops import arithmetic, comparison, division, linalg, power, rounding
from autodiff.ops.op import Elementwise

__all__ = ["Operators"]

Operation = Callable[[Any, Any], Any]
_NUMBERS = (int, float, complex)

_mul = binary(arithmetic.mul)
_reciprocal = unary(arithmetic.reciprocal)
_power_number = with_number(power.pow_number)
_power_tensor = binary(power.pow_tensor)
_power_base = with_number(power.pow_base)
_subtract_from = with_number(arithmetic.rsub_number)
_remainder_number = with_number(division.remainder)


def _minuend(a: Any, b: Any) -> Any:  # noqa: ANN401
    if not isinstance(b, _NUMBERS):
        return NotImplemented
    if isinstance(a, TensorBase) and mode.get().formula:
        return apply(arithmetic.sub, (b, a), {})
    return _subtract_from(a, b)


def _divide_into(a: Any, b: Any) -> Any:  # noqa: ANN401
    return _mul(_reciprocal(a), b) if isinstance(b, _NUMBERS) else NotImplemented


def _power(a: Any, b: Any) -> Any:  # noqa: ANN401
    if isinstance(b, _NUMBERS):
        return _power_number(a, b)
    return _power_tensor(a, b) if isinstance(b, TensorBase) else NotImplemented


def _power_of(a: Any, b: Any) -> Any:  # noqa: ANN401
    return _power_base(a, b) if isinstance(b, _NUMBERS) else NotImplemented


def _remainder(a: Any, b: Any) -> Any:  # noqa: ANN401
    if isinstance(b, _NUMBERS):
        return _remainder_number(a, b)
    return apply(division.remainder_tensor, (a, b), {}) if isinstance(b, TensorBase) else NotImplemented


def _remainder_into(a: Any, b: Any) -> Any:  # noqa: ANN401
    return apply(division.remainder_of_number, (a,), {"self": b}) if isinstance(b, _NUMBERS) else NotImplemented


def _floor_divide(a: Any, b: Any) -> Any:  # noqa: ANN401
    if isinstance(b, _NUMBERS):
        return apply(division.floor_divide, (a,), {"other": b})
    return apply(division.floor_divide_tensor, (a, b), {}) if isinstance(b, TensorBase) else NotImplemented


def _floor_divide_into(a: Any, b: Any) -> Any:  # noqa: ANN401
    return apply(division.floor_divide_of_number, (a,), {"self": b}) if isinstance(b, _NUMBERS) else NotImplemented


def _reversed(op: Elementwise) -> Operation:
    return lambda a, b: apply(op, (b, a), {}) if isinstance(b, _NUMBERS) else NotImplemented


def _matmul(a: Any, b: Any) -> Any:  # noqa: ANN401
    return linalg.matmul.compute(a, b) if isinstance(b, TensorBase) else NotImplemented


def _positive(a: Any) -> Any:  # noqa: ANN401
    if a.dtype.name == "bool":
        raise TorchRuntimeError("The `+` operator, on a bool tensor is not supported.")
    return a


def _invert(a: Any) -> Any:  # noqa: ANN401
    if a.dtype.is_differentiable:
        raise TorchTypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return apply(comparison.bitwise_not, (a,), {})


def _plain(op: Elementwise) -> Operation:
    return lambda a, b: general(op, a, b)


class Operators(Methods):
    """The operators."""

    __slots__ = ()
    __hash__ = object.__hash__

    __add__ = __radd__ = binary(arithmetic.add)
    __sub__ = binary(arithmetic.sub)
    __rsub__ = _minuend
    __mul__ = __rmul__ = _mul
    __truediv__ = binary(arithmetic.div)
    __rtruediv__ = _divide_into
    __pow__ = _power
    __rpow__ = _power_of
    __mod__ = _remainder
    __rmod__ = _remainder_into
    __floordiv__ = _floor_divide
    __rfloordiv__ = _floor_divide_into
    __matmul__ = _matmul
    __neg__ = unary(arithmetic.neg)
    __pos__ = _positive
    __abs__ = unary(rounding.abs_)
    __invert__ = _invert

    __eq__ = _plain(comparison.eq)
    __ne__ = _plain(comparison.ne)
    __lt__ = _plain(comparison.lt)
    __le__ = _plain(comparison.le)
    __gt__ = _plain(comparison.gt)
    __ge__ = _plain(comparison.ge)
    __and__ = __rand__ = _plain(comparison.bitwise_and)
    __or__ = __ror__ = _plain(comparison.bitwise_or)
    __xor__ = __rxor__ = _plain(comparison.bitwise_xor)
    __lshift__ = _plain(comparison.bitwise_left_shift)
    __rshift__ = _plain(comparison.bitwise_right_shift)
    __rlshift__ = _reversed(comparison.bitwise_left_shift)
    __rrshift__ = _reversed(comparison.bitwise_right_shift)

    __iadd__ = operate_in_place("add")
    __isub__ = operate_in_place("sub")
    __imul__ = operate_in_place("mul")
    __itruediv__ = operate_in_place("div")
    __ifloordiv__ = operate_in_place("floor_divide")
    __imod__ = operate_in_place("remainder")
    __ipow__ = operate_in_place("pow")
    __iand__ = operate_in_place("bitwise_and")
    __ior__ = operate_in_place("bitwise_or")
