"""Choosing between values: where, masked fill and the tests for special values.

A derivative rule that must distinguish cases says `where`, never `if`: then arrays, numbers, tensors and
formulas all read it.
"""

import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Any, Final

from autodiff.dtypes import bool_, uint8
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import np
from autodiff.numbers.blocks import chosen
from autodiff.ops.op import Elementwise, boolean

__all__: list[str] = []


def _check_condition(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:  # noqa: ARG001
    kind = inputs[0].dtype
    if kind is uint8:
        warnings.warn(_BYTE_CONDITION, UserWarning, stacklevel=5)
    elif kind is not bool_:
        raise TorchRuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {kind.title}"
        )


_BYTE_CONDITION: Final = (
    "where received a uint8 condition tensor. This behavior is deprecated and will be removed in a future version of "
    "PyTorch. Use a boolean condition instead. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/TensorCompare.cpp:621.)"
)


_C_NAMES: Final = {"int64": "long int", "int16": "short int"}


def _check_mask(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:  # noqa: ARG001
    kind = inputs[1].dtype
    if kind is not bool_:
        raise TorchRuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {_C_NAMES.get(kind.name, kind.cpp)}"
        )


where: Elementwise = Elementwise(
    "where",
    "self where condition is true, other elsewhere",
    "Mask condition, Operand self, Operand other",
    scalar=lambda condition, yes, no: yes if condition else no,
    complex=lambda condition, yes, no: yes if condition else no,
    array=lambda condition, yes, no: chosen(condition, yes, no),
    exact=True,
    checks=_check_condition,
    in_place=False,
    derivatives={
        "self": lambda g, condition: where(condition, g, 0),
        "other": lambda g, condition: where(condition, 0, g),
    },
    samples=(([True, False], [0.5, -1.5], [2.0, 0.25]), ([True, False], 1.5, [2.0, 0.25])),
)

masked_fill: Elementwise = Elementwise(
    "masked_fill",
    "self, with value where mask is true",
    "Tensor self, Mask mask, Scalar value",
    scalar=lambda x, mask, value: value if mask else x,
    complex=lambda x, mask, value: value if mask else x,
    array=lambda x, mask, value: chosen(mask, np.asarray(value, dtype=x.dtype), x),
    checks=_check_mask,
    derivatives={"self": lambda g, mask: masked_fill(g, mask, 0)},
    samples=(([0.5, -1.5], [True, False], 3.0),),
)


def _logical(name: str, doc: str, decide: Callable[[Any, Any], bool]) -> Elementwise:
    return Elementwise(
        name,
        doc,
        "Tensor self, Tensor other",
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
    scalar=lambda x: x in (inf, -inf),
    complex=lambda z: inf in (abs(z.real), abs(z.imag)),
    array="isinf",
    exact=True,
    dtypes=boolean,
    in_place=False,
)

isfinite = Elementwise(
    "isfinite",
    "whether self is a finite number",
    scalar=lambda x: -inf < x < inf,
    complex=lambda z: abs(z.real) < inf and abs(z.imag) < inf,
    array="isfinite",
    exact=True,
    dtypes=boolean,
    in_place=False,
)
