"""Powers.

A Python number as the exponent or as the base is an attribute: `x**2`, `x**y` and `2**x` are three overloads.
"""

from __future__ import annotations

from autodiff.dtypes import Category, complex128, float64
from autodiff.late import late_module
from autodiff.numbers import ieee
from autodiff.ops.conjugation import conj
from autodiff.ops.formula import choose
from autodiff.ops.op import Composite, Elementwise, any_of, boolean, not_implemented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autodiff.numbers import array_functions
    from autodiff.ops import cast, exponential, selection
else:
    array_functions = late_module("autodiff.numbers.array_functions")
    cast = late_module("autodiff.ops.cast")
    exponential = late_module("autodiff.ops.exponential")
    selection = late_module("autodiff.ops.selection")

__all__: list[str] = []

_BOOL = Category.BOOL


def _promoted(self: Any, out: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """The base in the dtype of the result."""
    own, wanted = getattr(self, "dtype", None), getattr(out, "dtype", None)
    return self if own is wanted or own is None or wanted is None else cast.to_copy(self, dtype=wanted)


_POSITIVE_PAIRS = ((1.5, 2.5), (0.5, -1.5), ([0.5, 1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, 0.4]], [0.5, 3.0]))

not_negative = Elementwise(
    "not_negative",
    "whether a number is real and at least 0",
    scalar=lambda x: x >= 0,
    complex=lambda z: z.imag == 0 and z.real >= 0,
    array=lambda x: (x.imag == 0) & (x.real >= 0),
    exact=True,
    dtypes=boolean,
    public=False,
)

pow_number = Elementwise(
    "pow",
    "self to the power of a number",
    "Tensor self, Number exponent",
    scalar=ieee.power_of_number,
    complex=ieee.power_of_number,
    array=lambda self, exponent: array_functions.power_of_number(self, exponent),
    rounds=True,
    derivatives={
        "self": lambda g, self, exponent: choose(exponent == 0, 0, g * conj(exponent * self ** (exponent - 1))),
    },
    samples=((1.5, 2), (1.5, 3), (0.5, -1), (2.0, 0.5), (2.0, 2.5), ([0.5, 1.5], 3), ([0.5, 1.5], -2), (-1.5, 1)),
)

pow_tensor = Elementwise(
    "pow",
    "self to the power of a tensor",
    "Tensor self, Tensor exponent",
    overload=1,
    scalar=ieee.power,
    complex=ieee.power,
    array=lambda self, exponent: array_functions.power(self, exponent),
    rounds=True,
    refuses=any_of(not_implemented("pow"), _BOOL),
    derivatives={
        "self": lambda g, self, exponent, out: selection.where(
            exponent == 0.0, 0.0, g * conj(exponent * self ** (exponent - 1))
        ),
        "exponent": lambda g, self, exponent, out: (
            g
            * selection.where(
                (self == 0) & not_negative(exponent), 0.0, conj(out * exponential.log(_promoted(self, out)))
            )
        ),
    },
    samples=_POSITIVE_PAIRS,
)

pow_base = Elementwise(
    "pow",
    "a number to the power of exponent",
    "Number self, Tensor exponent",
    overload=2,
    scalar=ieee.power,
    complex=ieee.power,
    array=lambda self, exponent: array_functions.power(self, exponent),
    rounds=True,
    derivatives={
        "exponent": lambda g, self, exponent, out: (
            g
            * choose(
                self == 0,
                selection.where(not_negative(exponent), 0.0, out * exponential.log(self)),
                conj(out * exponential.log(self)),
            )
        ),
    },
    in_place=False,
    samples=((2, 1.5), (2.5, [0.5, -1.5])),
)

square = Composite(
    "square",
    "self * self",
    compute=lambda self: pow_number(self, exponent=2),
    in_place=True,
    samples=((1.5,), ([0.5, -1.5],)),
)


def _in_double(value: Any) -> Any:  # noqa: ANN401 - a tensor or a number
    if isinstance(value, (int, float, complex)):
        return complex(value) if isinstance(value, complex) else float(value)
    wanted = complex128 if value.dtype.category == Category.COMPLEX else float64
    return value if value.dtype is wanted else cast.to_copy(value, dtype=wanted)


def _float_power(self: Any, exponent: Any) -> Any:  # noqa: ANN401 - tensors or numbers, one of them a tensor
    self, exponent = _in_double(self), _in_double(exponent)
    if isinstance(exponent, (float, complex)):
        return pow_number(self, exponent=exponent)
    return pow_base(self, exponent) if isinstance(self, (float, complex)) else pow_tensor(self, exponent)


float_power = Composite(
    "float_power",
    "self to the power of exponent, in double precision",
    "Operand self, Operand exponent",
    compute=_float_power,
    samples=((1.5, 2.5), ([0.5, 1.5], 3.0)),
)
