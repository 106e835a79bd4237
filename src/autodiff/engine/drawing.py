"""Filling a tensor with random numbers in place: `normal_`, `uniform_`, `random_` and `bernoulli_`.

Nothing of the old values is left, so their gradient is zero.
"""

from typing import Any

from autodiff.dtypes import bfloat16, bool_, dtype, float16, float32, float64, int64, uint8
from autodiff.engine.core import TensorBase
from autodiff.engine.inplace import change
from autodiff.engine.random import integer_values, normal_values, uniform_values
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import array_of, np, numpy_dtype
from autodiff.numbers.generator import Generator, current_generator
from autodiff.ops.op import Structural

__all__ = ["bernoulli_", "normal_", "random_", "uniform_"]

_DIGITS = {float16: 11, bfloat16: 8, float32: 24, float64: 53}
"""The bits of a float's fraction: integers up to 2 ** digits are exact."""


def _filling(name: str) -> Structural:
    return Structural(
        name,
        "random numbers in the shape of self",
        "self, Scalar values",
        array=lambda self, values: values.reshape(self.shape),
        derivatives={"self": lambda g: 0},  # noqa: ARG005
        public=False,
    )


_normal, _uniform, _random, _bernoulli = map(_filling, ("normal", "uniform", "random", "bernoulli"))


def _filled(t: Any, op: Structural, values: Any) -> Any:  # noqa: ANN401 - a Tensor and a flat array
    wide = np.float64 if t.dtype is bfloat16 else numpy_dtype(t.dtype)  # an array of its own would not be rounded
    return change(t, op, (t,), {"values": values.astype(wide)})


def normal_(self: Any, mean: float = 0, std: float = 1, *, generator: Generator | None = None) -> Any:  # noqa: ANN401
    """Fill with normal numbers of the given mean and standard deviation."""
    return _filled(self, _normal, normal_values(generator or current_generator(), self.numel(), mean, std, self.dtype))


def uniform_(self: Any, low: float = 0, high: float = 1, *, generator: Generator | None = None, **named: float) -> Any:  # noqa: ANN401
    """Fill with uniform numbers of [low, high); PyTorch names them `from` and `to`."""
    low, high = named.get("from", low), named.get("to", high)
    if low > high:
        raise TorchRuntimeError(f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}")
    values = uniform_values(generator or current_generator(), self.numel(), low, high, self.dtype)
    return _filled(self, _uniform, values)


def random_(self: Any, *bounds: int, generator: Generator | None = None) -> Any:  # noqa: ANN401
    """Fill with integers: of [low, high), of [0, high), or of all that the dtype holds and are not negative."""
    source, kind = generator or current_generator(), self.dtype
    if not bounds:
        short = kind not in (int64, float64)
        return _filled(self, _random, integer_values(source, self.numel(), 0, _span(kind), short=short))
    low, high = bounds if len(bounds) > 1 else (0, *bounds)
    return _filled(self, _random, integer_values(source, self.numel(), low, high))


def _span(kind: dtype) -> int:
    """One more than the largest integer `random_` draws for a dtype."""
    if kind in _DIGITS:
        return (1 << _DIGITS[kind]) + 1
    bits = 8 * kind.itemsize if kind is not bool_ else 1
    return 1 << bits - (0 if kind in (bool_, uint8) else 1)


def bernoulli_(self: Any, p: Any = 0.5, *, generator: Generator | None = None) -> Any:  # noqa: ANN401
    """Fill with 1 with the probability `p`, a number or a tensor, else 0."""
    source = generator or current_generator()
    if isinstance(p, TensorBase):
        chances = array_of(p._data, p.dtype)
        values = source.fractions(self.numel(), float64 if p.dtype is float64 else float32) < chances.ravel()
        return _filled(self, _bernoulli, values)
    if not 0 <= p <= 1:
        raise TorchRuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
    return _filled(self, _bernoulli, source.fractions(self.numel(), float64) < p)
