"""The operators + - * / and their relatives.

A Python number among the operands becomes an untracked tensor, except as the minuend of a tensor, where it is
an attribute.
"""

from __future__ import annotations

import _operator as operator  # as in operator, without a file to load

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.late import late_module
from autodiff.numbers import ieee
from autodiff.ops.conjugation import conj
from autodiff.ops.op import Composite, Elementwise, floating, refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from autodiff.numbers import complex_arrays
else:
    complex_arrays = late_module("autodiff.numbers.complex_arrays")

__all__: list[str] = []

_BOOL, _COMPLEX = Category.BOOL, Category.COMPLEX
_PAIRS = ((1.5, 2.5), (-0.5, 3.0), ([0.5, -1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.0]))
_POSITIVE_PAIRS = ((1.5, 2.5), (0.5, -1.5), ([0.5, 1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, 0.4]], [0.5, 3.0]))

add = Elementwise(
    "add",
    "self + other",
    "Operand self, Operand other",
    scalar=operator.add,
    complex=ieee.total_of,
    array=lambda a, b: complex_arrays.total(a, b),
    constants={"alpha": 1},
    derivatives={"self": lambda g: g, "other": lambda g: g},
    samples=_PAIRS,
)


def no_bools(inputs: Sequence[Any], _attributes: Mapping[str, Any]) -> None:
    """PyTorch has no `-` on bools, and says so in two ways."""
    bools = [x.dtype.category == _BOOL if hasattr(x, "dtype") else isinstance(x, bool) for x in inputs]
    if all(bools):
        raise TorchRuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. "
            "Use the `^` or `logical_xor()` operator instead."
        )
    if any(bools):
        raise TorchRuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )


sub = Elementwise(
    "sub",
    "self - other",
    "Operand self, Operand other",
    scalar=operator.sub,
    complex=ieee.difference_of,
    array=lambda a, b: complex_arrays.difference(a, b),
    constants={"alpha": 1},
    checks=no_bools,
    derivatives={"self": lambda g: g, "other": lambda g: -g},
    spellings=("subtract",),
    samples=_PAIRS,
)

rsub = Elementwise(
    "rsub",
    "other - self",
    "Tensor self, Tensor other",
    scalar=lambda a, b: b - a,
    complex=lambda a, b: ieee.difference_of(b, a),
    array=lambda a, b: complex_arrays.difference(b, a),
    constants={"alpha": 1},
    checks=no_bools,
    derivatives={"self": lambda g: -g, "other": lambda g: g},
    places="function",
    in_place=False,
    samples=_PAIRS,
)

rsub_number = Elementwise(
    "rsub",
    "other - self for a number other",
    "Tensor self, Number other",
    overload=1,
    scalar=lambda a, b: b - a,
    complex=lambda a, b: ieee.difference_of(b, a),
    array=lambda a, b: complex_arrays.difference(b, a),
    constants={"alpha": 1},
    checks=lambda inputs, attributes: no_bools((*inputs, attributes["other"]), {}),
    derivatives={"self": lambda g: -g},
    places="function",
    in_place=False,
    samples=((1.5, 2), ([0.5, -1.5], 2.5)),
)

mul = Elementwise(
    "mul",
    "self * other",
    "Operand self, Operand other",
    scalar=operator.mul,
    complex=ieee.product,
    array="multiply",
    derivatives={
        "self": lambda g, other: g * conj(other),
        "other": lambda g, self: g * conj(self),
    },
    spellings=("multiply",),
    samples=_PAIRS,
)

div = Elementwise(
    "div",
    "self / other; integers give the default dtype",
    "Operand self, Operand other",
    scalar=ieee.divide,
    complex=ieee.quotient,
    array="divide",
    dtypes=floating,
    derivatives={
        "self": lambda g, other: g / conj(other),
        "other": lambda g, self, other: -g * conj((self / other) / other),
    },
    spellings=("divide", "true_divide"),
    samples=_PAIRS,
)

neg = Elementwise(
    "neg",
    "-self",
    scalar=operator.neg,
    complex=operator.neg,
    array="negative",
    exact=True,
    refuses={
        _BOOL: refused(
            "Negation, the `-` operator, on a bool tensor is not supported. "
            "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
        )
    },
    derivatives={"self": lambda g: -g},
    spellings=("negative",),
    samples=((1.5,), ([0.5, -1.5],)),
)


def _same(self: Any) -> Any:  # noqa: ANN401 - a tensor or a number
    if not isinstance(self, (int, float, complex)) and self.dtype.category == _BOOL:
        raise TorchRuntimeError("The `+` operator, on a bool tensor is not supported.")
    return self


positive = Composite("positive", "self itself", compute=_same)

# A number in one of these is an attribute of C++ overloads, which only the engine's own formulas reach.
add_number = Elementwise(
    "add",
    "self + other for a number other",
    "Tensor self, Number other",
    overload=1,
    scalar=operator.add,
    complex=ieee.total_of,
    array=lambda a, b: complex_arrays.total(a, b),
    derivatives={"self": lambda g: g},
    public=False,
    samples=((1.5, 2), ([0.5, -1.5], 2.5)),
)

sub_number = Elementwise(
    "sub",
    "self - other for a number other",
    "Tensor self, Number other",
    overload=1,
    scalar=operator.sub,
    complex=ieee.difference_of,
    array=lambda a, b: complex_arrays.difference(a, b),
    checks=lambda inputs, attributes: no_bools((*inputs, attributes["other"]), {}),
    derivatives={"self": lambda g: g},
    public=False,
    samples=((1.5, 2), ([0.5, -1.5], 2.5)),
)

mul_number = Elementwise(
    "mul",
    "self * other for a number other",
    "Tensor self, Number other",
    overload=1,
    scalar=operator.mul,
    complex=ieee.product,
    array="multiply",
    derivatives={"self": lambda g, other: g * conj(other)},
    public=False,
    samples=((1.5, 2), ([0.5, -1.5], 2.5)),
)

div_number = Elementwise(
    "div",
    "self / other for a number other",
    "Tensor self, Number other",
    overload=1,
    scalar=ieee.divide,
    complex=ieee.quotient,
    array="divide",
    dtypes=floating,
    derivatives={"self": lambda g, other: g / conj(other)},
    public=False,
    samples=((1.5, 2), ([0.5, -1.5], 2.5)),
)

reciprocal = Elementwise(
    "reciprocal",
    "1 / self",
    scalar=lambda x: ieee.divide(1.0, x),
    complex=ieee.reciprocal,
    array="reciprocal",
    dtypes=floating,
    derivatives={"self": lambda g, out: -g * conj(out * out)},
    samples=((1.5,), ([0.5, -1.5],)),
)
