"""Taking elements by position along a dimension, and putting others there: gather, scatter, take and put.

The index is a tensor of its own: it keeps its dtype and gets no gradient.
"""

from typing import Any, Final

from autodiff.dtypes import Category
from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import common_shape, wrapped
from autodiff.ops.op import Composite, Structural
from autodiff.ops.selection import where
from autodiff.ops.shape import expand, new_zeros, view

__all__ = ["TITLES", "along", "gather_place", "within"]

TITLES: Final = {
    "float32": "Float", "float64": "Double", "float16": "Half", "uint8": "Byte", "int8": "Char", "int16": "Short",
    "complex64": "ComplexFloat", "complex128": "ComplexDouble",
}  # fmt: skip
"""What PyTorch calls the dtypes of arrays."""

_V3, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]

# ------------------------------------------------------------------ checks


def within(index: Values, length: int, dim: int, error: type[Exception], text: str = "") -> None:
    """Raise an error if some position is outside [-length, length)."""
    outside = index[(index < -length) | (index >= length)]
    if outside.size:
        raise error(text or f"index {outside.flat[0]} is out of bounds for dimension {dim} with size {length}")


def gather_place(name: str, self: Values, index: Values, dim: int) -> int:
    """The dimension of a gather or scatter, after PyTorch's checks of the index."""
    if index.size and index.dtype.name not in ("int64", "int32"):
        raise TorchRuntimeError(f"{name}(): Expected dtype int32/int64 for index")
    axis = wrapped(dim, self.ndim)
    if index.size and max(self.ndim, 1) != max(index.ndim, 1):
        raise TorchRuntimeError("Index tensor must have the same number of dimensions as input tensor")
    length = self.shape[axis] if self.ndim else 1
    outside = index[(index < 0) | (index >= length)]
    if outside.size:
        raise TorchRuntimeError(f"index {outside.flat[0]} is out of bounds for dimension {axis} with size {length}")
    return axis


def along(index: Values, axis: int) -> tuple[Any, ...]:
    """The index that names, for each entry of `index`, its own place with `axis` replaced by the entry."""
    if not index.ndim:
        return ()
    own = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    return (*own[:axis], index, *own[axis + 1 :])


# ------------------------------------------------------------------ gather and scatter


def _gathered(self: Values, index: Values, dim: int) -> Values:
    axis = gather_place("gather", self, index, dim)
    if not (self.ndim and index.size):
        return np.full(index.shape, self if index.size else 0, dtype=self.dtype)
    return self[along(index, axis)].copy()


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
    axis = gather_place("scatter", self, index, dim)
    result = self.copy()
    if not index.size:
        return result
    part = src if np.ndim(src) == 0 else src[tuple(slice(n) for n in index.shape[: np.ndim(src)])]
    line = self.ndim <= 1  # a number is a line of one element
    place = (index.reshape(-1),) if line else along(index, axis)
    target = result.reshape(-1) if line else result
    part = np.reshape(part, -1) if line and np.ndim(part) else part
    if add:
        np.add.at(target, place, part)
    else:
        target[place] = part
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


def _from_start(indices: Any, length: int) -> Any:  # noqa: ANN401 - tensors
    """Positions, those below zero counted from the end."""
    return where(indices < 0, indices + length, indices)


def _need_whole_numbers(indices: Any) -> None:  # noqa: ANN401 - a tensor
    if indices.dtype.name not in ("int64", "int32"):
        raise TorchRuntimeError("gather(): Expected dtype int32/int64 for index")


def _take_along_dim(self: Any, indices: Any, dim: int | None) -> Any:  # noqa: ANN401 - tensors
    if dim is not None and indices.dtype.category != Category.INTEGER:
        raise TorchRuntimeError(
            f"torch.take_along_dim(): dtype of indices should be Long but got {indices.dtype.title}"
        )
    if dim is None:
        places, entries = _from_start(indices, self.numel()), view(self, size=(-1,))
        _need_whole_numbers(indices)
        return gather(entries, view(places, size=(-1,)), dim=0, sparse_grad=False)
    _need_whole_numbers(indices)
    axis = wrapped(dim, len(self.shape))
    indices = _from_start(indices, self.shape[axis])
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
    if index.dtype.name != "int64":
        kind = TITLES.get(index.dtype.name, "Int")
        raise TorchRuntimeError(f"take(): Expected a long tensor for index, but got {kind}")
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
        np.add.at(flat, index.reshape(-1), source.reshape(-1))
    else:
        flat[index.reshape(-1)] = source.reshape(-1)
    return result


put: Structural = Structural(
    "put",
    "self, with the elements of source at positions counted through the whole tensor",
    "self, Tensor index, Tensor source, bool accumulate=False",
    array=_put,
    derivatives={
        "self": lambda g, index, source, accumulate: (
            g if accumulate else put(g, index, new_zeros(source, size=source.shape))
        ),
        "source": lambda g, index: take(g, index),
    },
    in_place=True,
    samples=((_MATRIX, [0, 4, 4], [0.5, 1.5, 2.5], True),),
)
