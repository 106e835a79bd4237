"""Choosing between values: comparisons, logic, where and masked fill.

A derivative rule that must distinguish cases says `where`, never `if`: then arrays, numbers, tensors and
formulas all read it.
"""

import operator
from collections.abc import Callable, Iterable
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchTypeError
from autodiff.numbers.array import np
from autodiff.ops.formula import Term
from autodiff.ops.op import Elementwise, any_of, boolean, not_implemented, refused

__all__: list[str] = []

_FLOAT, _COMPLEX = Category.FLOAT, Category.COMPLEX


def choose(condition: Any, yes: Any, no: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """`where` for a condition on plain numbers, such as an exponent."""
    if isinstance(condition, Term):
        return condition.note("where", condition, yes, no)
    return yes if condition else no


where = Elementwise(
    "where",
    "self where condition is true, other elsewhere",
    "Mask condition, Operand self, Operand other",
    scalar=lambda condition, yes, no: yes if condition else no,
    complex=lambda condition, yes, no: yes if condition else no,
    array=lambda condition, yes, no: np.where(condition, yes, no),
    exact=True,
    in_place=False,
    derivatives={
        "self": lambda g, condition: where(condition, g, 0),
        "other": lambda g, condition: where(condition, 0, g),
    },
)

masked_fill = Elementwise(
    "masked_fill",
    "self, with value where mask is true",
    "Tensor self, Mask mask, Scalar value",
    scalar=lambda x, mask, value: value if mask else x,
    complex=lambda x, mask, value: value if mask else x,
    array=lambda x, mask, value: np.where(mask, np.asarray(value, dtype=x.dtype), x),
    derivatives={"self": lambda g, mask: masked_fill(g, mask, 0)},
    places="method function",
)


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


def _logical(name: str, doc: str, decide: Callable[[Any, Any], bool]) -> Elementwise:
    return Elementwise(
        name,
        doc,
        "Tensor self, Operand other",
        scalar=lambda a, b: decide(bool(a), bool(b)),
        complex=lambda a, b: decide(bool(a), bool(b)),
        array=name,
        exact=True,
        dtypes=boolean,
    )


logical_and = _logical("logical_and", "whether self and other are both non-zero", lambda a, b: a and b)
logical_or = _logical("logical_or", "whether self or other is non-zero", lambda a, b: a or b)
logical_xor = _logical("logical_xor", "whether exactly one of self and other is non-zero", operator.ne)

logical_not = Elementwise(
    "logical_not",
    "whether self is zero",
    scalar=operator.not_,
    complex=operator.not_,
    array="logical_not",
    exact=True,
    dtypes=boolean,
)


def _bitwise(name: str, doc: str, combine: Callable[[Any, Any], Any], ufunc: str) -> Elementwise:
    return Elementwise(
        name,
        doc,
        "Operand self, Operand other",
        scalar=combine,
        array=ufunc,
        refuses=any_of(not_implemented(f"{name}_cpu"), _FLOAT, _COMPLEX),
    )


bitwise_and = _bitwise("bitwise_and", "self & other, of integers or bools", operator.and_, "bitwise_and")
bitwise_or = _bitwise("bitwise_or", "self | other, of integers or bools", operator.or_, "bitwise_or")
bitwise_xor = _bitwise("bitwise_xor", "self ^ other, of integers or bools", operator.xor, "bitwise_xor")

bitwise_not = Elementwise(
    "bitwise_not",
    "~self, of integers or bools",
    scalar=lambda x: not x if isinstance(x, bool) else ~x,
    array="invert",
    refuses=any_of(
        refused("~ (operator.invert) is only implemented on integer and Boolean-type tensors", TorchTypeError),
        _FLOAT,
        _COMPLEX,
    ),
)

isnan = Elementwise(
    "isnan",
    "whether self is not a number",
    scalar=lambda x: x != x,
    complex=lambda z: z != z,
    array="isnan",
    exact=True,
    dtypes=boolean,
    in_place=False,
)

isinf = Elementwise(
    "isinf",
    "whether self is infinite",
    scalar=lambda x: abs(x) == float("inf"),
    complex=lambda z: abs(z) == float("inf"),
    array="isinf",
    exact=True,
    dtypes=boolean,
    in_place=False,
)

isfinite = Elementwise(
    "isfinite",
    "whether self is a finite number",
    scalar=lambda x: abs(x) < float("inf"),
    complex=lambda z: abs(z) < float("inf"),
    array="isfinite",
    exact=True,
    dtypes=boolean,
    in_place=False,
)
