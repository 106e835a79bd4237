"""Filling a tensor with random numbers in place: `normal_`, `uniform_`, `random_`, `bernoulli_` and rarer ones.

Nothing of the old values is left, so their gradient is zero.
"""

from typing import Any

from autodiff.dtypes import Category, bfloat16, bool_, dtype, float16, float32, float64, int64, uint8
from autodiff.engine.core import TensorBase
from autodiff.engine.inplace import change
from autodiff.engine.random import integer_values, normal_values, uniform_values
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import array_of, np, numpy_dtype
from autodiff.numbers.generator import Generator, current_generator
from autodiff.numbers.normals import normals
from autodiff.ops.op import Structural

__all__ = ["bernoulli_", "cauchy_", "exponential_", "geometric_", "log_normal_", "normal_", "random_", "uniform_"]

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
_cauchy, _exponential, _geometric, _log_normal = map(_filling, ("cauchy", "exponential", "geometric", "log_normal"))


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


# ------------------------------------------------------------------ of other distributions, each from doubles


def _fractions(t: Any, generator: Generator | None) -> Any:  # noqa: ANN401 - an array of doubles
    return (generator or current_generator()).fractions(t.numel(), float64)


def _refuse_whole(t: Any, distribution: str) -> None:  # noqa: ANN401
    if t.dtype.category != Category.FLOAT:
        raise TorchRuntimeError(
            f"{distribution} distribution is a continuous probability distribution. dtype must be a floating point but "
            f"you specified {t.dtype.title}"
        )


def exponential_(self: Any, lambd: float = 1, *, generator: Generator | None = None) -> Any:  # noqa: ANN401
    """Fill with exponential numbers of the rate `lambd`."""
    _refuse_whole(self, "Exponential")
    if lambd <= 0:
        raise TorchRuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd:g}")
    return _filled(self, _exponential, -1 / lambd * np.log1p(-_fractions(self, generator)))


def cauchy_(self: Any, median: float = 0, sigma: float = 1, *, generator: Generator | None = None) -> Any:  # noqa: ANN401
    """Fill with numbers of a Cauchy distribution of the given median and half width."""
    _refuse_whole(self, "Cauchy")
    if sigma <= 0:
        raise TorchRuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
    return _filled(self, _cauchy, median + sigma * np.tan(np.pi * (_fractions(self, generator) - 0.5)))


def geometric_(self: Any, p: float, *, generator: Generator | None = None) -> Any:  # noqa: ANN401
    """Fill with how many trials of the probability `p` it takes to succeed."""
    if not 0 < p < 1:
        raise TorchRuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
    return _filled(self, _geometric, np.ceil(np.log(_fractions(self, generator)) / np.log1p(-p)))


def log_normal_(self: Any, mean: float = 1, std: float = 2, *, generator: Generator | None = None) -> Any:  # noqa: ANN401
    """Fill with exponentials of normal numbers of the given mean and standard deviation."""
    _refuse_whole(self, "log_normal_")
    if std <= 0:
        raise TorchRuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
    source = generator or current_generator()
    drawn = np.array([normals(source, 1, float64)[0] for _ in range(self.numel())], dtype=np.float64)
    return _filled(self, _log_normal, np.exp(drawn * std + mean))
