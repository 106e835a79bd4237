"""`x[…]`: integers, slices and None make views, tensors and lists gather; the same for assignment."""

from typing import Any, Final

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.create import tensor
from autodiff.engine.inplace import check_may_change, write
from autodiff.errors import TorchIndexError, TorchRuntimeError, TorchTypeError, TorchValueError
from autodiff.ops.indexing import index, index_put
from autodiff.ops.memory import copy_from, fill_tensor
from autodiff.ops.shape import alias, expand, unsqueeze
from autodiff.ops.slicing import select, slice_

__all__ = ["at", "put_at"]

END: Final = 9223372036854775807
"""PyTorch's open end of a slice."""
_WHOLE: Final = slice(None)


def at(x: Any, key: Any) -> Any:  # noqa: ANN401 - a tensor, an index
    """The part of `x` at `key`. Raises PyTorch's IndexError."""
    viewed, gathered = _viewed(x, key)
    if gathered is not None:
        return apply(index, (viewed,), {"indices": gathered})
    return apply(alias, (viewed,), {}) if viewed is x else viewed


def put_at(x: Any, key: Any, value: Any) -> None:  # noqa: ANN401
    """`x[key] = value`, in place. Raises PyTorch's errors."""
    check_may_change(x)
    part, gathered = (x, None) if key is ... or key == _WHOLE else _viewed(x, key)
    if not isinstance(value, TensorBase):
        if not isinstance(value, (int, float, complex)):
            raise TorchTypeError(f"can't assign a {type(value).__name__} to a torch.{x.dtype.title}Tensor")
        value = tensor(value, dtype=x.dtype)
    if gathered is not None:
        result = apply(index_put, (part, value), {"indices": gathered, "accumulate": False})
        write(part, result)
        return
    check_may_change(part)
    _check_fits(part, value)
    op = fill_tensor if part is x and not value.shape else copy_from
    write(part, apply(op, (part, value), {}))


def _check_fits(part: Any, value: Any) -> None:  # noqa: ANN401 - tensors
    """Leading dimensions of length 1 may be dropped; otherwise the value must expand."""
    shape = tuple(value.shape)
    while len(shape) > len(part.shape) and shape[0] == 1:
        shape = shape[1:]
    if len(shape) > len(part.shape):
        raise TorchRuntimeError(
            f"expand(torch.{value.dtype.title}Tensor{{{list(value.shape)}}}, size={list(part.shape)}): the number of "
            f"sizes provided ({len(part.shape)}) must be greater or equal to the number of dimensions in the tensor "
            f"({len(shape)})"
        )
    apply(expand, (plain(value._data),), {"size": tuple(part.shape), "implicit": False}) if value.shape else None


def _viewed(x: Any, key: Any) -> tuple[Any, list[Any] | None]:  # noqa: ANN401
    """`x` with the basic parts of the index applied, and the index tensors by dimension, if there are any."""
    parts = list(key) if isinstance(key, tuple) else [key]
    parts = _without_ellipsis(x, [_part(p) for p in parts])
    gathered: list[Any] = []
    dim = 0
    for part in parts:
        if part is None:
            x = apply(unsqueeze, (x,), {"dim": dim})
            dim += 1
        elif isinstance(part, bool):
            x = apply(unsqueeze, (x,), {"dim": dim})
            gathered += [None] * (dim - len(gathered)) + [tensor([part])._data.value]
            dim += 1
        elif isinstance(part, int):
            x = _select(x, dim, part)
        elif isinstance(part, slice):
            if part != _WHOLE or (
                not isinstance(key, tuple) and key is not ...
            ):  # in a tuple, `:` only skips a dimension
                x = _slice(x, dim, part)
            dim += 1
        else:
            gathered += [None] * (dim - len(gathered)) + [_index_values(part)]
            dim += part._data.value.ndim if part.dtype.name == "bool" else 1
    return x, gathered or None


def _part(part: Any) -> Any:  # noqa: ANN401
    """One part of an index: an int, a slice, None, Ellipsis, or a tensor."""
    if part is None or part is ... or isinstance(part, (int, slice)):
        return part
    if isinstance(part, TensorBase):
        if part.dtype.is_differentiable:
            raise TorchIndexError("tensors used as indices must be long, int, byte or bool tensors")
        return part.item() if not part.shape else part
    if isinstance(part, (list, tuple)):
        return tensor(part)
    raise TorchIndexError(
        "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
        f"(got {type(part).__name__})"
    )


def _index_values(part: Any) -> Any:  # noqa: ANN401
    return part._data.value


def _without_ellipsis(x: Any, parts: list[Any]) -> list[Any]:  # noqa: ANN401
    used = sum(_dimensions(p) for p in parts)
    if used > x.ndim:
        if x.ndim == 0:
            _refuse_0d(parts)
        raise TorchIndexError(f"too many indices for tensor of dimension {x.ndim}")
    for k, part in enumerate(parts):
        if part is ...:
            return [*parts[:k], *[_WHOLE] * (x.ndim - used), *parts[k + 1 :]]
    return parts


def _dimensions(part: Any) -> int:  # noqa: ANN401
    if part is None or part is ... or isinstance(part, bool):
        return 0
    if isinstance(part, TensorBase) and part.dtype.name == "bool":
        return len(part.shape)
    return 1


def _refuse_0d(parts: list[Any]) -> None:
    if any(isinstance(p, slice) for p in parts):
        raise TorchIndexError("slice() cannot be applied to a 0-dim tensor.")
    raise TorchIndexError(
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
        "0-dim tensor to a number"
    )


def _select(x: Any, dim: int, position: int) -> Any:  # noqa: ANN401
    return apply(select, (x,), {"dim": dim, "index": position})


def _slice(x: Any, dim: int, part: slice) -> Any:  # noqa: ANN401
    step = 1 if part.step is None else int(part.step)
    if step == 0:
        raise TorchValueError("slice step cannot be zero")
    if step < 0:
        raise TorchValueError("step must be greater than zero")
    start = 0 if part.start is None else int(part.start)
    end = END if part.stop is None else int(part.stop)
    return apply(slice_, (x,), {"dim": dim, "start": start, "end": end, "step": step})
