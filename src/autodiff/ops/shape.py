"""Shapes and views: the same elements, arranged differently.

A derivative here only rearranges; the walk itself sums a gradient to its input's shape and casts it to its
input's dtype, so the rule of `expand` and of a cast is the identity.
"""

from typing import Any

from autodiff.dtypes import dtype
from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import inferred_shape, wrapped
from autodiff.ops.op import Composite, Structural

__all__: list[str] = []

_MATRIX = (([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]],),)

# ------------------------------------------------------------------ reshaping


def _viewed(self: Values, size: Any) -> Values:  # noqa: ANN401 - a sequence of ints
    shape = inferred_shape(tuple(size), self.size)
    result = self.reshape(shape)
    if self.size and not np.shares_memory(result, self):
        raise TorchRuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across two "
            "contiguous subspaces). Use .reshape(...) instead."
        )
    return result


view = Structural(
    "view",
    "the same memory in another shape; one length may be -1",
    "self, ints size",
    array=_viewed,
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
    places="method",
    samples=(),
)

unsafe_view = Structural(
    "unsafe_view",
    "another shape of memory nobody else holds",
    "self, ints size",
    array=lambda self, size: self.reshape(inferred_shape(tuple(size), self.size)),
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
    public=False,
)

clone = Structural(
    "clone",
    "a copy with memory of its own",
    array=lambda self: self.copy(order="K") if not 0 in self.strides else np.ascontiguousarray(self),
    scalar=lambda self: self,
    derivatives={"self": lambda g: g},
    samples=_MATRIX,
)

clone_contiguous = Structural(
    "clone",
    "a copy in the order of its elements",
    array=lambda self: np.ascontiguousarray(self).copy(),
    derivatives={"self": lambda g: g},
    public=False,
)


def _reshape(self: Any, shape: Any) -> Any:  # noqa: ANN401 - tensors
    """A view where the memory allows it, else a copy."""
    shape = inferred_shape(tuple(shape), self.numel())
    if self.can_be_viewed_as(shape):
        return view(self, size=shape)
    return unsafe_view(clone_contiguous(self), size=shape)


reshape = Composite(
    "reshape",
    "another shape: a view if the memory allows it, else a copy; one length may be -1",
    "self, ints shape",
    compute=_reshape,
    samples=(),
)


def _flatten(self: Any, start_dim: int, end_dim: int) -> Any:  # noqa: ANN401 - tensors
    ndim = len(self.shape)
    start, end = wrapped(start_dim, ndim), wrapped(end_dim, ndim)
    if start > end:
        raise TorchRuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if ndim == 0:
        return reshape(self, shape=(1,))
    if start == end:
        return self
    return reshape(self, shape=(*self.shape[:start], -1, *self.shape[end + 1 :]))


flatten = Composite(
    "flatten",
    "one dimension made of those from start_dim to end_dim",
    "self, int start_dim=0, int end_dim=-1",
    compute=_flatten,
)

# ------------------------------------------------------------------ dimensions of length 1

squeeze = Structural(
    "squeeze",
    "without the dimensions of length 1",
    array=lambda self: self.squeeze(),
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
)


def _squeezed(self: Values, dim: int) -> Values:
    axis = wrapped(dim, self.ndim)
    return self.squeeze(axis) if self.ndim and self.shape[axis] == 1 else self[...]


squeeze_dim = Structural(
    "squeeze",
    "without dimension dim, if its length is 1",
    "self, int dim",
    overload=1,
    array=_squeezed,
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
)

squeeze_in_place = Structural(
    "squeeze",
    "without dimension dim of a result nobody else holds",
    "self, int dim",
    overload=4,
    array=_squeezed,
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
    public=False,
)

unsqueeze = Structural(
    "unsqueeze",
    "with a new dimension of length 1 at dim",
    "self, int dim",
    array=lambda self, dim: np.expand_dims(self, wrapped(dim, self.ndim + 1)),
    view=True,
    derivatives={"self": lambda g, dim: squeeze_dim(g, dim=dim)},
)

