"""Numbers in a row: at equal distances, or at equal ratios."""

import warnings
from math import ceil, floor, isfinite
from typing import Any, Final

from autodiff.dtypes import (
    bfloat16,
    bool_,
    complex128,
    default_complex_dtype,
    default_dtype,
    dtype,
    float32,
    float64,
    int64,
)
from autodiff.engine.apply import check_size
from autodiff.engine.core import TensorBase
from autodiff.engine.create import _checked_dtype, check_options, leaf
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError, TorchTypeError, TorchValueError
from autodiff.numbers.array import ARRAYS, np, numpy_dtype
from autodiff.numbers.generator import fused
from autodiff.numbers.scalar import SCALARS

__all__ = ["arange", "linspace", "logspace"]

_MISSING: Final = object()


def _number(name: str, argument: str, position: int, value: Any) -> Any:  # noqa: ANN401
    """A bound as a Python number, which a 0-d tensor may give. Raises PyTorch's TypeError for anything else."""
    if isinstance(value, TensorBase) and not value.shape:
        return value.item()
    if not isinstance(value, (int, float, complex)):
        raise TorchTypeError(
            f"{name}(): argument '{argument}' (position {position}) must be Number, not {type(value).__name__}"
        )
    return value


# ------------------------------------------------------------------ by a step


