"""Comparisons, which answer in bools, and operations on bits."""

import operator
from collections.abc import Callable, Iterable
from typing import Any

from autodiff.dtypes import Category, default_dtype
from autodiff.errors import TorchRuntimeError
from autodiff.numbers import ieee
from autodiff.numbers.array import np
from autodiff.ops.op import Composite, Elementwise, any_of, boolean, not_implemented
from autodiff.ops.rounding import abs_
from autodiff.ops.selection import isfinite, isnan, logical_and, logical_or

__all__: list[str] = []

_BOOL, _FLOAT, _COMPLEX = Category.BOOL, Category.FLOAT, Category.COMPLEX


def _comparison(
    name: str, doc: str, compare: Callable[[Any, Any], bool], ufunc: str, spellings: Iterable[str] = ()
) -> Elementwise:
    ordered = ufunc not in ("equal", "not_equal")
    return Elementwise(
        name,
        doc,
        "Tensor self, Operand other",
        scalar=compare,
        complex=None if ordered else compare,
        array=ufunc,
        exact=True,
        dtypes=boolean,
        refuses=any_of(not_implemented(f"{name}_cpu"), _COMPLEX) if ordered else None,
        spellings=spellings,
    )


eq = _comparison("eq", "self == other, as bools", operator.eq, "equal")
ne = _comparison("ne", "self != other, as bools", operator.ne, "not_equal", ["not_equal"])
lt = _comparison("lt", "self < other, as bools", operator.lt, "less", ["less"])
le = _comparison("le", "self <= other, as bools", operator.le, "less_equal", ["less_equal"])
gt = _comparison("gt", "self > other, as bools", operator.gt, "greater", ["greater"])
ge = _comparison("ge", "self >= other, as bools", operator.ge, "greater_equal", ["greater_equal"])


def _bitwise(name: str, doc: str, combine: Callable[[Any, Any], Any], ufunc: str) -> Elementwise:
    return Elementwise(
        name,
        doc,
        "Operand self, Operand other",
        scalar=combine,
        array=ufunc,
        refuses=any_of(not_implemented(f"{name}_cpu"), _FLOAT, _COMPLEX),
        node="NotImplemented",
    )


bitwise_and = _bitwise("bitwise_and", "self & other, of integers or bools", operator.and_, "bitwise_and")
bitwise_or = _bitwise("bitwise_or", "self | other, of integers or bools", operator.or_, "bitwise_or")
bitwise_xor = _bitwise("bitwise_xor", "self ^ other, of integers or bools", operator.xor, "bitwise_xor")

bitwise_not = Elementwise(
    "bitwise_not",
    "~self, of integers or bools",
    scalar=lambda x: not x if isinstance(x, bool) else ~x,
    array="invert",
    refuses=any_of(not_implemented("bitwise_not_cpu"), _FLOAT, _COMPLEX),
    node="NotImplemented",
)


def _shift(name: str, doc: str, compute: Callable[[Any, Any], Any], ufunc: str, kernel: str) -> Elementwise:
    return Elementwise(
        name,
        doc,
        "Operand self, Operand other",
        scalar=compute,
        array=lambda a, b: np.where(
            (b >= 0) & (b < 8 * a.itemsize), getattr(np, ufunc)(a, b), (a < 0) * -1 * (ufunc == "right_shift")
        ),
        refuses=any_of(not_implemented(kernel), _BOOL, _FLOAT, _COMPLEX),
    )


bitwise_left_shift = _shift(
    "bitwise_left_shift", "self << other, of integers", ieee.left_shift, "left_shift", "lshift_cpu"
)
bitwise_right_shift = _shift(
    "bitwise_right_shift", "self >> other, of integers", ieee.right_shift, "right_shift", "rshift_cpu"
)

# ------------------------------------------------------------------ nearly equal


def _nearly_equal(self: Any, other: Any, rtol: float, atol: float, *, equal_nan: bool) -> Any:  # noqa: ANN401 - tensors
    if self.dtype is not other.dtype:
        raise TorchRuntimeError(f"{self.dtype.title} did not match {other.dtype.title}")
    close = self == other
    if equal_nan:
        close = logical_or(close, logical_and(isnan(self), isnan(other)))
    if not self.dtype.is_differentiable:
        self, other = (t.to(default_dtype()) for t in (self, other))
    difference = abs_(self - other).detach()
    return logical_or(close, logical_and(isfinite(difference), difference <= atol + abs_(rtol * other).detach()))


isclose = Composite(
    "isclose",
    "whether |self - other| <= atol + rtol * |other|, or both are equal",
    "Tensor self, Tensor other, Scalar rtol=1e-05, Scalar atol=1e-08, bool equal_nan=False",
    compute=lambda self, other, rtol, atol, equal_nan: _nearly_equal(self, other, rtol, atol, equal_nan=equal_nan),
)
