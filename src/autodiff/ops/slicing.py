"""Parts of a tensor along one dimension: one index, a range, or several ranges at once."""

from itertools import pairwise
from typing import Any

from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import placed, wrapped
from autodiff.ops.joining import cat, stack
from autodiff.ops.op import Composite, Structural

__all__: list[str] = []

_MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]


def _selected(self: Values, dim: int, index: int) -> Values:
    if not self.ndim:
        raise TorchIndexError("select() cannot be applied to a 0-dim tensor.")
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
    samples=((_MATRIX, 1, 2),),
)


def _placed(g: Values, size: Any, place: tuple[Any, ...]) -> Values:  # noqa: ANN401 - a sequence of ints
    result = np.zeros(size, dtype=g.dtype)
    result[place] = g
    return result


select_backward: Structural = Structural(
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
    array=lambda self, dim, start, end, step: self[
        (slice(None),) * wrapped(dim, self.ndim) + (slice(start, end, step),)
    ],
    view=True,
    derivatives={
        "self": lambda g, self_shape, dim, start, end, step: slice_backward(
            g, input_sizes=self_shape, dim=dim, start=start, end=end, step=step
        )
    },
    public=False,
)

slice_backward: Structural = Structural(
    "slice_backward",
    "zeros, with grad_output at a range of dimension dim",
    "grad_output, ints input_sizes, int dim, int start, int end, int step",
    array=lambda grad_output, input_sizes, dim, start, end, step: _placed(
        grad_output, input_sizes, (slice(None),) * wrapped(dim, len(input_sizes)) + (slice(start, end, step),)
    ),
    derivatives={"grad_output": lambda g, dim, start, end, step: slice_(g, dim=dim, start=start, end=end, step=step)},
    public=False,
)


def _narrowed(self: Any, dim: int, start: int, length: int) -> Any:  # noqa: ANN401 - tensors
    size = self.shape[wrapped(dim, len(self.shape))] if self.shape else 0
    if not self.shape:
        raise TorchRuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if length < 0:
        raise TorchRuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise TorchIndexError(f"Dimension out of range (expected to be in range of [{-size}, {size}], but got {start})")
    start = start + size if start < 0 else start
    if start + length > size:
        raise TorchRuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return slice_(self, dim=dim, start=start, end=start + length, step=1)


narrow = Composite(
    "narrow",
    "length entries of dimension dim from start",
    "self, int dim, int start, int length",
    compute=_narrowed,
    samples=((_MATRIX, 1, 1, 2),),
)


def _unbound(self: Values, dim: int) -> list[Values]:
    if not self.ndim:
        raise TorchIndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    axis = wrapped(dim, self.ndim)
    return [self[(*placed(axis, k), ...)] for k in range(self.shape[axis])]


unbind = Structural(
    "unbind",
    "the slices along dimension dim, without that dimension",
    "self, int dim=0",
    array=_unbound,
    view=True,
    differentiable=0,
    derivatives={"self": lambda g, dim: stack(_listed(g), dim=dim)},
    samples=((_MATRIX,), (_MATRIX, 1)),
)


def _listed(g: Any) -> list[Any]:  # noqa: ANN401 - the gradients of several outputs, or of one
    return list(g) if isinstance(g, (list, tuple)) else [g]


# ------------------------------------------------------------------ split


def _cut(self: Values, dim: int, ends: list[int]) -> list[Values]:
    axis, start, parts = wrapped(dim, self.ndim), 0, []
    for end in ends:
        parts.append(self[placed(axis, slice(start, end))])
        start = end
    return parts


def _split(self: Values, split_size: int, dim: int) -> list[Values]:
    if not self.ndim:
        raise TorchRuntimeError("split expects at least a 1-dimensional tensor")
    length = self.shape[wrapped(dim, self.ndim)]
    if split_size < 0:
        raise TorchRuntimeError(f"split expects split_size be non-negative, but got split_size={split_size}")
    if split_size == 0 and length:
        raise TorchRuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {length}")
    return _cut(self, dim, [min(end, length) for end in range(split_size, length + split_size, split_size or 1)] or [0])


split = Structural(
    "split",
    "parts of split_size entries along dimension dim; the last may be shorter",
    "self, int split_size, int dim=0",
    array=_split,
    view=True,
    differentiable=0,
    derivatives={"self": lambda g, self_shape, split_size, dim: cat(_listed(g), dim=dim)},
    samples=((_MATRIX, 2, 1),),
)


def _split_with_sizes(self: Values, split_sizes: Any, dim: int) -> list[Values]:  # noqa: ANN401 - several ints
    length = self.shape[wrapped(dim, self.ndim)]
    sizes = list(split_sizes)
    if any(size < 0 for size in sizes):
        raise TorchRuntimeError(
            f"split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes={sizes}"
        )
    if sum(sizes) != length:
        raise TorchRuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {length} (input tensor's size at dimension "
            f"{wrapped(dim, self.ndim)}), but got split_sizes={sizes}"
        )
    return _cut(self, dim, [sum(sizes[: k + 1]) for k in range(len(sizes))])


split_with_sizes = Structural(
    "split",
    "parts of the given sizes along dimension dim",
    "self, ints split_sizes, int dim=0",
    node="SplitWithSizesBackward0",
    array=_split_with_sizes,
    view=True,
    differentiable=0,
    derivatives={"self": lambda g, dim: cat(_listed(g), dim=dim)},
    spellings=("split_with_sizes",),
    samples=((_MATRIX, (1, 2), 1),),
)


