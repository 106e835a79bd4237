"""Taking elements by position along a dimension, and putting others there: gather, scatter, index_…, masked_…

The index is a tensor of its own: it keeps its dtype and gets no gradient.
"""

from typing import Any

from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import common_shape, placed, wrapped
from autodiff.ops.op import Composite, Structural
from autodiff.ops.shape import expand, new_zeros

__all__: list[str] = []

_V3, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]

# ------------------------------------------------------------------ checks


def _within(index: Values, length: int, dim: int, error: type[Exception], text: str = "") -> None:
    outside = index[(index < -length) | (index >= length)]
    if outside.size:
        raise error(text or f"index {outside.flat[0]} is out of bounds for dimension {dim} with size {length}")


def _gather_place(name: str, self: Values, index: Values, dim: int) -> int:
    """The dimension of a gather or scatter, after PyTorch's checks of the index."""
    if index.dtype.name not in ("int64", "int32"):
        raise TorchRuntimeError(f"{name}(): Expected dtype int32/int64 for index")
    axis = wrapped(dim, self.ndim)
    if max(self.ndim, 1) != max(index.ndim, 1):
        raise TorchRuntimeError("Index tensor must have the same number of dimensions as input tensor")
    length = self.shape[axis] if self.ndim else 1
    outside = index[(index < 0) | (index >= length)]
    if outside.size:
        raise TorchRuntimeError(f"index {outside.flat[0]} is out of bounds for dimension {axis} with size {length}")
    return axis


def _along(index: Values, axis: int) -> tuple[Any, ...]:
    """The index that names, for each entry of `index`, its own place with `axis` replaced by the entry."""
    if not index.ndim:
        return ()
    own = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    return (*own[:axis], index, *own[axis + 1 :])


# ------------------------------------------------------------------ gather and scatter


def _gathered(self: Values, index: Values, dim: int) -> Values:
    axis = _gather_place("gather", self, index, dim)
    if not self.ndim:
        return np.broadcast_to(self, index.shape).copy()
    return self[_along(index, axis)].copy()


gather = Structural(
    "gather",
    "the entries along dim whose positions the index has",
    "self, int dim, Tensor index, *, bool sparse_grad=False",
    array=lambda self, index, dim, sparse_grad: _gathered(self, index, dim),
    derivatives={
        "self": lambda g, self, dim, index, sparse_grad: scatter_add(new_zeros(g, size=self.shape), index, g, dim=dim),
    },
    samples=((_MATRIX, 1, [[0, 2], [1, 1]]),),
)


def _scattered(self: Values, index: Values, src: Any, dim: int, *, add: bool = False) -> Values:  # noqa: ANN401
    axis = _gather_place("scatter", self, index, dim)
    result = self.copy()
    place = _along(index, axis)
    part = src if np.ndim(src) == 0 else src[tuple(slice(n) for n in index.shape)]
    if add:
        np.add.at(result, place, part)
    else:
        result[place] = part
    return result


scatter_src = Structural(
    "scatter",
    "self, with entries of src at the positions along dim that the index has",
    "self, int dim, Tensor index, Tensor src",
    array=lambda self, index, src, dim: _scattered(self, index, src, dim),
    derivatives={
        "self": lambda g, dim, index: scatter_number(g, index, dim=dim, value=0),
        "src": lambda g, dim, index: gather(g, index, dim=dim, sparse_grad=False),
    },
    in_place=True,
    samples=((_MATRIX, 1, [[0, 2], [1, 0]], [[0.5, 1.5], [2.5, 3.5]]),),
)

scatter_number: Structural = Structural(
    "scatter",
    "self, with a number at the positions along dim that the index has",
    "self, int dim, Tensor index, Scalar value",
    overload=1,
    array=lambda self, index, dim, value: _scattered(self, index, value, dim),
    derivatives={"self": lambda g, dim, index: scatter_number(g, index, dim=dim, value=0)},
    in_place=True,
    samples=((_MATRIX, 1, [[0, 2], [1, 1]], 2.5),),
)

