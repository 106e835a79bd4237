"""The operators: + - * / // % ** and their relatives.

A Python number among the operands of + - * / becomes an untracked tensor; as the exponent, the base, or the
minuend of a tensor it is an attribute, which is why `x**2`, `x**y` and `2**x` are three overloads.
"""

import operator

from autodiff.dtypes import Category
from autodiff.numbers import array, scalar
from autodiff.ops.complex import conj
from autodiff.ops.elementwise import log
from autodiff.ops.op import Elementwise, any_of, floating, not_implemented, refused
from autodiff.ops.selection import choose, where

__all__: list[str] = []

_BOOL, _COMPLEX = Category.BOOL, Category.COMPLEX
_PAIRS = ((1.5, 2.5), (-0.5, 3.0), ([0.5, -1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.0]))
_POSITIVE_PAIRS = ((1.5, 2.5), (0.5, -1.5), ([0.5, 1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, 0.4]], [0.5, 3.0]))

add = Elementwise(
    "add",
    "self + other",
    "Operand self, Operand other",
    scalar=operator.add,
    complex=operator.add,
    array="add",
    constants={"alpha": 1},
    derivatives={"self": lambda g: g, "other": lambda g: g},
    samples=_PAIRS,
)

add_scaled = Elementwise(
    "add",
    "self + alpha * other",
    "Operand self, Operand other, *, Number alpha",
    scalar=lambda a, b, alpha: a + alpha * b,
    complex=lambda a, b, alpha: a + alpha * b,
    array=lambda a, b, alpha: a + alpha * b,
    derivatives={"self": lambda g: g, "other": lambda g, alpha: g * alpha},
)

sub = Elementwise(
    "sub",
    "self - other",
    "Operand self, Operand other",
    scalar=operator.sub,
    complex=operator.sub,
    array="subtract",
    constants={"alpha": 1},
    derivatives={"self": lambda g: g, "other": lambda g: -g},
    spellings=("subtract",),
    samples=_PAIRS,
)

sub_scaled = Elementwise(
    "sub",
    "self - alpha * other",
    "Operand self, Operand other, *, Number alpha",
    scalar=lambda a, b, alpha: a - alpha * b,
    complex=lambda a, b, alpha: a - alpha * b,
    array=lambda a, b, alpha: a - alpha * b,
    derivatives={"self": lambda g: g, "other": lambda g, alpha: -g * alpha},
)

