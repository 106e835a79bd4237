"""The larger and the smaller of values, and bounds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.numbers.blocks import chosen
from autodiff.ops.op import Elementwise, any_of, not_implemented, refused
from autodiff.ops.selection import logical_or, masked_fill, where

__all__: list[str] = []

_BOOL, _INTEGER, _COMPLEX = Category.BOOL, Category.INTEGER, Category.COMPLEX
_PAIRS = ((1.5, 2.5), (-0.5, 3.0), ([0.5, -1.5], [2.0, 0.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.5]))
_TRIPLES = ((1.5, 2.5, 0.5), ([0.5, -1.5], [2.0, 0.25], [0.75, 1.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.5], 0.3))
_NO_CLAMP = {_COMPLEX: refused("clamp is not supported for complex types", TorchNotImplementedError)}

# ------------------------------------------------------------------ the larger and the smaller


def _extreme(choose: Callable[..., Values], second: Callable[[], Values], a: Values, b: Values) -> Values:
    """The values NumPy chooses; where it may choose either of two zeros or nan, `second` says where to take b."""
    found = choose(a, b)
    plain = found.dtype.kind != "f" or np.all(np.abs(found) > 0)
    return found if plain else chosen(second(), b, a)


maximum = Elementwise(
    "maximum",
    "the larger of self and other; equal values share the gradient",
    "Tensor self, Tensor other",
    scalar=lambda a, b: b if b > a or b != b else a,  # of equal ones the first, which shows in the sign of a zero
    array=lambda a, b: _extreme(np.maximum, lambda: (b > a) | (b != b), a, b),
    exact=True,
    refuses={_COMPLEX: refused("maximum not implemented for complex tensors.")},
    derivatives={
        "self": lambda g, self, other: masked_fill(where(self == other, g / 2, g), self < other, 0),
        "other": lambda g, self, other: masked_fill(where(self == other, g / 2, g), self > other, 0),
    },
    in_place=False,
    samples=_PAIRS,
)

minimum = Elementwise(
    "minimum",
    "the smaller of self and other; equal values share the gradient",
    "Tensor self, Tensor other",
    scalar=lambda a, b: b if b < a or b != b else a,
    array=lambda a, b: _extreme(np.minimum, lambda: (b < a) | (b != b), a, b),
    exact=True,
    refuses={_COMPLEX: refused("minimum not implemented for complex tensors.")},
    derivatives={
        "self": lambda g, self, other: masked_fill(where(self == other, g / 2, g), self > other, 0),
        "other": lambda g, self, other: masked_fill(where(self == other, g / 2, g), self < other, 0),
    },
    in_place=False,
    samples=_PAIRS,
)

fmax = Elementwise(
    "fmax",
    "the larger of self and other, or the one that is not nan; of equal values self has the gradient",
    "Tensor self, Tensor other",
    scalar=lambda a, b: a if a >= b or b != b else b,
    array=lambda a, b: chosen((a >= b) | (b != b), a, b),
    exact=True,
    refuses={_COMPLEX: refused("fmax not implemented for complex tensors.")},
    derivatives={
        "self": lambda g, self, other: where(logical_or(self >= other, other != other), g, 0),
        "other": lambda g, self, other: where(logical_or(self >= other, other != other), 0, g),
    },
    in_place=False,
    samples=_PAIRS,
)

fmin = Elementwise(
    "fmin",
    "the smaller of self and other, or the one that is not nan; of equal values self has the gradient",
    "Tensor self, Tensor other",
    scalar=lambda a, b: a if a <= b or b != b else b,
    array=lambda a, b: chosen((a <= b) | (b != b), a, b),
    exact=True,
    refuses={_COMPLEX: refused("fmin not implemented for complex tensors.")},
    derivatives={
        "self": lambda g, self, other: where(logical_or(self <= other, other != other), g, 0),
        "other": lambda g, self, other: where(logical_or(self <= other, other != other), 0, g),
    },
    in_place=False,
    samples=_PAIRS,
)

# ------------------------------------------------------------------ bounds


def _clamped(x: Any, low: Any, high: Any) -> Any:  # noqa: ANN401 - numbers; None is no bound
    if x != x:
        return x
    if low is not None and not x >= low:
        x = low
    return high if high is not None and not x <= high else x


def _arrays_clamped(x: Any, low: Any, high: Any) -> Any:  # noqa: ANN401 - arrays or numbers; None is no bound
    if low is not None:
        least = np.asarray(low, dtype=x.dtype)
        x = _extreme(np.maximum, lambda: (least > own) | (least != least), own := x, least)
    if high is not None:
        most = np.asarray(high, dtype=x.dtype)
        x = _extreme(np.minimum, lambda: (most < within) | (most != most), within := x, most)
    return x


def _within(self: Any, low: Any, high: Any) -> Any:  # noqa: ANN401 - tensors or numbers; None is no bound
    """Where self is between the bounds, which belong to it."""
    if low is None:
        return self <= high
    return self >= low if high is None else (self >= low) & (self <= high)


def _some_bound(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    if all(bound is None for bound in (*inputs[1:], *attributes.values())):
        raise TorchRuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")


clamp_tensors = Elementwise(
    "clamp",
    "self, at least min and at most max",
    "Tensor self, Tensor min=None, Tensor max=None",
    scalar=_clamped,
    array=_arrays_clamped,
    checks=_some_bound,
    refuses=_NO_CLAMP,
    derivatives={
        "self": lambda g, self, min, max: where(_within(self, min, max), g, 0),
        "min": lambda g, self, min, max: where(self < min if max is None else (min < max) & (self < min), g, 0),
        "max": lambda g, self, min, max: where(self > max if min is None else (self > max) | (max < min), g, 0),
    },
    spellings=("clip",),
    samples=((1.5, 0.5, 2.5), ([0.5, -1.5, 4.0], [-1.0, -1.0, -1.0], [1.0, 1.0, 1.0])),
)

clamp = Elementwise(
    "clamp",
    "self, at least a number min and at most a number max",
    "Tensor self, Number min=None, Number max=None",
    overload=1,
    scalar=_clamped,
    array=_arrays_clamped,
    checks=_some_bound,
    refuses=_NO_CLAMP,
    derivatives={"self": lambda g, self, min, max: where(_within(self, min, max), g, 0)},
    spellings=("clip",),
    samples=((1.5, -1, 1), ([0.5, -1.5, 4.0], -1, 1)),
)

clamp_min = Elementwise(
    "clamp_min",
    "self, at least a number min",
    "Tensor self, Number min",
    scalar=lambda x, low: _clamped(x, low, None),
    array=lambda x, low: _arrays_clamped(x, low, None),
    refuses=_NO_CLAMP,
    derivatives={"self": lambda g, self, min: where(self >= min, g, 0)},
    samples=((1.5, 1), ([0.5, -1.5, 4.0], 1)),
)

clamp_min_tensor = Elementwise(
    "clamp_min",
    "self, at least min",
    "Tensor self, Tensor min",
    overload=1,
    scalar=lambda x, low: _clamped(x, low, None),
    array=lambda x, low: _arrays_clamped(x, low, None),
    refuses=any_of(not_implemented("maximum_cpu"), _COMPLEX),
    derivatives={
        "self": lambda g, self, min: where(self >= min, g, 0),
        "min": lambda g, self, min: where(self < min, g, 0),
    },
    samples=_PAIRS,
)

clamp_max = Elementwise(
    "clamp_max",
    "self, at most a number max",
    "Tensor self, Number max",
    scalar=lambda x, high: _clamped(x, None, high),
    array=lambda x, high: _arrays_clamped(x, None, high),
    refuses=_NO_CLAMP,
    derivatives={"self": lambda g, self, max: where(self <= max, g, 0)},
    samples=((1.5, 1), ([0.5, -1.5, 4.0], 1)),
)

clamp_max_tensor = Elementwise(
    "clamp_max",
    "self, at most max",
    "Tensor self, Tensor max",
    overload=1,
    scalar=lambda x, high: _clamped(x, None, high),
    array=lambda x, high: _arrays_clamped(x, None, high),
    refuses=any_of(not_implemented("minimum_cpu"), _COMPLEX),
    derivatives={
        "self": lambda g, self, max: where(self <= max, g, 0),
        "max": lambda g, self, max: where(self > max, g, 0),
    },
    samples=_PAIRS,
)