scatter_add: Structural = Structural(
    "scatter_add",
    "self, with entries of src added at the positions along dim that the index has",
    "self, int dim, Tensor index, Tensor src",
    array=lambda self, index, src, dim: _scattered(self, index, src, dim, add=True),
    derivatives={
        "self": lambda g: g,
        "src": lambda g, dim, index: gather(g, index, dim=dim, sparse_grad=False),
    },
    in_place=True,
    samples=((_MATRIX, 1, [[0, 2], [1, 1]], [[0.5, 1.5], [2.5, 3.5]]),),
)


def _take_along_dim(self: Any, indices: Any, dim: int | None) -> Any:  # noqa: ANN401 - tensors
    if dim is None:
        return gather(self.reshape(-1), indices.reshape(-1), dim=0, sparse_grad=False)
    axis = wrapped(dim, len(self.shape))
    lengths = [tuple(1 if k == axis else n for k, n in enumerate(t.shape)) for t in (self, indices)]
    common = common_shape(*lengths)
    sizes = [(*common[:axis], t.shape[axis], *common[axis + 1 :]) for t in (self, indices)]
    return gather(expand(self, size=sizes[0]), expand(indices, size=sizes[1]), dim=dim, sparse_grad=False)


take_along_dim = Composite(
    "take_along_dim",
    "the entries along dim whose positions the indices have; both are repeated to a common shape",
    "self, Tensor indices, int dim=None",
    compute=_take_along_dim,
)

# ------------------------------------------------------------------ positions in the order of memory


def _taken(self: Values, index: Values) -> Values:
    size = self.size
    outside = index[(index < -size) | (index >= size)]
    if outside.size:
        raise TorchIndexError(f"out of range: tried to access index {outside.flat[0]} on a tensor of {size} elements.")
    return self.reshape(-1)[index]


take = Structural(
    "take",
    "the elements at positions counted through the whole tensor",
    "self, Tensor index",
    array=_taken,
    derivatives={"self": lambda g, self, index: put(new_zeros(g, size=self.shape), index, g, accumulate=True)},
    samples=((_MATRIX, [0, 4, 4]),),
)


def _put(self: Values, index: Values, source: Values, accumulate: bool) -> Values:
    result = self.copy()
    flat = result.reshape(-1)
    if accumulate:
        np.add.at(flat, index, source)
    else:
        flat[index] = source
    return result


put: Structural = Structural(
    "put",
    "self, with the elements of source at positions counted through the whole tensor",
    "self, Tensor index, Tensor source, bool accumulate=False",
    array=_put,
    derivatives={
        "self": lambda g, index, source, accumulate: g if accumulate else put(g, index, source * 0),
        "source": lambda g, index: take(g, index),
    },
    places="method",
    in_place=True,
    samples=((_MATRIX, [0, 4, 4], [0.5, 1.5, 2.5], True),),
)

# ------------------------------------------------------------------ whole slices by position


def _slices_at(index: Values, length: int, dim: int, name: str) -> Values:
    if index.ndim > 1:
        raise TorchIndexError(f"{name}(): Index is supposed to be a vector")
    text = "" if name == "index_fill" else "index out of range in self"
    _within(index, length, dim, TorchIndexError, text)
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


def _index_added(self: Values, index: Values, source: Values, dim: int, alpha: float) -> Values:
    axis = wrapped(dim, self.ndim)
    if source.ndim and source.shape[axis] != index.size:
        raise TorchRuntimeError(
            f"index_add_(): Number of indices ({index.size}) should be equal to source.size(dim): "
            f"({source.shape[axis]}), for dim: {axis}"
        )
    result = self.copy()
    chosen = _slices_at(index, self.shape[axis] if self.ndim else 1, axis, "index_add")
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
        "source": lambda g, dim, index, alpha: index_select(g, index, dim=dim) * alpha,
    },
    in_place=True,
    samples=((_MATRIX, 1, [2, 0], [[0.5, 1.5], [2.5, 3.5]]),),
)


def _index_filled(self: Values, index: Values, value: Any, dim: int) -> Values:  # noqa: ANN401 - a number, 0-d array
    axis = wrapped(dim, self.ndim)
    result = self.copy()
    result[placed(axis, _slices_at(index, self.shape[axis], axis, "index_fill"))] = value
    return result


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
        "value": lambda g, dim, index: index_select(g, index, dim=dim).sum(),
    },
    in_place=True,
    samples=((_MATRIX, 1, [2, 0], 2.5),),
)
