"""Dimensions as users write them: negative ones count from the end, a 0-d tensor counts as having one."""

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

from autodiff.dtypes import DTYPES
from autodiff.errors import TorchIndexError, TorchRuntimeError

__all__ = ["common_shape", "inferred_shape", "placed", "reduced_count", "title_of", "wrapped", "wrapped_all"]


def title_of(values: Any) -> str:  # noqa: ANN401 - an array
    """What PyTorch calls tensors of this dtype: Float, Double, Long."""
    return next(d.title for d in DTYPES if d.name == values.dtype.name)


def type_of(values: Any) -> str:  # noqa: ANN401 - an array
    """PyTorch's older name for its tensors; of dtypes that came later, the name of their kernels."""
    title = title_of(values)
    return f"CPU{title}Type" if title in ("Bool", "BFloat16") or values.dtype.kind == "c" else f"torch.{title}Tensor"


def wrapped(dim: int, ndim: int) -> int:
    """`dim` as an index from 0. Raises PyTorch's IndexError outside [-ndim, ndim)."""
    size = max(ndim, 1)
    if not -size <= dim < size:
        raise TorchIndexError(
            f"Dimension out of range (expected to be in range of [{-size}, {size - 1}], but got {dim})"
        )
    return dim % size


def wrapped_all(dims: int | Iterable[int] | None, ndim: int) -> tuple[int, ...]:
    """Several dimensions; None or an empty sequence means all. Raises RuntimeError if one appears twice."""
    if isinstance(dims, int):
        return (wrapped(dims, ndim),) if ndim else (wrapped(dims, ndim),)[:0]
    result = [wrapped(d, ndim) for d in dims or ()]
    if len(set(result)) < len(result):
        twice = next(d for k, d in enumerate(result) if d in result[:k])
        raise TorchRuntimeError(f"dim {twice} appears multiple times in the list of dims")
    return tuple(result if ndim else ()) or tuple(range(ndim))


def placed(dim: int, part: Any) -> tuple[Any, ...]:  # noqa: ANN401 - an int, a slice or an array
    """The index that takes `part` of dimension `dim` and all of those before and after it."""
    return (*(slice(None),) * dim, part)


def reduced_count(shape: Sequence[int], dims: int | Iterable[int] | None) -> int:
    """How many elements a reduction along `dims` puts into each result."""
    return prod(shape[axis] for axis in wrapped_all(dims, len(shape)))


def inferred_shape(shape: Sequence[int], count: int) -> tuple[int, ...]:
    """`shape` with its -1 replaced by what `count` elements leave. Raises PyTorch's RuntimeError if they don't fit."""
    if shape.count(-1) > 1:
        raise TorchRuntimeError("only one dimension can be inferred")
    known = prod(d for d in shape if d != -1)
    unfit = TorchRuntimeError(f"shape '{list(shape)}' is invalid for input of size {count}")
    if -1 not in shape:
        if known != count:
            raise unfit
        return tuple(shape)
    if known == 0 or count % known:
        raise unfit
    return tuple(count // known if d == -1 else d for d in shape)


def common_shape(*shapes: Sequence[int]) -> tuple[int, ...]:
    """The shape all `shapes` broadcast to. Raises PyTorch's RuntimeError if there is none."""
    result: tuple[int, ...] = ()
    for shape in shapes:
        size = max(len(result), len(shape))
        left, right = (1,) * (size - len(result)) + result, (1,) * (size - len(shape)) + tuple(shape)
        for k in range(size - 1, -1, -1):
            a, b = left[k], right[k]
            if a != b and 1 not in (a, b):
                raise TorchRuntimeError(
                    f"The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension {k}"
                )
        result = tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))
    return result