rsub = Elementwise(
    "rsub",
    "other - self",
    "Tensor self, Tensor other",
    scalar=lambda a, b: b - a,
    complex=lambda a, b: b - a,
    array=lambda a, b: b - a,
    constants={"alpha": 1},
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
    complex=lambda a, b: b - a,
    array=lambda a, b: b - a,
    constants={"alpha": 1},
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
    complex=operator.mul,
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
    scalar=scalar.divide,
    complex=scalar.divide,
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

# A number in one of these is an attribute of C++ overloads, which only the engine's own formulas reach.
add_number = Elementwise(
    "add",
    "self + other for a number other",
    "Tensor self, Number other",
    overload=1,
    scalar=operator.add,
    complex=operator.add,
    array="add",
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
    complex=operator.sub,
    array="subtract",
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
    complex=operator.mul,
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
    scalar=scalar.divide,
    complex=scalar.divide,
    array="divide",
    dtypes=floating,
    derivatives={"self": lambda g, other: g / conj(other)},
    public=False,
    samples=((1.5, 2), ([0.5, -1.5], 2.5)),
)

reciprocal = Elementwise(
    "reciprocal",
    "1 / self",
    scalar=lambda x: scalar.divide(1.0, x),
    complex=lambda x: scalar.divide(1.0, x),
    array="reciprocal",
    dtypes=floating,
    derivatives={"self": lambda g, out: -g * conj(out * out)},
    samples=((1.5,), ([0.5, -1.5],)),
)

pow_number = Elementwise(
    "pow",
    "self to the power of a number",
    "Tensor self, Number exponent",
    scalar=scalar.power_of_number,
    complex=scalar.power_of_number,
    array=array.power_of_number,
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
    scalar=scalar.power,
    complex=scalar.power,
    array=array.power,
    rounds=True,
    refuses=any_of(not_implemented("pow"), _BOOL),
    derivatives={
        "self": lambda g, self, exponent, out: where(
            exponent == 0.0, 0.0, g * conj(exponent * self ** (exponent - 1))
        ),
        "exponent": lambda g, self, exponent, out: (
            g * where((self == 0) & (exponent >= 0), 0.0, conj(out * log(self)))
        ),
    },
    samples=_POSITIVE_PAIRS,
)

pow_base = Elementwise(
    "pow",
    "a number to the power of exponent",
    "Number self, Tensor exponent",
    overload=2,
    scalar=scalar.power,
    complex=scalar.power,
    array=array.power,
    rounds=True,
    derivatives={
        "exponent": lambda g, self, exponent, out: (
            g * choose(self == 0, where(exponent >= 0, 0.0, out * log(self)), conj(out * log(self)))
        ),
    },
    in_place=False,
    samples=((2, 1.5), (2.5, [0.5, -1.5])),
)

remainder = Elementwise(
    "remainder",
    "self modulo a number, with its sign",
    "Tensor self, Number other",
    scalar=scalar.remainder,
    array=array.remainder,
    refuses=any_of(not_implemented("remainder_cpu"), _BOOL, _COMPLEX),
    derivatives={"self": lambda g: g},
    samples=((7.5, 2), ([5.5, -5.5], 3.0)),
)

remainder_tensor = Elementwise(
    "remainder",
    "self modulo other, with the sign of other",
    "Tensor self, Tensor other",
    overload=1,
    scalar=scalar.remainder,
    array=array.remainder,
    refuses=any_of(not_implemented("remainder_cpu"), _BOOL, _COMPLEX),
    derivatives={
        "self": lambda g: g,
        "other": lambda g, self, other: -g * div_rounded(self, other, rounding_mode="floor"),
    },
    samples=((7.5, 2.0), ([5.5, -5.5], [3.0, 2.0])),
)

remainder_of_number = Elementwise(
    "remainder",
    "a number modulo other; it has no derivative",
    "Number self, Tensor other",
    node="NotImplemented",
    scalar=scalar.remainder,
    array=array.remainder,
    refuses=any_of(not_implemented("remainder_cpu"), _BOOL, _COMPLEX),
    in_place=False,
)

fmod = Elementwise(
    "fmod",
    "the remainder of self by a number, with the sign of self",
    "Tensor self, Number other",
    scalar=scalar.fmod,
    array=array.fmod,
    refuses=any_of(not_implemented("fmod_cpu"), _BOOL, _COMPLEX),
    derivatives={"self": lambda g: g},
    samples=((7.5, 2), ([5.5, -5.5], 3.0)),
)

fmod_tensor = Elementwise(
    "fmod",
    "the remainder of self by other, with the sign of self",
    "Tensor self, Tensor other",
    overload=1,
    scalar=scalar.fmod,
    array=array.fmod,
    refuses=any_of(not_implemented("fmod_cpu"), _BOOL, _COMPLEX),
    derivatives={
        "self": lambda g: g,
        "other": lambda g, self, other: -g * div_rounded(self, other, rounding_mode="trunc"),
    },
    samples=((7.5, 2.0), ([5.5, -5.5], [3.0, 2.0])),
)

div_rounded = Elementwise(
    "div",
    "self / other, rounded towards zero (trunc) or down (floor)",
    "Operand self, Operand other, *, str rounding_mode",
    overload=2,
    scalar=scalar.divide_rounded,
    array=array.divide_rounded,
    derivatives={"self": lambda g, other: 0, "other": lambda g, self, other: 0},
    samples=(),
)

floor_divide = Elementwise(
    "floor_divide",
    "the floor of self / other; it has no derivative",
    "Operand self, Operand other",
    node="NotImplemented",
    scalar=scalar.floor_divide,
    array=array.floor_divide,
    refuses=any_of(not_implemented("div_floor_cpu"), _BOOL, _COMPLEX),
    samples=(),
)

