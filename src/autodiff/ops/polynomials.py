"""Orthogonal polynomials: of a degree that is the second operand. PyTorch has no derivatives of them."""

from collections.abc import Callable
from typing import Any

from autodiff.dtypes import Category
from autodiff.numbers import polynomials
from autodiff.numbers.array_functions import each
from autodiff.numbers.scalar import round_float32
from autodiff.ops.op import Elementwise, any_of, floating, not_implemented

__all__: list[str] = []


def _polynomial(name: str, doc: str, value: Callable[..., float]) -> Elementwise:
    """The polynomial of x and n, whose value is that of Python numbers and their rounding."""

    def of_arrays(x: Any, n: Any) -> Any:  # noqa: ANN401 - arrays
        rounded = float if x.dtype.itemsize == 8 else round_float32
        return each(lambda each_x, each_n: value(each_x, each_n, rounded))(x, n)

    return Elementwise(
        name,
        doc,
        "Operand x, Operand n",
        scalar=value,
        array=of_arrays,
        rounds=True,
        dtypes=floating,
        refuses=any_of(not_implemented(f"{name}_cpu"), Category.COMPLEX),
        places="special",
        in_place=False,
    )


def _chebyshev(kind: str, *, shifted: bool = False) -> Elementwise:
    compute = polynomials.shifted_chebyshev if shifted else polynomials.chebyshev
    return _polynomial(
        f"{'shifted_' if shifted else ''}chebyshev_polynomial_{kind}",
        f"the {'shifted ' if shifted else ''}Chebyshev polynomial of the kind {kind} and of degree n",
        lambda x, n, rounded: compute(kind, x, n, rounded),
    )


chebyshev_polynomial_t = _chebyshev("t")
chebyshev_polynomial_u = _chebyshev("u")
chebyshev_polynomial_v = _chebyshev("v")
chebyshev_polynomial_w = _chebyshev("w")
shifted_chebyshev_polynomial_t = _chebyshev("t", shifted=True)
shifted_chebyshev_polynomial_u = _chebyshev("u", shifted=True)
shifted_chebyshev_polynomial_v = _chebyshev("v", shifted=True)
shifted_chebyshev_polynomial_w = _chebyshev("w", shifted=True)
hermite_polynomial_h = _polynomial(
    "hermite_polynomial_h", "the physicists' Hermite polynomial of degree n", polynomials.hermite_h
)
hermite_polynomial_he = _polynomial(
    "hermite_polynomial_he", "the probabilists' Hermite polynomial of degree n", polynomials.hermite_he
)
laguerre_polynomial_l = _polynomial(
    "laguerre_polynomial_l", "the Laguerre polynomial of degree n", polynomials.laguerre
)
legendre_polynomial_p = _polynomial(
    "legendre_polynomial_p", "the Legendre polynomial of degree n", polynomials.legendre
)
