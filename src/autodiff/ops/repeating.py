"""The same elements several times over (repeat, tile, grids, products of vectors), and their sums."""

import warnings
from typing import Any

from autodiff.dtypes import Category, int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import common_shape, wrapped
from autodiff.ops.joining import stack
from autodiff.ops.masking import masked_select
from autodiff.ops.op import Composite, Structural, any_of, boolean, not_implemented
from autodiff.ops.reduction import sum_, sum_dim
from autodiff.ops.shape import clone_contiguous, expand, flatten, new_zeros, reshape, unsqueeze, view
from autodiff.ops.slices import index_select

__all__: list[str] = []

_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]


def _repeated(self: Values, repeats: Any) -> Values:  # noqa: ANN401 - several ints
    repeats = (repeats,) if isinstance(repeats, int) else tuple(repeats)
    if len(repeats) < self.ndim:
        raise TorchRuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor"
        )
    if min(repeats, default=0) < 0:
        raise TorchRuntimeError(f"Trying to create tensor with negative dimension {min(repeats)}: {list(repeats)}")
    return np.tile(self, repeats)


def _added_up(g: Any, shape: tuple[int, ...], repeats: Any) -> Any:  # noqa: ANN401 - tensors
    """The gradients of all copies, added: each dimension is split into (copy, position)."""
    own = (1,) * (len(repeats) - len(shape)) + tuple(shape)
    if 0 in repeats:
        return 0
    lengths = [part for times, length in zip(repeats, own, strict=True) for part in (times, length)]
    copies = tuple(range(0, len(lengths), 2))
    return reshape(sum_dim(reshape(g, shape=lengths), dim=copies, keepdim=False), shape=shape)


repeat = Structural(
    "repeat",
    "copied several times along each dimension",
    "self, ints repeats",
    array=_repeated,
    derivatives={"self": lambda g, self_shape, repeats: _added_up(g, self_shape, repeats)},
    places="method",
    samples=((_VECTOR, (2,)), (_MATRIX, (2, 1)), (_VECTOR, (2, 3))),
)


def _sum_to_size(self: Any, size: Any) -> Any:  # noqa: ANN401 - tensors
    wanted, own = tuple(size), tuple(self.shape)
    lead = len(own) - len(wanted)
    if lead < 0 or any(new not in (1, old) for new, old in zip(wanted, own[lead:], strict=True)):
        raise TorchRuntimeError(f"size {{{list(wanted)}}} is not expandable to size {{{list(own)}}}.")
    if not wanted:
        return sum_(self, dtype=None)
    lost = [*range(lead), *(k for k in range(lead, len(own)) if wanted[k - lead] == 1 and own[k] != 1)]
    result = sum_dim(self, dim=tuple(lost), keepdim=True, dtype=None) if lost else self
    return view(result, size=wanted) if lead else result


sum_to_size = Composite(
    "sum_to_size",
    "summed along the dimensions that a tensor of the given size would be repeated along",
    "self, ints size",
    compute=_sum_to_size,
    places="method",
    samples=((_MATRIX, (3,)), (_MATRIX, (2, 1))),
)

tile = Composite(
    "tile",
    "copied several times along the last dimensions",
    "self, ints dims",
    compute=lambda self, dims: repeat(self, repeats=(1,) * (len(self.shape) - len(dims)) + tuple(dims)),
    samples=((_MATRIX, (2,)),),
)


def _line(self: Any) -> Any:  # noqa: ANN401 - a tensor
    """The elements in one dimension."""
    return self if len(self.shape) == 1 else reshape(self, shape=(-1,))


def _each_repeated(self: Any, repeats: int, dim: int | None, output_size: int | None) -> Any:  # noqa: ANN401, ARG001
    if repeats < 0:
        raise TorchRuntimeError("Repeats must be non-negative")
    if dim is None:
        self, dim = _line(self), 0
    axis = wrapped(dim, len(self.shape))
    shape = self.shape
    copies = expand(unsqueeze(self, dim=axis + 1), size=(*shape[: axis + 1], repeats, *shape[axis + 1 :]))
    return flatten(clone_contiguous(copies), start_dim=axis, end_dim=axis + 1)


repeat_interleave = Composite(
    "repeat_interleave",
    "each entry of a dimension several times in a row",
    "self, int repeats, int dim=None, *, int output_size=None",
    compute=_each_repeated,
    samples=((_VECTOR, 2), (_MATRIX, 2, 1)),
)


def _positions_repeated(repeats: Values) -> Values:
    if repeats.ndim != 1:
        raise TorchRuntimeError("repeat_interleave only accept 1D vector as repeat")
    if repeats.size and repeats.min() < 0:
        raise TorchRuntimeError("repeats can not be negative")
    return np.repeat(np.arange(repeats.size), repeats)


