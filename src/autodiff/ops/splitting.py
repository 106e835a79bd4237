"""A tensor cut into several parts along one dimension."""

from itertools import pairwise
from typing import Any

from autodiff.dtypes import int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values
from autodiff.ops.dimension import placed, wrapped
from autodiff.ops.joining import cat
from autodiff.ops.op import Composite, Structural
from autodiff.ops.slicing import listed, slice_

__all__: list[str] = []

_MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]


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
    derivatives={"self": lambda g, self_shape, split_size, dim: cat(listed(g), dim=dim)},
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


unsafe_split = Structural(
    "unsafe_split",
    "parts of split_size entries along dimension dim, which do not count as views",
    "self, int split_size, int dim=0",
    array=lambda self, split_size, dim: [part.copy() for part in _split(self, split_size, dim)],
    differentiable=0,
    derivatives={"self": lambda g, self_shape, split_size, dim: cat(listed(g), dim=dim)},
    samples=((_MATRIX, 2, 1),),
)

split_with_sizes = Structural(
    "split",
    "parts of the given sizes along dimension dim",
    "self, ints split_sizes, int dim=0",
    node="SplitWithSizesBackward0",
    array=_split_with_sizes,
    view=True,
    differentiable=0,
    derivatives={"self": lambda g, dim: cat(listed(g), dim=dim)},
    spellings=("split_with_sizes",),
    samples=((_MATRIX, (1, 2), 1),),
)


def _chunk(self: Any, chunks: int, dim: int) -> Any:  # noqa: ANN401 - tensors
    size = _part_size(self, chunks, dim)
    if not size:
        return split_with_sizes(self, split_sizes=(0,) * chunks, dim=dim)
    return split(self, split_size=size, dim=dim)


def _part_size(self: Any, chunks: int, dim: int) -> int:  # noqa: ANN401 - a tensor
    if not self.shape:
        raise TorchRuntimeError("chunk expects at least a 1-dimensional tensor")
    if chunks <= 0:
        raise TorchRuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    length: int = self.shape[wrapped(dim, len(self.shape))]
    return -(-length // chunks)


chunk = Composite(
    "chunk", "at most chunks parts of equal size along dimension dim", "self, int chunks, int dim=0",
    compute=_chunk,
    samples=((_MATRIX, 2, 1),),
)  # fmt: skip


unsafe_chunk = Composite(
    "unsafe_chunk",
    "at most chunks parts of equal size along dimension dim, which do not count as views",
    "self, int chunks, int dim=0",
    compute=lambda self, chunks, dim: unsafe_split(self, split_size=_part_size(self, chunks, dim), dim=dim),
    samples=((_MATRIX, 2, 1),),
)


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
    _need_dimensions(self)
    if places.dtype is not int64:
        raise TorchRuntimeError(
            f"tensor_split expected tensor_indices_or_sections to have dtype of long, but got {places.dtype.title}"
        )
    if len(places.shape) > 1:
        raise TorchRuntimeError(
            "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but "
            f"got a tensor with {len(places.shape)} dims"
        )
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
