"""Absolute value, signs and rounding."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError
from autodiff.numbers import double_complex, ieee
from autodiff.numbers.array import np
from autodiff.ops.complex import magnitude, real
from autodiff.ops.conjugation import conj
from autodiff.ops.op import Composite, Elementwise, any_of, boolean, floating, not_implemented, refused
from autodiff.ops.selection import isfinite, masked_fill, where

__all__: list[str] = []

_BOOL, _INTEGER, _COMPLEX = Category.BOOL, Category.INTEGER, Category.COMPLEX
_ANY = ((0.7,), (-1.3,), ([0.4, -1.6, 2.3],), ([[0.3, -0.8], [1.7, 2.2]],))
_PAIRS = ((1.5, 2.5), (-0.5, -3.0), ([0.5, -1.5], [2.0, -0.25]), ([[1.0, 2.0], [3.0, -4.0]], [0.5, 3.5]))

# ------------------------------------------------------------------ signs

sgn = Elementwise(
    "sgn",
    "the sign; of a complex number, the number divided by its magnitude",
    scalar=lambda x: type(x)((x > 0) - (x < 0)),
    complex=double_complex.direction,
    array=lambda x: _direction(x) if x.dtype.kind == "c" else _real_sign(x),
    derivatives={"self": lambda g, self, out: _sgn_back(g, self, out)},
    samples=_ANY,
)


def _sgn_back(g: Any, self: Any, out: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """0 for real numbers, (g - Re(g conj(out)) out) / |self| for complex ones, and 0 at 0."""
    if not getattr(getattr(self, "dtype", None), "is_complex", False):
        return sgn_backward(g, self, out)
    size = abs_(self)
    scaled = g / size
    return masked_fill(scaled - real.compute(scaled * conj(out)) * out, size == 0, 0)


def _direction(z: Any) -> Any:  # noqa: ANN401 - an array
    """z * (1 / |z|), or 0."""
    size = np.abs(z)
    scale = np.where(size == 0, 0, 1 / np.where(size == 0, 1, size)).astype(size.dtype)
    result = np.empty_like(z)
    result.real, result.imag = z.real * scale, z.imag * scale
    return result


def _real_sign(x: Any) -> Any:  # noqa: ANN401 - an array
    """The sign of real numbers; 0 of nan, and a bool is its own."""
    if x.dtype.kind == "b":
        return x
    if x.dtype.kind == "f" and x.ndim:
        return np.subtract((x > 0).view(np.int8), (x < 0).view(np.int8)).astype(x.dtype)
    return np.where(x == x, np.sign(x), np.zeros_like(x))


sgn_backward: Elementwise = Elementwise(
    "sgn_backward",
    "the gradient of sgn for real numbers: 0",
    "Tensor g, Tensor self, Tensor out",
    scalar=lambda g, x, out: 0.0,
    array=lambda g, z, out: np.zeros_like(g),
    public=False,
)

_absolute: dict[str, Any] = {
    "scalar": abs, "complex": lambda z: math.hypot(z.real, z.imag), "array": "absolute", "dtypes": magnitude,
    "derivatives": {"self": lambda g, self: g * sgn(self)},
}  # fmt: skip
abs_written = Elementwise(
    "abs",
    "the absolute value of real numbers",
    refuses={
        _BOOL: not_implemented("abs_cpu"),
        _COMPLEX: refused("In-place abs is not supported for complex tensors."),
    },
    public=False,
    **_absolute,
)
abs_ = Elementwise(
    "abs",
    "the absolute value; of a complex number, its magnitude",
    refuses=any_of(not_implemented("abs_cpu"), _BOOL),
    spellings=("absolute",),
    samples=_ANY,
    written=abs_written,
    **_absolute,
)

sign: Elementwise = Elementwise(
    "sign",
    "-1, 0 or 1, by the sign; 0 for nan",
    scalar=lambda x: type(x)((x > 0) - (x < 0)),
    array=lambda x: _real_sign(x),
    refuses={
        _COMPLEX: refused(
            "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.",
            TorchNotImplementedError,
        )
    },
    derivatives={"self": lambda g: 0},
    samples=_ANY,
)

signbit: Elementwise = Elementwise(
    "signbit",
    "whether the sign is negative, also of a negative zero",
    scalar=lambda x: math.copysign(1.0, x) < 0,
    array=lambda x: np.signbit(x) if x.dtype.kind == "f" else x < 0,
    exact=True,
    dtypes=boolean,
    refuses={_COMPLEX: refused("signbit is not implemented for complex tensors.", TorchNotImplementedError)},
    in_place=False,
)


def _sign_ratio(self: Any, out: Any) -> Any:  # noqa: ANN401 - whatever carries a rule's values
    """out / self, which is 1 or -1, and 0 where self is 0."""
    return masked_fill(out / self, self == 0, 0)


copysign: Elementwise = Elementwise(
    "copysign",
    "the magnitude of self with the sign of other",
    "Tensor self, Tensor other",
    scalar=math.copysign,
    array="copysign",
    dtypes=floating,
    refuses=any_of(not_implemented("copysign_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self, out: g * _sign_ratio(self, out), "other": lambda g: 0},
    samples=_PAIRS,
)

copysign_number = Elementwise(
    "copysign",
    "the magnitude of self with the sign of a number",
    "Tensor self, Number other",
    overload=1,
    scalar=math.copysign,
    array="copysign",
    dtypes=floating,
    refuses=any_of(not_implemented("copysign_cpu"), _COMPLEX),
    derivatives={"self": lambda g, self, out: g * _sign_ratio(self, out)},
    samples=((1.5, -2), ([0.5, -1.5], 2.5)),
)


def _of_one_dtype(inputs: Sequence[Any], _attributes: Mapping[str, Any]) -> None:
    self, values = inputs
    if self.dtype.category != _COMPLEX and self.dtype is not values.dtype:
        raise TorchRuntimeError("heaviside is not yet implemented for tensors with different dtypes.")


heaviside = Elementwise(
    "heaviside",
    "0 below 0, 1 above, and values at 0; it has no derivative",
    "Tensor self, Tensor values",
    node="NotImplemented",
    scalar=lambda x, values: values if x == 0 else float(x > 0),
    array=lambda x, values: np.where(x == 0, values, x > 0),
    refuses={_COMPLEX: refused("heaviside is not yet implemented for complex tensors.")},
    checks=_of_one_dtype,
)

# ------------------------------------------------------------------ rounding


def _rounding(name: str, doc: str, function: Any, ufunc: str, spellings: tuple[str, ...] = ()) -> Elementwise:  # noqa: ANN401
    return Elementwise(
        name,
        doc,
        scalar=function,
        array=lambda x: x if x.dtype.kind in "iu" else getattr(np, ufunc)(x),
        exact=True,
        refuses={
            _COMPLEX: not_implemented("round_vml_cpu")
            if name == "round"
            else refused(f"{name} is not supported for complex inputs", TorchNotImplementedError),
            _BOOL: not_implemented(f"{name}_vml_cpu"),
        },
        derivatives={"self": lambda g: 0},
        spellings=spellings,
        samples=_ANY,
    )


floor = _rounding("floor", "the largest integer not above self", ieee.floor, "floor")
ceil = _rounding("ceil", "the smallest integer not below self", ieee.ceiling, "ceil")
round_ = _rounding("round", "the nearest integer, halves to even", ieee.round_half_even, "rint")
trunc = _rounding("trunc", "self without its fraction", ieee.truncate, "trunc", ("fix",))

round_decimals = Elementwise(
    "round",
    "self rounded to a number of decimals, halves to even",
    "self, *, int decimals",
    overload=1,
    scalar=lambda x, decimals, rounded: _rounded_to(x, decimals, rounded),
    array=lambda x, decimals: _arrays_rounded_to(x, decimals),
    rounds=True,
    refuses=any_of(not_implemented("round_cpu"), _BOOL, _INTEGER, _COMPLEX),
    derivatives={"self": lambda g: 0},
    samples=((0.714, 1), ([0.512, -1.538], 2), ([51.2, -138.4], -1)),
)


special_round = Composite(
    "special_round",
    "self rounded to a number of decimals, halves to even",
    "self, *, int decimals=0",
    compute=lambda self, decimals: round_decimals(self, decimals=decimals),
    samples=((0.714, 1),),
)


def _rounded_to(x: float, decimals: int, rounded: Any) -> float:  # noqa: ANN401 - a carrier's rounding
    """Scaled, rounded and scaled back, each step in the carrier's precision."""
    scale = rounded(10.0 ** abs(decimals))
    if decimals < 0:
        return rounded(ieee.round_half_even(rounded(x / scale)) * scale)  # type: ignore[no-any-return]
    return rounded(ieee.round_half_even(rounded(x * scale)) / scale)  # type: ignore[no-any-return]


