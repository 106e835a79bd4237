"""Modified Bessel functions."""

from collections.abc import Callable
from typing import Any

from autodiff.dtypes import Category
from autodiff.numbers import bessel
from autodiff.numbers.array_functions import each
from autodiff.numbers.single import by_element
from autodiff.ops.arithmetic import reciprocal
from autodiff.ops.op import Elementwise, floating, not_implemented
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