# ------------------------------------------------------------------ order of dimensions

transpose = Structural(
    "transpose",
    "with two dimensions swapped",
    "self, int dim0, int dim1",
    array=lambda self, dim0, dim1: (
        np.swapaxes(self, wrapped(dim0, self.ndim), wrapped(dim1, self.ndim)) if self.ndim else self[...]
    ),
    view=True,
    derivatives={"self": lambda g, dim0, dim1: transpose(g, dim0=dim0, dim1=dim1)},
    spellings=("swapaxes", "swapdims"),
)


def _permuted(self: Values, dims: Any) -> Values:  # noqa: ANN401 - a sequence of ints
    if len(dims) != self.ndim:
        raise TorchRuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {self.ndim} is not equal to len(dims) = {len(dims)}"
        )
    order = [wrapped(d, self.ndim) for d in dims]
    if len(set(order)) < len(order):
        raise TorchRuntimeError("permute(): duplicate dims are not allowed.")
    return self.transpose(order)


permute = Structural(
    "permute",
    "with the dimensions in another order",
    "self, ints dims",
    array=_permuted,
    view=True,
    derivatives={"self": lambda g, dims: permute(g, dims=_inverse(dims))},
)


def _inverse(order: Any) -> tuple[int, ...]:  # noqa: ANN401 - a sequence of ints
    positive = [d % len(order) for d in order]
    return tuple(positive.index(k) for k in range(len(positive)))


def _transposed(self: Values) -> Values:
    if self.ndim > 2:
        raise TorchRuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {self.ndim}D")
    return self.T


t = Structural(
    "t",
    "the transposed matrix; a vector stays as it is",
    array=_transposed,
    view=True,
    derivatives={"self": lambda g: t(g)},
)

# ------------------------------------------------------------------ broadcasting and memory


def _expanded(self: Values, size: Any) -> Values:  # noqa: ANN401 - a sequence of ints
    wanted, own = list(size), (1,) * (len(size) - self.ndim) + self.shape
    if len(size) < self.ndim:
        raise TorchRuntimeError(
            f"expand(torch.FloatTensor{{{list(self.shape)}}}, size={wanted}): the number of sizes provided "
            f"({len(wanted)}) must be greater or equal to the number of dimensions in the tensor ({self.ndim})"
        )
    for k, (new, old) in enumerate(zip(wanted, own, strict=True)):
        if new == -1 and k >= len(size) - self.ndim:
            wanted[k] = old
        elif new != old and (old != 1 or new < 0):
            raise TorchRuntimeError(
                f"The expanded size of the tensor ({new}) must match the existing size ({old}) at non-singleton "
                f"dimension {k}.  Target sizes: {list(size)}.  Tensor sizes: {list(self.shape)}"
            )
    return np.broadcast_to(self, tuple(wanted))


expand = Structural(
    "expand",
    "repeated along dimensions of length 1, without copying",
    "self, ints size, *, bool implicit=False",
    array=lambda self, size, implicit: _expanded(self, size),
    view=True,
    derivatives={"self": lambda g: g},
    places="method",
)

alias = Structural(
    "alias",
    "the same tensor under another name",
    array=lambda self: self[...],
    view=True,
    derivatives={"self": lambda g: g},
    public=False,
)


def _strided(self: Values, size: Any, stride: Any, storage_offset: int | None) -> Values:  # noqa: ANN401
    whole = np.lib.stride_tricks.as_strided(self, (self.size - (storage_offset or 0),), (self.itemsize,))
    flat = self.reshape(-1)[storage_offset or 0 :] if self.flags.c_contiguous else whole
    return np.lib.stride_tricks.as_strided(flat, tuple(size), tuple(s * self.itemsize for s in stride))


as_strided = Structural(
    "as_strided",
    "a view of the memory by lengths and strides, counted in elements",
    "self, ints size, ints stride, int storage_offset=None",
    array=_strided,
    view=True,
    derivatives={
        "self": lambda g, self_shape, size, stride, storage_offset: as_strided_scatter(
            g, shape=self_shape, size=size, stride=stride, storage_offset=storage_offset
        )
    },
)


