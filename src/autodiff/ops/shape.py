"""Shapes: the same elements under other lengths.

A derivative only rearranges: the walk sums a gradient to its input's shape, so the rule of `expand` is the identity.
"""

from typing import Any

from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.numbers.layout import copy_alike, expanded
from autodiff.ops.dimension import inferred_shape, type_of, wrapped, wrapped_all
from autodiff.ops.op import Composite, Structural

__all__: list[str] = []

_MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]

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
    samples=((_MATRIX, (3, 2)),),
)

reshape_alias = Structural(
    "_reshape_alias",
    "a view in another shape of memory whose elements are not in order",
    "self, ints size",
    node="ReshapeAliasBackward0",
    array=_viewed,
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
    public=False,
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
    array=copy_alike,
    scalar=lambda self: self,
    derivatives={"self": lambda g: g},
    samples=((_MATRIX,),),
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
    shape = inferred_shape(tuple(shape) if isinstance(shape, (list, tuple)) else (shape,), self.numel())
    if self.is_contiguous():
        return view(self, size=shape)
    if self.can_be_viewed_as(shape):
        return reshape_alias(self, size=shape)
    return unsafe_view(clone_contiguous(self), size=shape)


reshape: Composite = Composite(
    "reshape",
    "another shape: a view if the memory allows it, else a copy; one length may be -1",
    "self, ints shape",
    compute=_reshape,
    samples=((_MATRIX, (3, 2)), (_MATRIX, (-1,))),
)

view_as = Composite(
    "view_as",
    "the same memory in the shape of other",
    "self, Tensor other",
    compute=lambda self, other: view(self, size=tuple(other.shape)),
    places="method",
)

reshape_as = Composite(
    "reshape_as",
    "the elements in the shape of other",
    "self, Tensor other",
    compute=lambda self, other: reshape(self, shape=tuple(other.shape)),
    places="method",
)

contiguous = Composite(
    "contiguous",
    "the tensor itself if its elements lie in memory in order, else a copy in which they do",
    compute=lambda self: self if self.is_contiguous() else clone_contiguous(self),
    places="method",
)

ravel = Composite(
    "ravel",
    "all elements in one dimension",
    compute=lambda self: view(contiguous(self), size=(-1,)),
    samples=((_MATRIX,),),
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
    samples=((_MATRIX,),),
)


def _unflatten(self: Any, dim: int, sizes: Any) -> Any:  # noqa: ANN401 - tensors
    axis = wrapped(dim, len(self.shape))
    length = self.shape[axis]
    try:
        shape = inferred_shape(tuple(sizes), length)
    except TorchRuntimeError:
        raise TorchRuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {axis} ({length}) in the "
            "input tensor"
        ) from None
    return view(self, size=(*self.shape[:axis], *shape, *self.shape[axis + 1 :]))


unflatten = Composite(
    "unflatten",
    "dimension dim split into several",
    "self, int dim, ints sizes",
    compute=_unflatten,
    samples=((_MATRIX, 1, (3, 1)),),
)

# ------------------------------------------------------------------ dimensions of length 1

squeeze = Structural(
    "squeeze",
    "without the dimensions of length 1",
    array=lambda self: self.squeeze(),
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
    samples=(([[1.0, 2.0]],),),
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
    derivatives={"self": lambda g, self_shape, dim: reshape(g, self_shape)},
    samples=(([[1.0, 2.0]], 0),),
)

squeeze_dims = Structural(
    "squeeze",
    "without those of the dimensions dim whose length is 1",
    "self, ints dim",
    overload=2,
    array=lambda self, dim: self.squeeze(tuple(d for d in wrapped_all(dim, self.ndim) if self.shape[d] == 1)),
    view=True,
    derivatives={"self": lambda g, self_shape, dim: reshape(g, self_shape)},
    samples=(([[1.0, 2.0]], (0, 1)),),
)

squeeze_in_place = Structural(
    "squeeze",
    "without dimension dim of a result nobody else holds",
    "self, int dim",
    overload=4,
    array=_squeezed,
    view=True,
    derivatives={"self": lambda g, self_shape, dim: reshape(g, self_shape)},
    public=False,
)

unsqueeze = Structural(
    "unsqueeze",
    "with a new dimension of length 1 at dim",
    "self, int dim",
    array=lambda self, dim: np.expand_dims(self, wrapped(dim, self.ndim + 1)),
    view=True,
    derivatives={"self": lambda g, dim: squeeze_dim(g, dim=dim)},
    samples=((_MATRIX, 1), (_MATRIX, -1)),
)

# ------------------------------------------------------------------ broadcasting and memory


def _expanded(self: Values, size: Any) -> Values:  # noqa: ANN401 - a sequence of ints
    wanted, own = list(size), (1,) * (len(size) - self.ndim) + self.shape
    if len(size) < self.ndim:
        raise TorchRuntimeError(
            f"expand({type_of(self)}{{{list(self.shape)}}}, size={wanted}): the number of sizes provided "
            f"({len(wanted)}) must be greater or equal to the number of dimensions in the tensor ({self.ndim})"
        )
    for k, (new, old) in reversed(list(enumerate(zip(wanted, own, strict=True)))):
        if new == -1 and k >= len(size) - self.ndim:
            wanted[k] = old
        elif new != old and (old != 1 or new < 0):
            raise TorchRuntimeError(
                f"The expanded size of the tensor ({new}) must match the existing size ({old}) at non-singleton "
                f"dimension {k}.  Target sizes: {list(size)}.  Tensor sizes: {list(self.shape)}"
            )
    return expanded(self, wanted)


expand = Structural(
    "expand",
    "repeated along dimensions of length 1, without copying",
    "self, ints size, *, bool implicit=False",
    array=lambda self, size, implicit: _expanded(self, size),
    view=True,
    derivatives={"self": lambda g, self_shape: g},
    places="method",
    samples=(([[1.0], [2.0]], (2, 3)),),
)

expand_as = Composite(
    "expand_as",
    "repeated to the shape of other, without copying",
    "self, Tensor other",
    compute=lambda self, other: expand(self, size=tuple(other.shape)),
    places="method",
)

broadcast_to = Composite(
    "broadcast_to",
    "repeated to a shape, without copying",
    "self, ints size",
    compute=lambda self, size: expand(self, size=size),
    samples=(([1.0, 2.0], (3, 2)),),
)

alias = Structural(
    "alias",
    "the same tensor under another name",
    array=lambda self: self[...],
    view=True,
    derivatives={"self": lambda g: g},
    public=False,
)

# ------------------------------------------------------------------ constants of a shape

new_zeros = Structural(
    "new_zeros",
    "zeros of another shape, in the dtype of self",
    "self, ints size",
    array=lambda self, size: np.zeros(size, dtype=self.dtype),
    public=False,
)

ones_like = Structural("ones_like", "ones in the shape of self", array=lambda self: np.ones_like(self), public=False)
