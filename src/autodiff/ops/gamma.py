"""The gamma function, its derivatives and its incomplete forms."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers import single_gamma, special
from autodiff.numbers.array import np
from autodiff.numbers.array_functions import each
from autodiff.numbers.scalar import round_float32
from autodiff.ops.exponential import exp, log
from autodiff.ops.op import Composite, Elementwise, any_of, floating, no_derivative, not_implemented, refused

__all__: list[str] = []

_COMPLEX = Category.COMPLEX
_POSITIVE = ((0.7,), (2.5,), ([0.6, 1.5, 3.0],), ([[0.3, 0.8], [1.7, 2.2]],))
_SPECIAL = "function method special"

lgamma = Elementwise(
    "lgamma",
    "the logarithm of the absolute value of the gamma function",
    scalar=special.lgamma,
    array=each(special.lgamma),
    dtypes=floating,
    refuses=any_of(not_implemented("lgamma_vml_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self: g * digamma(self)},
    samples=_POSITIVE,
)

gammaln = Composite(
    "gammaln",
    "lgamma by its other name",
    compute=lambda self: lgamma(self),
    places="special",
)

digamma: Elementwise = Elementwise(
    "digamma",
    "the derivative of lgamma",
    scalar=special.digamma,
    array=lambda x: each(lambda each_x: special.digamma(each_x, _rounding_of(x)))(x),
    rounds=True,
    dtypes=floating,
    refuses=any_of(not_implemented("digamma"), _COMPLEX),
    derivatives={"self": lambda g, self: g * polygamma(1, self)},
    spellings=("special_psi",),
    places=_SPECIAL,
    samples=_POSITIVE,
)


def _check_order(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    """Raise PyTorch's errors: for orders below 0, and (with its kernels' names) for complex numbers."""
    n = attributes["n"]
    if n < 0:
        raise TorchRuntimeError("polygamma(n, x) does not support negative n.")
    if inputs[0].dtype.category == _COMPLEX:
        raise not_implemented(("digamma", "trigamma", "polygamma")[min(n, 2)])(inputs[0].dtype)


polygamma: Elementwise = Elementwise(
    "polygamma",
    "the n-th derivative of digamma",
    "int n, Tensor self",
    scalar=special.polygamma,
    array=lambda n, x: _polygamma_of_arrays(n, x),
    rounds=True,
    dtypes=floating,
    checks=_check_order,
    derivatives={"self": lambda g, n, self: g * polygamma(n + 1, self)},
    places=_SPECIAL,
    in_place=False,
    samples=((1, 0.7), (2, [0.6, 1.5])),
)

polygamma_of_self = Elementwise(
    "polygamma",
    "the n-th derivative of digamma, as a method",
    "Tensor self, int n",
    scalar=lambda x, n, rounded: special.polygamma(n, x, rounded),
    array=lambda x, n: _polygamma_of_arrays(n, x),
    rounds=True,
    dtypes=floating,
    checks=_check_order,
    derivatives={"self": lambda g, n, self: g * polygamma(n + 1, self)},
    places="method",
    samples=((0.7, 1), ([0.6, 1.5], 2)),
)


def _rounding_of(x: Any) -> Any:  # noqa: ANN401 - an array; a function
    return float if x.dtype.itemsize == 8 else round_float32


def _polygamma_of_arrays(n: Any, x: Any) -> Any:  # noqa: ANN401 - arrays, or a number n
    return each(lambda each_n, each_x: special.polygamma(each_n, each_x, _rounding_of(x)))(
        np.asarray(n, dtype=x.dtype), x
    )


def _some_dimension(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:  # noqa: ARG001
    if attributes["p"] < 1:
        raise TorchRuntimeError("p has to be greater than or equal to 1")


mvlgamma = Elementwise(
    "mvlgamma",
    "the logarithm of the multivariate gamma function of dimension p",
    "Tensor self, int p",
    scalar=special.multivariate_lgamma,
    array=lambda x, p: each(special.multivariate_lgamma)(x, np.asarray(p)).astype(x.dtype),
    dtypes=floating,
    checks=_some_dimension,
    refuses={
        Category.BOOL: refused("The input tensor may not be a boolean tensor."),
        _COMPLEX: not_implemented("arange_cpu"),
    },
    derivatives={"self": lambda g, self, p: g * _sum_of_digammas(self, p)},
    spellings=("special_multigammaln",),
    samples=((1.7, 2), ([1.5, 2.5], 3)),
)


def _sum_of_digammas(self: Any, p: int) -> Any:  # noqa: ANN401 - a tensor
    total = digamma(self)
    for j in range(1, p):
        total = total + digamma(self - j / 2)
    return total


def _by_element(single: Callable[..., float], double: Callable[..., float]) -> Callable[..., Any]:
    of_single, of_double = each(single), each(double)
    return lambda a, x: (of_double if a.dtype.itemsize == 8 else of_single)(a, x)


igamma = Elementwise(
    "igamma",
    "the regularised lower incomplete gamma function of order self at other",
    "Tensor self, Tensor other",
    scalar=special.gamma_p,
    single=single_gamma.gamma_p,
    array=_by_element(single_gamma.gamma_p, special.gamma_p),
    refuses=any_of(not_implemented("igamma_cpu"), Category.BOOL, Category.INTEGER, _COMPLEX),
    derivatives={
        "self": lambda g, self, other: no_derivative("igamma: input")(g),  # after it looked at both
        "other": lambda g, self, other: g * exp((self - 1) * log(other) - other - lgamma(self)),
    },
    spellings=("special_gammainc",),
    samples=((1.5, 0.7), ([0.5, 2.5], [1.25, 2.0])),
)

igammac = Elementwise(
    "igammac",
    "the regularised upper incomplete gamma function of order self at other",
    "Tensor self, Tensor other",
    scalar=special.gamma_q,
    single=single_gamma.gamma_q,
    array=_by_element(single_gamma.gamma_q, special.gamma_q),
    refuses=any_of(not_implemented("igammac_cpu"), Category.BOOL, Category.INTEGER, _COMPLEX),
    derivatives={
        "self": lambda g, self, other: no_derivative("igammac: input")(g),  # after it looked at both
        "other": lambda g, self, other: -g * exp((self - 1) * log(other) - other - lgamma(self)),
    },
    spellings=("special_gammaincc",),
    samples=((1.5, 0.7), ([0.5, 2.5], [1.25, 2.0])),
)

zeta: Elementwise = Elementwise(
    "zeta",
    "the sum of (other + k)**-self over k >= 0",
    "Operand self, Operand other",
    scalar=special.hurwitz_zeta,
    array=each(special.hurwitz_zeta),
    dtypes=floating,
    refuses=any_of(not_implemented("zeta_cpu"), _COMPLEX),
    derivatives={
        "self": no_derivative("zeta"),
        "other": lambda g, self, other: g * -self * zeta(self + 1.0, other),
    },
    node="SpecialZetaBackward0",
    places="special",
    in_place=False,
    samples=((1.5, 0.7), ([2.5, 3.0], [1.25, 0.5])),
)
