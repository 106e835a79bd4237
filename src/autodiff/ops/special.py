"""The error function, its relatives, and entropies."""

import math
from math import inf, log, nan, pi, sqrt

from autodiff.dtypes import Category
from autodiff.numbers import single, special
from autodiff.numbers.array import np
from autodiff.numbers.array_functions import each
from autodiff.numbers.ieee import INVALID
from autodiff.numbers.scalar import round_float32
from autodiff.ops.arithmetic import add_number, mul_number
from autodiff.ops.exponential import exp, log1p
from autodiff.ops.exponential import log as logarithm
from autodiff.ops.op import Composite, Elementwise, any_of, floating, not_implemented
from autodiff.ops.selection import isnan, masked_fill, where

__all__: list[str] = []

_COMPLEX = Category.COMPLEX
_ANY = ((0.7,), (-1.3,), ([0.5, -1.5, 2.0],), ([[0.3, -0.8], [1.7, 2.2]],))
_POSITIVE = ((0.7,), (2.5,), ([0.5, 1.5, 3.0],), ([[0.3, 0.8], [1.7, 2.2]],))
_UNIT = ((0.7,), (0.3,), ([0.5, 0.25, 0.9],))
_PAIRS = ((1.5, 2.5), (0.5, 3.0), ([0.5, 1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, 4.0]], [0.5, 3.5]))
_SPECIAL = "function method special"

# ------------------------------------------------------------------ the error function