repeated_positions = Structural(
    "repeat_interleave",
    "each position as often in a row as its entry says",
    "repeats, *, int output_size=None",
    array=lambda repeats, output_size: _positions_repeated(repeats),
    dtypes=lambda d: (d, int64),
    refuses=any_of(not_implemented("repeat_interleave_cpu"), Category.BOOL, Category.FLOAT, Category.COMPLEX),
    places="function",
)


def _repeated_by(self: Any, repeats: Any, dim: int | None, output_size: int | None) -> Any:  # noqa: ANN401
    if dim is None:
        self, dim = _line(self), 0
    if repeats.numel() == 1 and repeats.dtype.category == Category.INTEGER:
        return _each_repeated(self, int(repeats), dim, output_size)
    if len(repeats.shape) > 1:
        raise TorchRuntimeError("repeats must be 0-dim or 1-dim tensor")
    length = self.shape[wrapped(dim, len(self.shape))]
    if repeats.numel() == 1:
        repeats = reshape(repeats, shape=(1,)).expand(length)
    if repeats.shape[0] != length:
        raise TorchRuntimeError(
            "repeats must have the same size as input along dim, but got "
            f"repeats.size(0) = {repeats.shape[0]} and input.size({dim}) = {length}"
        )
    return index_select(self, repeated_positions(repeats, output_size=output_size), dim=dim)


repeat_interleave_each = Composite(
    "repeat_interleave",
    "each entry of a dimension as often in a row as its own number says",
    "self, Tensor repeats, int dim=None, *, int output_size=None",
    compute=_repeated_by,
)

# ------------------------------------------------------------------ grids

_INDEXING_WARNING = (
    "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument. (Triggered "
    "internally at /__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:4215.)"
)


def _grid(tensors: Any, indexing: str | None) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
    if indexing is None:
        warnings.warn(_INDEXING_WARNING, UserWarning, stacklevel=4)
    elif indexing not in ("ij", "xy"):
        raise TorchRuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    for tensor in tensors:
        if len(tensor.shape) > 1:
            raise TorchRuntimeError(f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {tensor!r}")
    swapped = indexing == "xy" and len(tensors) > 1
    order = [tensors[1], tensors[0], *tensors[2:]] if swapped else list(tensors)
    lengths = [tensor.numel() for tensor in order]
    grids = []
    for k, tensor in enumerate(order):
        line = view(tensor, size=[-1 if k == j else 1 for j in range(len(order))])
        grids.append(expand(line, size=lengths))
    if swapped:
        grids = [grid.swapdims(0, 1) for grid in grids]
        grids[:2] = grids[1], grids[0]
    return tuple(grids)


meshgrid = Composite(
    "meshgrid",
    "the coordinates of all points of a grid, one tensor a dimension",
    "Variadic tensors, *, str indexing=None",
    compute=_grid,
    places="function",
)


def _cartesian(tensors: Any) -> Any:  # noqa: ANN401 - tensors
    for tensor in tensors:
        if len(tensor.shape) != 1:
            raise TorchRuntimeError(f"Expect a 1D vector, but got shape {list(tensor.shape)}")
    if len(tensors) == 1:
        return tensors[0]
    return stack([reshape(grid, shape=(-1,)) for grid in _grid(tensors, "ij")], dim=1)


cartesian_prod = Composite(
    "cartesian_prod",
    "all tuples with one element from each vector, one a row",
    "Variadic tensors",
    compute=_cartesian,
    places="function",
    samples=((_VECTOR, [1.0, 2.0]),),
)


def _ascending(self: Values, r: int, with_replacement: bool) -> Values:
    """Which points of an r-dimensional grid have ascending indices."""
    places = np.indices((self.size,) * r)
    steps = np.diff(places, axis=0)
    return (steps >= 0 if with_replacement else steps > 0).all(axis=0)


ascending = Structural(
    "ascending",
    "which points of the r-dimensional grid over a vector have ascending indices",
    "self, int r, bool with_replacement",
    array=_ascending,
    dtypes=boolean,
    public=False,
)


def _combined(self: Any, r: int, with_replacement: bool) -> Any:  # noqa: ANN401 - tensors
    if len(self.shape) != 1:
        raise TorchRuntimeError(f"Expect a 1D vector, but got shape {list(self.shape)}")
    if r < 0:
        raise TorchRuntimeError(f"Expect a non-negative number, but got {r}")
    if r == 0:
        return new_zeros(self.detach(), size=(0,))
    mask = ascending(self.detach(), r=r, with_replacement=with_replacement)
    return stack([masked_select(grid, mask) for grid in _grid([self] * r, "ij")], dim=1)


combinations = Composite(
    "combinations",
    "all choices of r elements of a vector, one a row; an element may come again on request",
    "self, int r=2, bool with_replacement=False",
    compute=_combined,
    places="function",
    samples=((_VECTOR,),),
)

broadcast_tensors = Composite(
    "broadcast_tensors",
    "all tensors repeated to their common shape",
    "Variadic tensors",
    compute=lambda tensors: tuple(
        expand(each, size=common_shape(*(tensor.shape for tensor in tensors))) for each in tensors
    ),
    places="function",
)