def _arrays_rounded_to(x: Any, decimals: int) -> Any:  # noqa: ANN401 - arrays
    scale = np.asarray(10.0 ** abs(decimals), dtype=x.dtype)
    return np.rint(x / scale) * scale if decimals < 0 else np.rint(x * scale) / scale


frac = Elementwise(
    "frac",
    "the fraction of self, with its sign",
    scalar=lambda x: x - ieee.truncate(x),
    array=lambda x: x - np.trunc(x),
    refuses=any_of(not_implemented("frac_cpu"), _BOOL, _INTEGER, _COMPLEX),
    derivatives={"self": lambda g: g},
    samples=_ANY,
)

nextafter = Elementwise(
    "nextafter",
    "the next number of the dtype after self in the direction of other",
    "Tensor self, Tensor other",
    scalar=lambda x, towards, rounded: _next_number(x, towards, rounded),
    array="nextafter",
    rounds=True,
    refuses=any_of(not_implemented("nextafter_cpu"), _BOOL, _INTEGER, _COMPLEX),
    derivatives={
        "self": lambda g, self, other: where(self != other, g, 0),
        "other": lambda g, self, other: 0,
    },
    samples=((0.7, 1.5), ([0.5, -1.5], [-2.0, 3.0])),
)


def _next_number(x: float, towards: float, rounded: Any) -> float:  # noqa: ANN401 - a carrier's rounding
    if x == towards or x != x or towards != towards:
        return x + towards if x != towards else towards
    kind = np.float64 if rounded(1 / 3) == 1 / 3 else np.float32
    return float(np.nextafter(kind(x), kind(towards)))


