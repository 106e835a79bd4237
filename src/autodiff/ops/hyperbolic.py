"""Hyperbolic functions and their inverses."""

import cmath
import math
from math import inf
from typing import Any, Final

from autodiff.numbers import double_complex, ieee, single
from autodiff.numbers.array_functions import once_rounded
from autodiff.ops.conjugation import conj
from autodiff.ops.exponential import rsqrt
from autodiff.ops.op import Elementwise, floating, no_derivative

__all__: list[str] = []

_ANY = ((0.7,), (-1.3,), ([0.5, -1.5, 2.0],), ([[0.3, -0.8], [1.7, 2.2]],))
_UNIT = ((0.7,), (-0.3,), ([0.5, -0.25, 0.9],))

sinh = Elementwise(
    "sinh",
    "the hyperbolic sine",
    scalar=ieee.total(math.sinh, odd=True),
    complex=ieee.total_complex(cmath.sinh),
    single=single.sinh,
    array=single.by_element(single.sinh, "sinh", whole=single.VECTOR),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(cosh(self))},
    samples=_ANY,
)

cosh: Elementwise = Elementwise(
    "cosh",
    "the hyperbolic cosine",
    scalar=ieee.total(math.cosh),
    complex=ieee.total_complex(cmath.cosh),
    single=single.cosh,
    array=single.by_element(single.cosh, "cosh", whole=single.VECTOR),
    dtypes=floating,
    derivatives={"self": lambda g, self: g * conj(sinh(self))},
    samples=_ANY,
)

one_minus_square = Elementwise(
    "one_minus_square",
    "1 - self*self with a single rounding, as a fused multiply-add gives it",
    scalar=lambda x: 1 - x * x,
    complex=lambda z: 1 - ieee.product(z, z),
    array=once_rounded(lambda x: 1 - x * x),
    derivatives={"self": lambda g, self: g * conj(-2 * self)},
    public=False,
)

tanh_backward: Elementwise = Elementwise(
    "tanh_backward",
    "the gradient of tanh, from its result",
    "Tensor grad_output, Tensor output",
    forward=lambda grad_output, output: grad_output * one_minus_square(output),
    derivatives={
        "grad_output": lambda g, output: tanh_backward(g, output),
        "output": lambda g, grad_output, output: g * (-2 * output * grad_output),
    },
    public=False,
    samples=((1.5, 0.5), ([0.5, -1.5], [0.25, -0.75])),
)

tanh = Elementwise(
    "tanh",
    "the hyperbolic tangent",
    scalar=math.tanh,
    complex=ieee.total_complex(double_complex.tanh),
    array=once_rounded("tanh"),
    dtypes=floating,
    derivatives={"self": lambda g, out: tanh_backward(g, conj(out))},
    samples=_ANY,
    places="function method functional",
)


def _written(name: str, doc: str, **forms: Any) -> Elementwise:  # noqa: ANN401 - as Elementwise has them
    """The operation in place, which is a node of its own and has no derivative in PyTorch."""
    nothing = no_derivative(f"inplace version of {name}")
    return Elementwise(name, f"{doc}, in place", overload=1, derivatives={"self": nothing}, public=False, **forms)


_asinh: Final[dict[str, Any]] = {
    "scalar": math.asinh,
    "complex": ieee.total_complex(cmath.asinh),
    "single": single.asinh,
    "array": single.by_element(single.asinh, "arcsinh"),
    "dtypes": floating,
}
asinh = Elementwise(
    "asinh",
    "the inverse hyperbolic sine",
    derivatives={"self": lambda g, self: g * conj(rsqrt(self**2 + 1))},
    written=_written("asinh", "the inverse hyperbolic sine", **_asinh),
    spellings=("arcsinh",),
    samples=_ANY,
    **_asinh,
)

_acosh: Final[dict[str, Any]] = {
    "scalar": ieee.total(math.acosh),
    "complex": ieee.total_complex(cmath.acosh),
    "single": single.acosh,
    "array": single.by_element(single.acosh, "arccosh"),
    "dtypes": floating,
}
acosh = Elementwise(
    "acosh",
    "the inverse hyperbolic cosine",
    derivatives={"self": lambda g, self: g * conj(rsqrt(self * self - 1))},
    written=_written("acosh", "the inverse hyperbolic cosine", **_acosh),
    spellings=("arccosh",),
    samples=((1.7,), ([1.5, 2.5],)),
    **_acosh,
)

_atanh: Final[dict[str, Any]] = {
    "scalar": ieee.total(math.atanh, poles={1: inf, -1: -inf}),
    "complex": ieee.total_complex(cmath.atanh),
    "single": single.atanh,
    "array": single.by_element(single.atanh, "arctanh", whole=single.VECTOR),
    "dtypes": floating,
}
atanh = Elementwise(
    "atanh",
    "the inverse hyperbolic tangent",
    derivatives={"self": lambda g, self: g / conj(1 - self**2)},
    written=_written("atanh", "the inverse hyperbolic tangent", **_atanh),
    spellings=("arctanh",),
    samples=_UNIT,
    **_atanh,
)