def _chunk(self: Any, chunks: int, dim: int) -> Any:  # noqa: ANN401 - tensors
    if not self.shape:
        raise TorchRuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise TorchRuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    length = self.shape[wrapped(dim, len(self.shape))]
    return split(self, split_size=-(-length // chunks), dim=dim)


chunk = Composite(
    "chunk", "at most chunks parts of equal size along dimension dim", "self, int chunks, int dim=0", compute=_chunk,
    samples=((_MATRIX, 2, 1),),
)  # fmt: skip


def _tensor_split(self: Any, sections: int, dim: int) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
    _need_dimensions(self)
    length = self.shape[wrapped(dim, len(self.shape))]
    if sections <= 0:
        raise TorchRuntimeError(f"number of sections must be larger than 0, got {sections}")
    size, longer = divmod(length, sections)
    starts = [k * size + min(k, longer) for k in range(sections + 1)]
    return _ranges(self, dim, starts)


def _ranges(self: Any, dim: int, bounds: list[int]) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
    return tuple(slice_(self, dim=dim, start=start, end=end, step=1) for start, end in pairwise(bounds))


def _split_at(self: Any, indices: Any, dim: int) -> tuple[Any, ...]:  # noqa: ANN401 - tensors, several ints
    _need_dimensions(self)
    return _ranges(self, dim, [0, *indices, self.shape[wrapped(dim, len(self.shape))]])


def _split_by(self: Any, places: Any, dim: int) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
    found = places.tolist()
    return _split_at(self, found, dim) if isinstance(found, list) else _tensor_split(self, found, dim)


def _need_dimensions(self: Any) -> None:  # noqa: ANN401 - a tensor
    if not self.shape:
        raise TorchRuntimeError("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims")


tensor_split = Composite(
    "tensor_split",
    "parts of dimension dim of nearly equal size, the first ones longer",
    "self, int sections, int dim=0",
    compute=_tensor_split,
    samples=((_MATRIX, 2, 1),),
)

tensor_split_at = Composite(
    "tensor_split",
    "the parts of dimension dim between the given indices",
    "self, ints indices, int dim=0",
    compute=_split_at,
)

tensor_split_by = Composite(
    "tensor_split",
    "as many parts of dimension dim as a 0-d tensor says, or those between the indices a vector has",
    "self, Tensor tensor_indices_or_sections, int dim=0",
    compute=_split_by,
)


def _named_split(name: str, direction: str, least: int, dim: int) -> tuple[Composite, Composite]:
    """The split along a dimension that has a name: into equal parts, or between indices."""

    def axis_of(self: Any) -> int:  # noqa: ANN401 - a tensor
        if len(self.shape) < least:
            raise TorchRuntimeError(
                f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor with "
                f"{len(self.shape)} dimensions!"
            )
        return min(dim, len(self.shape) - 1)

    def equal_parts(self: Any, sections: int) -> tuple[Any, ...]:  # noqa: ANN401 - tensors
        axis = axis_of(self)
        if not sections or self.shape[axis] % sections:
            raise TorchRuntimeError(
                f"torch.{name} attempted to split along dimension {axis}, but the size of the dimension "
                f"{self.shape[axis]} is not divisible by the split_size {sections}!"
            )
        return _tensor_split(self, sections, axis)

    def parts_at(self: Any, indices: Any) -> tuple[Any, ...]:  # noqa: ANN401 - tensors, several ints
        return _split_at(self, indices, axis_of(self))

    doc = f"parts of equal size {direction}"
    samples = (([[[1.0, 2.0], [4.0, 5.0]]], 1),)
    return (
        Composite(name, doc, "self, int sections", compute=equal_parts, samples=samples),
        Composite(name, f"the parts {direction} between indices", "self, ints indices", compute=parts_at),
    )


hsplit, hsplit_at = _named_split("hsplit", "side by side", 1, 1)
vsplit, vsplit_at = _named_split("vsplit", "one below the other", 2, 0)
dsplit, dsplit_at = _named_split("dsplit", "one behind the other", 3, 2)

# ------------------------------------------------------------------ sliding windows


def _windows(self: Values, dimension: int, size: int, step: int) -> Values:
    axis = wrapped(dimension, self.ndim)
    length = self.shape[axis] if self.ndim else 1
    if size > length:
        raise TorchRuntimeError(f"maximum size for tensor at dimension {axis} is {length} but size is {size}")
    if step <= 0:
        raise TorchRuntimeError(f"step is {step} but must be > 0")
    windows = np.lib.stride_tricks.sliding_window_view(
        self if self.ndim else self.reshape(1), size, axis, writeable=True
    )
    return windows[placed(axis, slice(None, None, step))] if self.ndim else windows[0]


unfold = Structural(
    "unfold",
    "the windows of size entries along a dimension, every step entries; they lie in a last dimension",
    "self, int dimension, int size, int step",
    array=_windows,
    view=True,
    derivatives={
        "self": lambda g, self_shape, dimension, size, step: unfold_backward(
            g, input_sizes=self_shape, dim=dimension, size=size, step=step
        )
    },
    places="method",
    samples=((_MATRIX, 1, 2, 1),),
)


def _unfolded_back(grad_in: Values, input_sizes: Any, dim: int, size: int, step: int) -> Values:  # noqa: ANN401
    result = np.zeros(input_sizes, dtype=grad_in.dtype)
    places = _windows(np.arange(result.size).reshape(input_sizes), dim, size, step)
    np.add.at(result.reshape(-1), places.reshape(-1), grad_in.reshape(-1))
    return result


unfold_backward: Structural = Structural(
    "unfold_backward",
    "zeros, with each window's gradient added where it lies",
    "grad_in, ints input_sizes, int dim, int size, int step",
    array=_unfolded_back,
    derivatives={"grad_in": lambda g, dim, size, step: unfold(g, dimension=dim, size=size, step=step)},
    public=False,
)