def arange(*bounds: Any, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Any:  # noqa: ANN401
    """The numbers from start (0) to end, which is excluded, by step (1): `arange(end)`, `arange(start, end, step)`."""
    named: dict[str, Any] = {name: options.pop(name) for name in ("start", "end", "step") if name in options}
    check_options("arange", options)
    start, end, step = _bounds(bounds, named)
    whole = all(_is_whole(b) for b in (start, end, step))
    start, end, step = (_number("arange", "end", 1, b) for b in (start, end, step))
    if isinstance(start, complex) or isinstance(end, complex) or isinstance(step, complex):
        raise TorchRuntimeError("value cannot be converted to type double without overflow")
    kind = _checked_dtype("arange", dtype) or (int64 if whole else default_dtype())
    if kind is bool_:
        raise TorchNotImplementedError("\"arange_cpu\" not implemented for 'Bool'")
    if kind is int64 and step != 0 and int(step) == 0:
        raise TorchValueError("step must be nonzero")
    if step == 0:
        raise TorchRuntimeError("step must be nonzero")
    if not (isfinite(start) and isfinite(end)):
        raise TorchRuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (end - start) * step < 0:
        raise TorchRuntimeError("upper bound and lower bound inconsistent with step sign")
    count = -((start - end) // step) if whole else ceil((end - start) / step)
    check_size((count,))
    values = _stepped(start, step, count, kind) if kind.is_differentiable else int(start) + np.arange(count) * int(step)
    return leaf(ARRAYS[kind].of(values), requires_grad=requires_grad)


def _stepped(start: float, step: float, count: int, kind: dtype) -> Any:  # noqa: ANN401 - an array
    """PyTorch's kernel fills vector registers, each from its own first number, two at a time; the rest one by one."""
    values = fused(np.float64(step), np.arange(count, dtype=np.float64), np.float64(start))
    lanes = {float32: 8, float64: 4}.get(kind)
    if lanes is not None:
        whole = count // (2 * lanes) * 2 * lanes
        first = values[:whole:lanes].astype(numpy_dtype(kind)).astype(np.float64)
        values[:whole] = fused(np.float64(step), np.tile(np.arange(lanes), whole // lanes), np.repeat(first, lanes))
    return values


def _is_whole(bound: Any) -> bool:  # noqa: ANN401
    return not bound.dtype.is_differentiable if isinstance(bound, TensorBase) else isinstance(bound, int)


def _bounds(bounds: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Start, end and step from what was given by position and by name."""
    names = ("end",) if len(bounds) == 1 and "end" not in named else ("start", "end", "step")
    given = dict(zip(names, bounds, strict=False))
    if len(bounds) > len(names) or given.keys() & named.keys() or "end" not in {**given, **named}:
        kinds = [type(b).__name__ for b in bounds] + [f"{name}={type(b).__name__}" for name, b in named.items()]
        raise TorchTypeError(
            f"arange() received an invalid combination of arguments - got ({', '.join(kinds)}), but expected one of:\n"
            + "".join(f" * ({first}, {_ARANGE_OPTIONS})\n" for first in _ARANGE_BOUNDS)
        )
    found = {"start": 0, "step": 1, **given, **named}
    return found["start"], found["end"], found["step"]


_ARANGE_BOUNDS: Final = ("Number end", "Number start, Number end", "Number start, Number end, Number step = 1")
_ARANGE_OPTIONS: Final = (
    "*, Tensor out = None, torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, "
    "bool pin_memory = False, bool requires_grad = False"
)


def range(
    start: Any,  # noqa: ANN401
    end: Any = None,  # noqa: ANN401
    step: Any = 1,  # noqa: ANN401
    *,
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - a Tensor
    """The numbers from start (0) to end, which is included; PyTorch advises `arange`."""
    check_options("range", options)
    warnings.warn(
        "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with "
        "Python's range builtin. Instead, use torch.arange, which produces values in [start, end).",
        UserWarning,
        stacklevel=2,
    )
    if end is None:
        start, end = 0, start
    count = floor((end - start) / step) + 1
    kind = dtype or default_dtype()
    values = (start + np.arange(count) * step).astype(numpy_dtype(kind))
    return leaf(ARRAYS[kind].of(values), requires_grad=requires_grad)


# ------------------------------------------------------------------ by their number


def linspace(
    start: Any,  # noqa: ANN401
    end: Any,  # noqa: ANN401
    steps: Any = _MISSING,  # noqa: ANN401
    *,
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - a Tensor
    """`steps` evenly spaced numbers from start to end, both included."""
    if steps is _MISSING:
        from autodiff.engine.explanation import misfit  # the words for a mistake are many

        raise misfit("linspace", (), (start, end), {}, called_as_method=False)
    start, end, kind = _ends("linspace", start, end, steps, dtype, options)
    return leaf(ARRAYS[kind].of(_spaced(start, end, steps, kind)), requires_grad=requires_grad)


def logspace(
    start: Any,  # noqa: ANN401
    end: Any,  # noqa: ANN401
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - a Tensor
    """`steps` numbers from base**start to base**end, at equal ratios: only the ends and the results are rounded."""
    start, end, kind = _ends("logspace", start, end, steps, dtype, options)
    wide = complex128 if kind.is_complex else float64
    ends = (start, end) if steps == 1 else (SCALARS[kind].round(start), SCALARS[kind].round(end))
    exponents = _spaced(*ends, steps, wide)
    with np.errstate(all="ignore"):
        values = numpy_dtype(wide).type(base) ** exponents
    return leaf(ARRAYS[kind].of(values), requires_grad=requires_grad)


def _ends(name: str, start: Any, end: Any, steps: int, asked: Any, options: dict[str, Any]) -> tuple[Any, Any, dtype]:  # noqa: ANN401
    """Both ends as numbers, and the dtype of the result. Raises PyTorch's errors."""
    check_options(name, options)
    for side, value in (("start", start), ("end", end)):
        if isinstance(value, TensorBase) and value.shape:
            raise TorchRuntimeError(
                f"{name} only supports 0-dimensional start and end tensors, "
                f"but got {side} with {len(value.shape)} dimension(s)."
            )
    if steps < 0:
        raise TorchRuntimeError("number of steps must be non-negative")
    check_size((steps,))
    start, end = _number(name, "start", 1, start), _number(name, "end", 2, end)
    kind = _checked_dtype(name, asked) or default_dtype()
    if asked is None and (isinstance(start, complex) or isinstance(end, complex)):
        kind = default_complex_dtype()
    return start, end, kind


def _spaced(start: Any, end: Any, steps: int, kind: dtype) -> Any:  # noqa: ANN401 - an array
    """From both ends towards the middle, each rounded once in `kind` (integers: in float64), as the kernel does."""
    real = kind.is_differentiable
    own: Any = numpy_dtype(kind).type if real else np.float64
    first, last = (own(SCALARS[kind].round(x)) for x in (start, end))
    if steps == 1:
        return np.array([first])
    step = (last - first) / own(max(steps - 1, 1))
    counts = np.arange(steps)
    ahead, behind = counts.astype(own), (steps - 1 - counts).astype(own)
    if own in (np.float32, np.float64):
        values = np.where(counts < steps // 2, fused(step, ahead, first), fused(-step, behind, last))
    else:
        values = np.where(counts < steps // 2, first + step * ahead, last - step * behind)
    values = values.astype(np.float64) if kind is bfloat16 else values  # an array of it would not be rounded again
    return np.trunc(values) if not real else values
