"""Drawing from distributions a tensor describes: `multinomial` and `poisson`, as PyTorch's CPU kernels draw."""

from math import exp, floor, lgamma, log, sqrt
from typing import Any, Final

from autodiff.dtypes import Category, float64, int64
from autodiff.engine import create
from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase
from autodiff.engine.random import data_of
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError, TorchTypeError
from autodiff.numbers.array import array_of, np
from autodiff.numbers.generator import Generator, current_generator
from autodiff.ops.op import Structural

__all__ = ["multinomial", "poisson"]

_MOST_ONE_BY_ONE: Final = 10
"""From this rate on, a Poisson number is accepted or rejected; below, waiting times are multiplied."""


def multinomial(
    input: Any,  # noqa: ANN401 - PyTorch's name, a tensor
    num_samples: Any,  # noqa: ANN401 - an int
    replacement: bool = False,
    *,
    generator: Generator | None = None,
) -> Any:  # noqa: ANN401 - a Tensor
    """Indices drawn with the probabilities in `input` (rows of them). Raises PyTorch's TypeError or RuntimeError."""
    weights = _weights(input, num_samples, replacement=replacement)
    source = generator or current_generator()
    if replacement and num_samples > 1:
        chosen = _with_replacement(source, weights, num_samples)
    else:  # the largest of weights over exponential numbers are drawn without replacement
        waiting = -np.log1p(-source.fractions(weights.size, float64)).astype(weights.dtype).reshape(weights.shape)
        with np.errstate(all="ignore"):
            chosen = np.argsort(-(weights / waiting), axis=-1, kind="stable")[..., :num_samples]
    return create.leaf(data_of(chosen, tuple(chosen.shape), int64), requires_grad=False)


def _weights(input: Any, count: Any, *, replacement: bool) -> Any:  # noqa: ANN401 - an array
    if not isinstance(input, TensorBase):
        raise TorchTypeError(f"multinomial(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    if not isinstance(count, int):
        kind = type(count).__name__
        raise TorchTypeError(f"multinomial(): argument 'num_samples' (position 2) must be int, not {kind}")
    if len(input.shape) not in (1, 2):
        raise TorchRuntimeError("prob_dist must be 1 or 2 dim")
    if input.dtype.category != Category.FLOAT:
        raise TorchRuntimeError(f"multinomial only supports floating-point dtypes for input, got: {input.dtype.title}")
    if count <= 0:
        raise TorchRuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and count > input.shape[-1]:
        raise TorchRuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    weights = array_of(input._data, input.dtype)
    if not bool(np.all(np.isfinite(weights) & (weights >= 0))):
        raise TorchRuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if not bool(np.all(weights.sum(axis=-1) > 0)):
        raise TorchRuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    return weights


def _with_replacement(source: Generator, weights: Any, count: int) -> Any:  # noqa: ANN401 - arrays
    """The first index whose share of the running sum reaches a uniform number, for each number."""
    rows = weights.reshape(-1, weights.shape[-1])
    sums = np.add.accumulate(rows, axis=-1)
    shares = sums / sums[:, -1:]
    shares[:, -1] = 1
    drawn = source.fractions(len(rows) * count, float64).reshape(len(rows), count)
    chosen = np.array([np.searchsorted(row, u) for row, u in zip(shares.astype(np.float64), drawn, strict=True)])
    return chosen.reshape((*weights.shape[:-1], count))


# ------------------------------------------------------------------ poisson

_poisson = Structural(
    "poisson",
    "random numbers of the rates in self",
    "self, Scalar values",
    array=lambda self, values: values.reshape(self.shape),
    derivatives={"self": lambda g: g * 0},
    public=False,
)


def poisson(input: Any, generator: Generator | None = None) -> Any:  # noqa: ANN401 - tensors
    """Random counts, each with the rate in `input`. Raises RuntimeError for a negative rate."""
    if not isinstance(input, TensorBase):
        raise TorchTypeError(f"poisson(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    if input.dtype.category != Category.FLOAT:
        raise TorchNotImplementedError(f"\"poisson_cpu\" not implemented for '{input.dtype.title}'")
    rates = array_of(input._data, input.dtype)
    if not bool(np.all(rates >= 0)):
        raise TorchRuntimeError("invalid Poisson rate, expected rate to be non-negative")
    source = generator or current_generator()
    counts = np.array([_count(source, rate) for rate in rates.ravel().tolist()], dtype=np.float64)
    return apply(_poisson, (input,), {"values": counts})


def _count(source: Generator, rate: float) -> float:
    """One number by Hörmann's transformed rejection, or by counting how many waiting times fit."""
    if rate == 0:
        return 0
    if rate >= _MOST_ONE_BY_ONE:
        return _by_rejection(source, rate)
    limit, product, count = exp(-rate), 1.0, -1
    while product > limit or count < 0:
        product *= _fraction(source)
        count += 1
    return count


def _by_rejection(source: Generator, rate: float) -> float:
    b = 0.931 + 2.53 * sqrt(rate)
    a = -0.059 + 0.02483 * b
    scale, bound = 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2)
    while True:
        u = _fraction(source) - 0.5
        v = _fraction(source)
        rest = 0.5 - abs(u)
        k = floor((2 * a / rest + b) * u + rate + 0.43)
        if rest >= 0.07 and v <= bound:
            return k
        if k < 0 or (rest < 0.013 and v > rest):
            continue
        if log(v) + log(scale) - log(a / (rest * rest) + b) <= -rate + k * log(rate) - lgamma(k + 1):
            return k


def _fraction(source: Generator) -> float:
    return float(source.fractions(1, float64)[0])
