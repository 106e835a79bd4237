"""Modified Bessel functions, and that of order 0 on the sphere."""

from collections.abc import Callable
from math import isinf, sin
from typing import Any

from autodiff.dtypes import Category, dtype
from autodiff.numbers import bessel
from autodiff.numbers.array_functions import each, once_rounded
from autodiff.numbers.single import by_element
from autodiff.ops.arithmetic import reciprocal
from autodiff.ops.op import Elementwise, floating, not_implemented
from autodiff.ops.refusal import Dtypes
from autodiff.ops.rounding import abs_, sgn
from autodiff.ops.selection import where

__all__: list[str] = []

_ANY = ((0.7,), (-1.3,), ([0.5, -1.5, 2.0],), ([[0.3, -0.8], [1.7, 2.2]],))
_NEAR_ZERO = 1e-7  # where a quotient by the argument is replaced by its limit


def _away_from_zero(self: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    return where(abs_(self) > _NEAR_ZERO, self, _NEAR_ZERO)


def _in_single(name: str) -> Callable[[float], float]:
    """The function of a float32, with its tables loaded when it is first called."""

    def compute(x: float) -> float:
        from autodiff.numbers import single_bessel

        return getattr(single_bessel, name)(x)  # type: ignore[no-any-return] # a float

    return compute


i0 = Elementwise(
    "i0",
    "the modified Bessel function of order 0",
    scalar=bessel.i0,
    single=_in_single("i0"),
    array=by_element(_in_single("i0"), each(bessel.i0)),
    dtypes=floating,
    refuses={Category.COMPLEX: not_implemented("i0_vml_cpu")},
    derivatives={"self": lambda g, self: g * i1(self)},
    places="function method special",
    samples=_ANY,
)

i0e = Elementwise(
    "i0e",
    "exp(-|self|) * i0(self)",
    scalar=bessel.i0e,
    single=_in_single("i0e"),
    array=by_element(_in_single("i0e"), each(bessel.i0e)),
    dtypes=floating,
    refuses={Category.COMPLEX: not_implemented("i0e_cpu")},
    derivatives={"self": lambda g, self, out: g * (i1e(self) - sgn(self) * out)},
    node="SpecialI0EBackward0",
    places="special",
    in_place=False,
    samples=_ANY,
)

i1: Elementwise = Elementwise(
    "i1",
    "the modified Bessel function of order 1",
    scalar=bessel.i1,
    single=_in_single("i1"),
    array=by_element(_in_single("i1"), each(bessel.i1)),
    dtypes=floating,
    refuses={Category.COMPLEX: not_implemented("i1_cpu")},
    derivatives={
        "self": lambda g, self, out: (
            g * where(abs_(self) > _NEAR_ZERO, i0(_away_from_zero(self)) - out * reciprocal(_away_from_zero(self)), 0.5)
        )
    },
    node="SpecialI1Backward0",
    places="special",
    in_place=False,
    samples=_ANY,
)

i1e: Elementwise = Elementwise(
    "i1e",
    "exp(-|self|) * i1(self)",
    scalar=bessel.i1e,
    single=_in_single("i1e"),
    array=by_element(_in_single("i1e"), each(bessel.i1e)),
    dtypes=floating,
    refuses={Category.COMPLEX: not_implemented("i1e_cpu")},
    derivatives={
        "self": lambda g, self, out: (
            g
            * where(
                abs_(self) > _NEAR_ZERO,
                i0e(_away_from_zero(self)) - out * (sgn(_away_from_zero(self)) + reciprocal(_away_from_zero(self))),
                0.5,
            )
        )
    },
    node="SpecialI1EBackward0",
    places="special",
    in_place=False,
    samples=_ANY,
)

# ------------------------------------------------------------------ without a derivative


def _floats_of_full_size(name: str) -> Dtypes:
    def chosen(d: dtype) -> tuple[dtype, dtype]:
        if d.category is Category.FLOAT and d.itemsize < 4:
            raise not_implemented(f"{name}_cpu")(d)
        return floating(d)

    return chosen


def _without_derivative(name: str, doc: str, **facts: Any) -> Elementwise:  # noqa: ANN401 - the keywords of Elementwise
    return Elementwise(
        name,
        f"{doc}; it has no derivative",
        dtypes=_floats_of_full_size(name),
        refuses={Category.COMPLEX: not_implemented(f"{name}_cpu")},
        places="special",
        in_place=False,
        **facts,
    )


modified_bessel_i0 = _without_derivative(
    "modified_bessel_i0", i0.doc, scalar=i0.scalar, single=i0.single, array=i0.array
)
modified_bessel_i1 = _without_derivative(
    "modified_bessel_i1", i1.doc, scalar=i1.scalar, single=i1.single, array=i1.array
)


def _on_sphere(x: float) -> float:
    """sin(x) / x, by its series where that loses digits."""
    if isinf(x):
        return 0.0
    if abs(x) >= 0.5:
        return sin(x) / x
    series, square = 1 / 6227020800, x * x
    for inverse in (-39916800, 362880, -5040, 120, -6, 1):
        series = 1 / inverse + square * series
    return series


spherical_bessel_j0 = _without_derivative(
    "spherical_bessel_j0",
    "the Bessel function of order 0 on the sphere, sin(self) / self",
    scalar=_on_sphere,
    array=once_rounded(each(_on_sphere)),
)
