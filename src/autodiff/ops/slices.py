"""Whole slices by position: index_select, index_add, index_copy, index_fill.

The index is a tensor of its own: it keeps its dtype and gets no gradient.
"""

from typing import Any

from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import placed, wrapped
from autodiff.ops.gathering import TITLES, within
from autodiff.ops.op import Structural
from autodiff.ops.shape import expand_as, new_zeros

__all__: list[str] = []

_MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]


def _slices_at(index: Values, length: int, dim: int, name: str) -> Values:
    if index.ndim > 1:
        raise TorchIndexError(f"{name}(): Index is supposed to be a vector")
    if index.dtype.name not in ("int64", "int32"):
        raise TorchRuntimeError(f"{name}(): Expected dtype int32 or int64 for index")
    text = "" if name == "index_fill" else "index out of range in self"
    within(index, length, dim, TorchIndexError, text)
    return index.reshape(-1)


def _index_selected(self: Values, dim: int, index: Values) -> Values:
    axis = wrapped(dim, self.ndim)
    chosen = _slices_at(index, self.shape[axis] if self.ndim else 1, axis, "index_select")
    return self.take(chosen, axis=axis) if self.ndim else self.copy()


index_select = Structural(
    "index_select",
    "the slices of dimension dim whose positions the index has",
    "self, int dim, Tensor index",
    array=lambda self, index, dim: _index_selected(self, dim, index),
    derivatives={
        "self": lambda g, self_shape, dim, index: index_add(new_zeros(g, size=self_shape), index, g, dim=dim, alpha=1)
    },
    samples=((_MATRIX, 1, [2, 0, 0]),),
)


def _whole_index(name: str, index: Values, error: type[Exception] = TorchRuntimeError) -> None:
    if index.dtype.name not in ("int64", "int32"):
        raise error(f"{name}(): Expected dtype int32/int64 for index but got: {TITLES.get(index.dtype.name, 'Bool')}")


def _need_fitting_source(self: Values, source: Values, axis: int) -> None:
    """Raise PyTorch's error unless the slices of both along `axis` have one shape."""
    own, other = list(self.shape), list(source.shape)
    if own[:axis] + own[axis + 1 :] != other[:axis] + other[axis + 1 :]:
        raise TorchRuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{own} source.shape = {other}"
        )


def _slices_of(g: Any, index: Any, source: Any, dim: int, source_dim: int) -> Any:  # noqa: ANN401 - tensors
    """The slices of the gradient that came from `source`."""
    if source_dim == 0:
        return index_select(g, index.reshape(()), dim=dim)
    return expand_as(index_select(g, index, dim=dim), source)


def _multiplied(g: Any, alpha: Any) -> Any:  # noqa: ANN401 - a tensor, a number
    return g if alpha == 1 else g * alpha


def _index_added(self: Values, index: Values, source: Values, dim: int, alpha: float) -> Values:
    axis = wrapped(dim, self.ndim)
    _whole_index("index_add_", index)
    if source.ndim and source.shape[axis] != index.size:
        raise TorchRuntimeError(
            f"index_add_(): Number of indices ({index.size}) should be equal to source.size(dim): "
            f"({source.shape[axis]}), for dim: {axis}"
        )
    if self.ndim:
        _need_fitting_source(self, source, axis)
    result = self.copy()
    length = self.shape[axis] if self.ndim else 1
    within(index, length, axis, TorchRuntimeError)
    chosen = index.reshape(-1)
    place: Any = placed(axis, chosen) if self.ndim else ()
    np.add.at(result, place, alpha * source)
    return result


index_add: Structural = Structural(
    "index_add",
    "self, with the slices of source added at the positions the index has",
    "self, int dim, Tensor index, Tensor source, *, Scalar alpha=1",
    array=_index_added,
    derivatives={
        "self": lambda g: g,
        "source": lambda g, dim, index, alpha, source, source_dim: _multiplied(
            _slices_of(g, index, source, dim, source_dim), alpha
        ),
    },
    in_place=True,
    samples=((_MATRIX, 1, [2, 0], [[0.5, 1.5], [2.5, 3.5]]),),
)


def _index_copied(self: Values, index: Values, source: Values, dim: int) -> Values:
    axis = wrapped(dim, self.ndim)
    if index.ndim > 1:
        raise TorchIndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {index.ndim})")
    if source.ndim and source.shape[axis] != index.size:
        raise TorchIndexError(
            f"index_copy_(): Number of indices ({index.size}) should be equal to source.size(dim) "
            f"({source.shape[axis]})"
        )
    result = np.atleast_1d(self.copy())
    chosen, length = index.reshape(-1), result.shape[axis]
    outside = chosen[(chosen < 0) | (chosen >= length)]
    if outside.size:
        raise TorchIndexError(
            f"index_copy_(): index {outside[0]} is out of bounds for dimension {axis} with size {length}"
        )
    result[placed(axis, chosen)] = source
    return result.reshape(self.shape)


index_copy = Structural(
    "index_copy",
    "self, with the slices of source at the positions the index has",
    "self, int dim, Tensor index, Tensor source",
    array=_index_copied,
    derivatives={
        "self": lambda g, dim, index: index_fill(g, index, dim=dim, value=0),
        "source": lambda g, source, dim, index, source_dim: _slices_of(g, index, source, dim, source_dim),
    },
    in_place=True,
    samples=((_MATRIX, 1, [2, 0], [[0.5, 1.5], [2.5, 3.5]]),),
)


def _index_filled(self: Values, index: Values, value: Any, dim: int) -> Values:  # noqa: ANN401 - a number, 0-d array
    axis = wrapped(dim, self.ndim)
    result = np.atleast_1d(self.copy())
    result[placed(axis, _slices_at(index, result.shape[axis], axis, "index_fill"))] = value
    return result.reshape(self.shape)


index_fill: Structural = Structural(
    "index_fill",
    "self, with a number in the slices at the positions the index has",
    "self, int dim, Tensor index, Scalar value",
    array=lambda self, index, dim, value: _index_filled(self, index, value, dim),
    derivatives={"self": lambda g, dim, index: index_fill(g, index, dim=dim, value=0)},
    in_place=True,
    samples=((_MATRIX, 1, [2, 0], 2.5),),
)

index_fill_tensor = Structural(
    "index_fill",
    "self, with the value of a 0-d tensor in the slices at the positions the index has",
    "self, int dim, Tensor index, Tensor value",
    overload=1,
    array=lambda self, index, value, dim: _index_filled(self, index, value, dim),
    derivatives={
        "self": lambda g, dim, index: index_fill(g, index, dim=dim, value=0),
        "value": lambda g, dim, index: index_select(g, index.unique(), dim=dim).sum(),
    },
    in_place=True,
    samples=((_MATRIX, 1, [2, 0], 2.5),),
)
