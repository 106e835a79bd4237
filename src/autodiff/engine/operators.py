"""Python's operators on tensors, with PyTorch's choice of operation for each order and kind of operands.

`2*x` is `x*2`; `2-x` is an operation of its own; `c/x` is `x.reciprocal()*c`, rounded twice.
"""

from __future__ import annotations

from autodiff.engine.core import TensorBase
from autodiff.engine.members import late
from autodiff.engine.methods import Methods
from autodiff.engine.mode import mode
from autodiff.engine.scalar_path import binary, unary, with_number
from autodiff.late import late_module
from autodiff.ops import arithmetic, power

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autodiff.engine import apply as general_path
else:
    general_path = late_module("autodiff.engine.apply")

__all__ = ["Operators"]

_NUMBERS = (int, float, complex)

_mul = binary(arithmetic.mul)
_reciprocal = unary(arithmetic.reciprocal)
_power_number = with_number(power.pow_number)
_power_tensor = binary(power.pow_tensor)
_power_base = with_number(power.pow_base)
_subtract_from = with_number(arithmetic.rsub_number)


def _minuend(a: Any, b: Any) -> Any:  # noqa: ANN401
    if not isinstance(b, _NUMBERS):
        return NotImplemented
    if isinstance(a, TensorBase) and mode.get().formula:
        return general_path.apply(arithmetic.sub, (b, a), {})
    return _subtract_from(a, b)


def _divide_into(a: Any, b: Any) -> Any:  # noqa: ANN401
    return _mul(_reciprocal(a), b) if isinstance(b, _NUMBERS) else NotImplemented


def _power(a: Any, b: Any) -> Any:  # noqa: ANN401
    if isinstance(b, _NUMBERS):
        return _power_number(a, b)
    return _power_tensor(a, b) if isinstance(b, TensorBase) else NotImplemented


def _power_of(a: Any, b: Any) -> Any:  # noqa: ANN401
    return _power_base(a, b) if isinstance(b, _NUMBERS) else NotImplemented


class Operators(Methods):
    """The operators; those that are used less are made when they are first used."""

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
    __neg__ = unary(arithmetic.neg)

    __mod__ = late("further_operators", "remainder")
    __rmod__ = late("further_operators", "remainder_into")
    __floordiv__ = late("further_operators", "floor_divide")
    __rfloordiv__ = late("further_operators", "floor_divide_into")
    __matmul__ = late("further_operators", "matmul")
    __pos__ = late("further_operators", "positive")
    __abs__ = late("further_operators", "absolute")
    __invert__ = late("further_operators", "invert")

    __eq__ = late("further_operators", "eq")
    __ne__ = late("further_operators", "ne")
    __lt__ = late("further_operators", "lt")
    __le__ = late("further_operators", "le")
    __gt__ = late("further_operators", "gt")
    __ge__ = late("further_operators", "ge")
    __and__ = late("further_operators", "bitwise_and")
    __rand__ = late("further_operators", "bitwise_and")
    __or__ = late("further_operators", "bitwise_or")
    __ror__ = late("further_operators", "bitwise_or")
    __xor__ = late("further_operators", "bitwise_xor")
    __rxor__ = late("further_operators", "bitwise_xor")
    __lshift__ = late("further_operators", "left_shift")
    __rshift__ = late("further_operators", "right_shift")
    __rlshift__ = late("further_operators", "left_shift_of")
    __rrshift__ = late("further_operators", "right_shift_of")

    __iadd__ = late("in_place_operators", "add")
    __isub__ = late("in_place_operators", "sub")
    __imul__ = late("in_place_operators", "mul")
    __itruediv__ = late("in_place_operators", "div")
    __ifloordiv__ = late("in_place_operators", "floor_divide")
    __imod__ = late("in_place_operators", "remainder")
    __ipow__ = late("in_place_operators", "pow")
    __iand__ = late("in_place_operators", "bitwise_and")
    __ior__ = late("in_place_operators", "bitwise_or")