erf = Elementwise(
    "erf",
    "the error function",
    scalar=math.erf,
    array=each(math.erf),
    dtypes=floating,
    refuses=any_of(not_implemented("erf_vml_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self: (2 / sqrt(pi)) * exp(-(self**2)) * g},
    places=_SPECIAL,
    samples=_ANY,
)

erfc = Elementwise(
    "erfc",
    "1 - erf(self), accurate for large self",
    scalar=math.erfc,
    array=each(math.erfc),
    dtypes=floating,
    refuses=any_of(not_implemented("erfc_vml_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self: (-2 / sqrt(pi)) * exp(-(self**2)) * g},
    places=_SPECIAL,
    samples=_ANY,
)


def _single_erfinv(y: float) -> float:
    """That of a float32, where the nan outside the domain has its sign set."""
    return round_float32(special.erfinv(y)) if not abs(y) > 1 else INVALID


erfinv: Elementwise = Elementwise(
    "erfinv",
    "the inverse of erf",
    scalar=special.erfinv,
    single=_single_erfinv,
    array=single.by_element(_single_erfinv, each(special.erfinv)),
    dtypes=floating,
    refuses=any_of(not_implemented("erfinv_vml_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self: (sqrt(pi) / 2) * exp(erfinv(self) ** 2) * g},
    places=_SPECIAL,
    samples=_UNIT,
)

erfcx = Elementwise(
    "erfcx",
    "exp(self*self) * erfc(self)",
    scalar=special.erfcx,
    array=each(special.erfcx),
    dtypes=floating,
    refuses=any_of(not_implemented("erfcx_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self, out: (2.0 * self * out - 2.0 / sqrt(pi)) * g},
    node="SpecialErfcxBackward0",
    places="special",
    in_place=False,
    samples=_ANY,
)

ndtr = Composite(
    "ndtr",
    "the standard normal distribution's area below self",
    compute=lambda self: mul_number(add_number(erf(mul_number(self, sqrt(0.5))), 1), 0.5),
    places="special",
    samples=_ANY,
)

log_ndtr = Elementwise(
    "log_ndtr",
    "the logarithm of the standard normal distribution's area below self",
    scalar=special.log_ndtr,
    array=each(special.log_ndtr),
    dtypes=floating,
    refuses=any_of(not_implemented("log_ndtr_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self, out: g / sqrt(2 * pi) * exp(-(out + self**2 / 2))},
    node="SpecialLogNdtrBackward0",
    places="special",
    in_place=False,
    samples=_ANY,
)

ndtri = Elementwise(
    "ndtri",
    "the inverse of ndtr",
    scalar=special.ndtri,
    array=each(special.ndtri),
    dtypes=floating,
    refuses=any_of(not_implemented("ndtri_cpu"), _COMPLEX),
    derivatives={"self": lambda g, out: g * sqrt(2 * pi) * exp(out**2 / 2)},
    node="SpecialNdtriBackward0",
    places="special",
    in_place=False,
    samples=_UNIT,
)

# ------------------------------------------------------------------ entropies

xlogy: Elementwise = Elementwise(
    "xlogy",
    "self * log(other), and 0 where self is 0",
    "Tensor self, Tensor other",
    forward=lambda self, other: where(
        isnan(other), other, where(self == 0, 0, where(other < 0, INVALID, self * logarithm(other)))
    ),
    dtypes=floating,
    refuses=any_of(not_implemented("xlogy_cpu"), _COMPLEX),
    derivatives={
        "self": lambda g, self, other: masked_fill(xlogy(g, other), (self == 0.0) & (other <= 0.0), 0.0),
        "other": lambda g, self, other: g * self / other,
    },
    places=_SPECIAL,
    samples=_PAIRS,
)

xlogy_of_number = Elementwise(
    "xlogy",
    "a number times log(other), and 0 for a number 0",
    "Number self, Tensor other",
    overload=1,
    forward=lambda self, other: where(
        isnan(other), other, where(self == 0, 0, where(other < 0, INVALID, self * logarithm(other)))
    ),
    dtypes=floating,
    refuses=any_of(not_implemented("xlogy_cpu"), _COMPLEX),
    derivatives={"other": lambda g, self, other: g * self / other},
    places=_SPECIAL,
    in_place=False,
    samples=((2, 1.5), (2.5, [0.5, 1.5])),
)

xlogy_number: Elementwise = Elementwise(
    "xlogy",
    "self times the logarithm of a number, and 0 where self is 0",
    "Tensor self, Number other",
    overload=2,
    scalar=lambda x, number: (
        0.0 if x == 0 and number == number else x * log(number) if number > 0 else _times_log(x, number)
    ),
    array=lambda x, number: np.where(x == 0, 0 * number, x * np.log(np.asarray(number, dtype=x.dtype))),
    dtypes=floating,
    refuses=any_of(not_implemented("xlogy_cpu"), _COMPLEX),
    derivatives={"self": lambda g, other: xlogy_number(g, other) if other > 0 else 0 * g},
    places=_SPECIAL,
    samples=((1.5, 2), ([0.5, -1.5], 2.5)),
)


def _times_log(x: float, number: float) -> float:
    return x * -inf if number == 0 else nan


xlog1py: Elementwise = Elementwise(
    "xlog1py",
    "self * log(1 + other), and 0 where self is 0",
    "Tensor self, Tensor other",
    forward=lambda self, other: where(isnan(other), other, where(self == 0, 0, self * log1p(other))),
    dtypes=floating,
    refuses=any_of(not_implemented("xlog1py_cpu"), _COMPLEX),
    derivatives={
        "self": lambda g, self, other: masked_fill(xlog1py(g, other), (self == 0.0) & (other <= -1.0), 0.0),
        "other": lambda g, self, other: g * self / (other + 1),
    },
    node="SpecialXlog1PyBackward0",
    places="special",
    in_place=False,
    samples=_PAIRS,
)

entr = Elementwise(
    "entr",
    "-self * log(self), 0 at 0 and -inf below",
    forward=lambda self: where(self > 0, -self * logarithm(self), where(self == 0, 0, where(isnan(self), self, -inf))),
    dtypes=floating,
    refuses=any_of(not_implemented("entr_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self: g * -(logarithm(self) + 1)},
    node="SpecialEntrBackward0",
    places="special",
    in_place=False,
    samples=_POSITIVE,
)