def _strided_scatter(g: Values, shape: Any, size: Any, stride: Any, storage_offset: Any) -> Values:  # noqa: ANN401
    result = np.zeros(shape, dtype=g.dtype)
    places = _strided(np.arange(result.size).reshape(shape), size, stride, storage_offset)
    np.add.at(result.reshape(-1), places.reshape(-1), g.reshape(-1))
    return result


as_strided_scatter = Structural(
    "as_strided_scatter",
    "zeros, with g added where a strided view lies",
    "self, ints shape, ints size, ints stride, int storage_offset",
    array=lambda self, shape, size, stride, storage_offset: _strided_scatter(self, shape, size, stride, storage_offset),
    derivatives={
        "self": lambda g, size, stride, storage_offset: as_strided(
            g, size=size, stride=stride, storage_offset=storage_offset
        )
    },
    public=False,
)

# ------------------------------------------------------------------ one index, or a range of them


def _selected(self: Values, dim: int, index: int) -> Values:
    axis = wrapped(dim, self.ndim)
    length = self.shape[axis]
    if not -length <= index < length:
        raise TorchIndexError(f"index {index} is out of bounds for dimension {axis} with size {length}")
    return self[(slice(None),) * axis + (index, ...)]


select = Structural(
    "select",
    "the slice at one index of dimension dim, without that dimension",
    "self, int dim, int index",
    array=_selected,
    view=True,
    derivatives={
        "self": lambda g, self_shape, dim, index: select_backward(g, size=self_shape, dim=dim, index=index),
    },
    samples=(),
)


def _placed(g: Values, size: Any, place: tuple[Any, ...]) -> Values:  # noqa: ANN401 - a sequence of ints
    result = np.zeros(size, dtype=g.dtype)
    result[place] = g
    return result


select_backward = Structural(
    "select_backward",
    "zeros, with grad_output at one index of dimension dim",
    "grad_output, ints size, int dim, int index",
    array=lambda grad_output, size, dim, index: _placed(
        grad_output, size, (slice(None),) * wrapped(dim, len(size)) + (index,)
    ),
    derivatives={"grad_output": lambda g, dim, index: select(g, dim=dim, index=index)},
    public=False,
)

slice_ = Structural(
    "slice",
    "every step-th entry of dimension dim from start to end",
    "self, int dim=0, int start=0, int end=9223372036854775807, int step=1",
    array=lambda self, dim, start, end, step: self[(slice(None),) * wrapped(dim, self.ndim) + (slice(start, end, step),)],
    view=True,
    derivatives={
        "self": lambda g, self_shape, dim, start, end, step: slice_backward(
            g, input_sizes=self_shape, dim=dim, start=start, end=end, step=step
        )
    },
    public=False,
)

slice_backward = Structural(
    "slice_backward",
    "zeros, with grad_output at a range of dimension dim",
    "grad_output, ints input_sizes, int dim, int start, int end, int step",
    array=lambda grad_output, input_sizes, dim, start, end, step: _placed(
        grad_output, input_sizes, (slice(None),) * wrapped(dim, len(input_sizes)) + (slice(start, end, step),)
    ),
    derivatives={
        "grad_output": lambda g, dim, start, end, step: slice_(g, dim=dim, start=start, end=end, step=step)
    },
    public=False,
)

# ------------------------------------------------------------------ casts


def _cast_to(self: Any, dtype: dtype) -> Any:  # noqa: ANN401, A002 - tensors
    return self if self.dtype is dtype else to_copy(self, dtype=dtype)


to_copy = Structural(
    "_to_copy",
    "a copy of another dtype",
    "self, dtype dtype",
    array=lambda self, dtype: self,
    scalar=lambda self, dtype: self,
    node="ToCopyBackward0",
    derivatives={"self": lambda g: g},
    public=False,
)

cast = Composite(
    "cast",
    "the tensor in another dtype; itself if it has that one already",
    "self, dtype dtype",
    compute=_cast_to,
    public=False,
)
