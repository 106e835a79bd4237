"""A part of a tensor replaced by another tensor."""

from typing import Any

from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values
from autodiff.ops.dimension import placed, wrapped
from autodiff.ops.op import Composite, Structural
from autodiff.ops.shape import new_zeros
from autodiff.ops.slicing import select, slice_
from autodiff.ops.striding import as_strided

__all__: list[str] = []

_MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]

# ------------------------------------------------------------------ a part replaced


def _replaced(self: Values, src: Values, part: Any, name: str) -> Values:  # noqa: ANN401 - an index
    if self[part].shape != src.shape:
        raise TorchRuntimeError(
            f"expected src to have a size equal to the {name} of self. src size = {list(src.shape)}, {name} size = "
            f"{list(self[part].shape)}"
        )
    result = self.copy()
    result[part] = src
    return result


def _nothing_in(g: Any, dim: int, part: Any) -> Any:  # noqa: ANN401 - a tensor, an index
    """Zeros in the shape of a part of `g`."""
    shape = list(g.shape)
    axis = wrapped(dim, len(shape))
    shape[axis : axis + 1] = [len(range(shape[axis])[part])] if isinstance(part, slice) else []
    return new_zeros(g, size=tuple(shape))


def _index_replaced(self: Values, src: Values, dim: int, index: int) -> Values:
    axis = wrapped(dim, self.ndim)
    if not -self.shape[axis] <= index < self.shape[axis]:
        raise TorchIndexError(
            f"select(): index {index} out of range for tensor of size {list(self.shape)} at dimension {axis}"
        )
    return _replaced(self, src, placed(axis, index), "slice")


select_scatter: Structural = Structural(
    "select_scatter",
    "self, with src at one index of dimension dim",
    "self, Tensor src, int dim, int index",
    array=_index_replaced,
    derivatives={
        "self": lambda g, dim, index: select_scatter(g, _nothing_in(g, dim, index), dim=dim, index=index),
        "src": lambda g, dim, index: select(g, dim=dim, index=index),
    },
    real=True,
    samples=((_MATRIX, [0.5, -1.5, 2.0], 0, 1),),
)

slice_scatter: Structural = Structural(
    "slice_scatter",
    "self, with src in every step-th entry of dimension dim from start to end",
    "self, Tensor src, int dim=0, int start=0, int end=9223372036854775807, int step=1",
    array=lambda self, src, dim, start, end, step: _replaced(
        self, src, placed(wrapped(dim, self.ndim), slice(start, end, step)), "slice"
    ),
    derivatives={
        "self": lambda g, dim, start, end, step: slice_scatter(
            g, _nothing_in(g, dim, slice(start, end, step)), dim=dim, start=start, end=end, step=step
        ),
        "src": lambda g, dim, start, end, step: slice_(g, dim=dim, start=start, end=end, step=step),
    },
    real=True,
    samples=((_MATRIX, [[0.5, -1.5, 2.0]], 0, 1),),
)


def _view_replaced(self: Values, src: Values, **place: Any) -> Values:  # noqa: ANN401 - lengths, strides, an offset
    result = self.copy(order="K")
    part = as_strided.array(result, **place)
    if part.shape != src.shape:
        raise TorchRuntimeError(
            f"expected src to have a size equal to the slice of self. src size = {list(src.shape)}, slice size = "
            f"{list(part.shape)}"
        )
    part[...] = src
    return result


_SCATTERED = "self, with src where a view by lengths and strides lies"
_SCATTER_SCHEMA = "self, Tensor src, ints size, ints stride, int storage_offset=None"

scattered_view: Structural = Structural(
    "as_strided_scatter",
    _SCATTERED,
    _SCATTER_SCHEMA,
    array=_view_replaced,
    public=False,
    derivatives={
        "self": lambda g, size, stride, storage_offset: scattered_view(  # PyTorch's: what was replaced, not the rest
            new_zeros(g, size=g.shape),
            as_strided(g, size=size, stride=stride, storage_offset=storage_offset),
            size=size,
            stride=stride,
            storage_offset=storage_offset,
        ),
        "src": lambda g, size, stride, storage_offset: as_strided(
            g, size=size, stride=stride, storage_offset=storage_offset
        ),
    },
)

strided_scatter = Composite(  # of one operation, whose rule, being PyTorch's, no difference quotient confirms
    "as_strided_scatter",
    _SCATTERED,
    _SCATTER_SCHEMA,
    compute=lambda self, src, size, stride, storage_offset: scattered_view(
        self, src, size=size, stride=stride, storage_offset=storage_offset
    ),
)
