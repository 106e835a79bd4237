"""Circular functions and their inverses."""

import cmath
import math
from math import pi
from typing import Any

from autodiff.dtypes import Category
from autodiff.numbers import double_complex, ieee, single_circular
from autodiff.numbers.array_functions import once_rounded
from autodiff.ops.arithmetic import reciprocal
from autodiff.ops.conjugation import conj
from autodiff.ops.exponential import rsqrt
from autodiff.ops.op import Elementwise, any_of, floating, not_implemented, refused
from autodiff.ops.selection import masked_fill, where

__all__: list[str] = []

_ANY = ((0.7,), (-1.3,), ([0.5, -1.5, 2.0],), ([[0.3, -0.8], [1.7, 2.2]],))
_UNIT = ((0.7,), (-0.3,), ([0.5, -0.25, 0.9],))
_PAIRS = ((1.5, 2.5), (-0.5, 3.0), ([0.5, -1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.5]))

sin = Elementwise(
    "sin",
    "the sine, of radians",
    scalar=ieee.total(math.sin),
    complex=ieee.total_complex(cmath.sin),
    single=single_circular.sin,
    array=single_circular.sin_of_arrays,
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(cos(self))},
    samples=_ANY,
)

cos: Elementwise = Elementwise(
    "cos",
    "the cosine, of radians",
    scalar=ieee.total(math.cos),
    complex=ieee.total_complex(cmath.cos),
    single=single_circular.cos,
    array=single_circular.cos_of_arrays,
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(-sin(self))},
    samples=_ANY,
)

tan = Elementwise(
    "tan",
    "the tangent, of radians",
    scalar=ieee.total(math.tan),
    complex=ieee.total_complex(double_complex.tangent),
    array=once_rounded("tan"),
    dtypes=floating,
    derivatives={"self": lambda g, out: g * conj(1 + out**2)},
    samples=_ANY,
)

asin = Elementwise(
    "asin",
    "the angle in [-pi/2, pi/2] whose sine is self",
    scalar=ieee.total(math.asin),
    complex=ieee.total_complex(cmath.asin),
    array=once_rounded("arcsin"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(rsqrt(-self * self + 1))},
    spellings=("arcsin",),
    samples=_UNIT,
)

acos = Elementwise(
    "acos",
    "the angle in [0, pi] whose cosine is self",
    scalar=ieee.total(math.acos),
    complex=double_complex.arc_cosine,
    array=once_rounded("arccos"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(-rsqrt(-self * self + 1))},
    spellings=("arccos",),
    samples=_UNIT,
)

atan = Elementwise(
    "atan",
    "the angle in (-pi/2, pi/2) whose tangent is self",
    scalar=ieee.total(math.atan),
    complex=ieee.total_complex(cmath.atan),
    array=once_rounded("arctan"),
    dtypes=floating,
    derivatives={"self": lambda g, self: g / conj(self * self + 1)},
    spellings=("arctan",),
    samples=_ANY,
)

atan2 = Elementwise(
    "atan2",
    "the angle in radians of the point (other, self)",
    "Tensor self, Tensor other",
    scalar=lambda a, b: math.atan2(a, b) if a == a and b == b else a + b,
    array=once_rounded("arctan2"),
    dtypes=floating,
    refuses=any_of(not_implemented("atan2_cpu"), Category.COMPLEX),
    derivatives={
        "self": lambda g, self, other: g * other * _reciprocal_of_norm(self, other),
        "other": lambda g, self, other: g * -self * _reciprocal_of_norm(self, other),
    },
    spellings=("arctan2",),
    samples=_PAIRS,
)

hypot = Elementwise(
    "hypot",
    "sqrt(self*self + other*other) without overflow",
    "Tensor self, Tensor other",
    scalar=math.hypot,
    array=once_rounded("hypot"),
    refuses=any_of(not_implemented("hypot_cpu"), Category.BOOL, Category.INTEGER, Category.COMPLEX),
    derivatives={
        "self": lambda g, self, out: g * self / out,
        "other": lambda g, other, out: g * other / out,
    },
    samples=_PAIRS,
)

sinc = Elementwise(
    "sinc",
    "sin(pi*self) / (pi*self), and 1 at 0",
    forward=lambda self: where(self == 0, 1, sin(pi * self) / (pi * self)),
    dtypes=floating,
    derivatives={
        "self": lambda g, self: where(
            self == 0, 0, g * conj((self * pi * cos(self * pi) - sin(self * pi)) / (self * self * pi))
        ),
    },
    places="function method special",
    samples=_ANY,
)

deg2rad: Elementwise = Elementwise(
    "deg2rad",
    "degrees as radians",
    forward=lambda self: self * (pi / 180),
    dtypes=floating,
    refuses={Category.COMPLEX: refused("deg2rad is not supported for complex tensors.")},
    derivatives={"self": lambda g: deg2rad(g)},
    samples=_ANY,
)

rad2deg: Elementwise = Elementwise(
    "rad2deg",
    "radians as degrees",
    forward=lambda self: self * (180 / pi),
    dtypes=floating,
    refuses={Category.COMPLEX: refused("rad2deg is not supported for complex tensors.")},
    derivatives={"self": lambda g: rad2deg(g)},
    samples=_ANY,
)


def _reciprocal_of_norm(y: Any, x: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """1 / (x*x + y*y), and 0 at the origin."""
    square = y * y + x * x
    return masked_fill(reciprocal(square), square == 0, 0)
