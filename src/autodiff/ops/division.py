"""Division that rounds, and what it leaves: // % and their relatives."""

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.dtypes import Category, dtype_of_number, result_type
from autodiff.errors import TorchRuntimeError
from autodiff.numbers import array_functions, ieee
from autodiff.ops.dimension import common_shape
from autodiff.ops.op import Elementwise, any_of, not_implemented

__all__: list[str] = []

_BOOL, _COMPLEX = Category.BOOL, Category.COMPLEX

remainder = Elementwise(
    "remainder",
    "self modulo a number, with its sign",
    "Tensor self, Number other",
    scalar=ieee.remainder,
    array=array_functions.remainder,
    refuses=any_of(not_implemented("remainder_cpu"), _BOOL, _COMPLEX),
    derivatives={"self": lambda g: g},
    samples=((7.5, 2), ([5.5, -5.5], 3.0)),
)

remainder_tensor = Elementwise(
    "remainder",
    "self modulo other, with the sign of other",
    "Tensor self, Tensor other",
    overload=1,
    scalar=ieee.remainder,
    array=array_functions.remainder,
    refuses=any_of(not_implemented("remainder_cpu"), _BOOL, _COMPLEX),
    derivatives={
        "self": lambda g: g,
        "other": lambda g, self, other: -g * div_rounded(self, other, rounding_mode="floor"),
    },
    samples=((7.5, 2.0), ([5.5, -5.5], [3.0, 2.0])),
)

remainder_of_number = Elementwise(
    "remainder",
    "a number modulo other; it has no derivative",
    "Number self, Tensor other",
    node="NotImplemented",
    scalar=ieee.remainder,
    array=array_functions.remainder,
    refuses=any_of(not_implemented("remainder_cpu"), _BOOL, _COMPLEX),
    in_place=False,
)

fmod = Elementwise(
    "fmod",
    "the remainder of self by a number, with the sign of self",
    "Tensor self, Number other",
    scalar=ieee.fmod,
    array=array_functions.fmod,
    refuses=any_of(not_implemented("fmod_cpu"), _BOOL, _COMPLEX),
    derivatives={"self": lambda g: g},
    samples=((7.5, 2), ([5.5, -5.5], 3.0)),
)

fmod_tensor = Elementwise(
    "fmod",
    "the remainder of self by other, with the sign of self",
    "Tensor self, Tensor other",
    overload=1,
    scalar=ieee.fmod,
    array=array_functions.fmod,
    refuses=any_of(not_implemented("fmod_cpu"), _BOOL, _COMPLEX),
    derivatives={
        "self": lambda g: g,
        "other": lambda g, self, other: -g * div_rounded(self, other, rounding_mode="trunc"),
    },
    samples=((7.5, 2.0), ([5.5, -5.5], [3.0, 2.0])),
)


def _check_mode(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    """Raise PyTorch's errors for an unknown mode, and for dtypes that a mode's kernel refuses."""
    mode = attributes["rounding_mode"]
    if mode not in ("floor", "trunc"):
        raise TorchRuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{mode}'")
    kind = result_type([x.dtype if hasattr(x, "dtype") else dtype_of_number(x) for x in inputs], [], [])
    if kind.category in (_BOOL, _COMPLEX):
        common_shape(*(x.shape for x in inputs if hasattr(x, "shape")))  # which is looked for first
        raise not_implemented(f"div_{mode}_cpu")(kind)


div_rounded: Elementwise = Elementwise(
    "div",
    "self / other, rounded towards zero (trunc) or down (floor)",
    "Operand self, Operand other, *, str rounding_mode",
    overload=2,
    scalar=ieee.divide_rounded,
    array=array_functions.divide_rounded,
    checks=_check_mode,
    derivatives={
        "self": lambda g, other, rounding_mode: 0,
        "other": lambda g, self, other, rounding_mode: 0,
    },
    samples=((7.5, 2.0, "floor"), ([5.5, -5.5], [3.0, 2.0], "trunc")),
)


def _floor_divide(doc: str, schema: str, *, in_place: bool = True) -> Elementwise:
    return Elementwise(
        "floor_divide",
        doc,
        schema,
        node="NotImplemented",
        scalar=ieee.floor_divide,
        array=array_functions.floor_divide,
        refuses=any_of(not_implemented("div_floor_cpu"), _BOOL, _COMPLEX),
        in_place=in_place,
    )


floor_divide = _floor_divide("the floor of self divided by a number; no derivative", "Tensor self, Number other")
floor_divide_tensor = _floor_divide("the floor of self / other; no derivative", "Tensor self, Tensor other")
floor_divide_of_number = _floor_divide(
    "the floor of a number divided by other; no derivative", "Number self, Tensor other", in_place=False
)
