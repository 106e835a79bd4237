"""Sums and differences in which one side has a factor, `alpha`: one rounding for product and sum."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autodiff.dtypes import Category, dtype_of_number
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.fused import multiply_add, multiply_add_arrays
from autodiff.ops.arithmetic import no_bools
from autodiff.ops.conjugation import conj
from autodiff.ops.op import Elementwise

__all__: list[str] = []

_FLOAT, _BOOL, _COMPLEX = Category.FLOAT, Category.BOOL, Category.COMPLEX
_PAIRS = ((1.5, 2.5), (-0.5, 3.0), ([0.5, -1.5], [2.0, 0.25]))


def _fitting_alpha(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    """A factor may be no wider a kind of number than the result."""
    operands = [*inputs, attributes["other"]] if "other" in attributes else inputs
    widest = max(x.dtype.category if hasattr(x, "dtype") else dtype_of_number(x).category for x in operands)
    alpha = attributes["alpha"]
    if isinstance(alpha, bool) and widest is not _BOOL:
        raise TorchRuntimeError("Boolean alpha only supported for Boolean results.")
    if isinstance(alpha, float) and widest < _FLOAT:
        raise TorchRuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    if isinstance(alpha, complex) and widest is not _COMPLEX:
        raise TorchRuntimeError("For non-complex input tensors, argument alpha must not be a complex number.")


def _fitting_difference(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    no_bools([*inputs, attributes["other"]] if "other" in attributes else inputs, attributes)
    _fitting_alpha(inputs, attributes)


def _scaled(
    name: str,
    doc: str,
    compute: Callable[..., Any],
    arrays: Callable[..., Any],
    derivatives: Mapping[str, Callable[..., Any]],
    schema: str = "Operand self, Operand other, *, Scalar alpha",
    **facts: Any,  # noqa: ANN401 - the keywords of Op
) -> Elementwise:
    """An operation of `(self, other, alpha)`."""
    return Elementwise(
        name, doc, schema, scalar=compute, complex=compute, array=arrays, derivatives=derivatives,
        checks=_fitting_alpha if name == "add" else _fitting_difference, **facts,
    )  # fmt: skip


_SAMPLES = ((1.5, -0.7, 2.0), ([0.5, -1.5], [2.0, 0.25], -0.5))

add_scaled = _scaled(
    "add",
    "self + alpha * other",
    lambda a, b, alpha: multiply_add(alpha, b, a),
    lambda a, b, alpha: multiply_add_arrays(alpha, b, a),
    {"self": lambda g: g, "other": lambda g, alpha: g * conj(alpha)},
    samples=_SAMPLES,
)

sub_scaled = _scaled(
    "sub",
    "self - alpha * other",
    lambda a, b, alpha: multiply_add(-alpha, b, a),
    lambda a, b, alpha: multiply_add_arrays(-alpha, b, a),
    {"self": lambda g: g, "other": lambda g, alpha: -g * conj(alpha)},
    samples=_SAMPLES,
    spellings=("subtract",),
)

rsub_scaled = _scaled(
    "rsub",
    "other - alpha * self",
    lambda a, b, alpha: multiply_add(-alpha, a, b),
    lambda a, b, alpha: multiply_add_arrays(-alpha, a, b),
    {"self": lambda g, alpha: -g * conj(alpha), "other": lambda g: g},
    "Tensor self, Tensor other, *, Scalar alpha",
    samples=_SAMPLES,
    places="function",
    in_place=False,
)

rsub_number_scaled = _scaled(
    "rsub",
    "other - alpha * self for a number other",
    lambda a, b, alpha: multiply_add(-alpha, a, b),
    lambda a, b, alpha: multiply_add_arrays(-alpha, a, b),
    {"self": lambda g, alpha: -g * conj(alpha)},
    "Tensor self, Number other, *, Scalar alpha",
    overload=1,
    samples=((1.5, 2.5, 2.0), ([0.5, -1.5], 2.5, -0.5)),
    places="function",
    in_place=False,
)

multiply_add_ = Elementwise(
    "multiply_add",
    "self * other + summand with a single rounding",
    "Operand self, Operand other, Operand summand",
    scalar=multiply_add,
    complex=lambda a, b, c: a * b + c,
    array=multiply_add_arrays,
    public=False,
    in_place=False,
)

number_like = Elementwise(
    "number_like",
    "a number, rounded as an element of self",
    "Tensor self, Number number",
    scalar=lambda self, number: number,
    complex=lambda self, number: number,
    array=lambda self, number: number,
    public=False,
    in_place=False,
)