def _nan_to_num(**facts: Any) -> Elementwise:  # noqa: ANN401 - the keywords of an operation
    return Elementwise(
        "nan_to_num",
        "self, with nan as 0 and infinities as the largest numbers of the dtype, or as given",
        "self, Scalar nan=None, Scalar posinf=None, Scalar neginf=None",
        scalar=lambda x, nan, posinf, neginf, rounded: _finite(x, nan, posinf, neginf, rounded),
        complex=lambda z, nan, posinf, neginf, rounded: complex(
            *(_finite(x, nan, posinf, neginf, lambda part: rounded(complex(part)).real) for x in (z.real, z.imag))
        ),
        array=lambda x, nan, posinf, neginf: (
            np.nan_to_num(x, nan=nan or 0.0, posinf=posinf, neginf=neginf) if x.dtype.kind in "fc" else x
        ),
        rounds=True,
        derivatives={"self": lambda g, self: g * where(isfinite(self), 1, 0)},
        samples=_ANY,
        **facts,
    )


nan_to_num: Elementwise = _nan_to_num(real=True, written=_nan_to_num(public=False))


_LARGEST = (1.7976931348623157e308, 3.4028234663852886e38, 3.3895313892515355e38, 65504.0)
"""The largest numbers of float64, float32, bfloat16 and float16: a dtype's own is the first that it can hold."""


def _finite(x: Any, nan: Any, posinf: Any, neginf: Any, rounded: Any) -> Any:  # noqa: ANN401 - numbers, a carrier's rounding
    if x != x:
        return rounded(nan or 0.0)
    if abs(x) != math.inf:
        return x
    given = posinf if x > 0 else neginf
    return rounded(given) if given is not None else math.copysign(next(m for m in _LARGEST if rounded(m) == m), x)
