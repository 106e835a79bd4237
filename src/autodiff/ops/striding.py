"""Views of memory by lengths and strides, counted in elements, and as numbers of another dtype."""

from typing import Any

from autodiff.dtypes import DTYPES, dtype
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np, numpy_dtype
from autodiff.ops.op import Structural

__all__: list[str] = []


def _strided(self: Values, size: Any, stride: Any, storage_offset: int | None) -> Values:  # noqa: ANN401
    _check_bounds(self, tuple(size), tuple(stride), storage_offset or 0)
    whole = np.lib.stride_tricks.as_strided(self, (self.size - (storage_offset or 0),), (self.itemsize,))
    flat = self.reshape(-1)[storage_offset or 0 :] if self.flags.c_contiguous else whole
    return np.lib.stride_tricks.as_strided(flat, tuple(size), tuple(s * self.itemsize for s in stride))


def _check_bounds(self: Values, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> None:
    """Raise PyTorch's RuntimeError for a view of more than there is."""
    owner, below = self, self.base
    while below is not None:  # some of NumPy's views have another object in between
        owner = below if isinstance(below, np.ndarray) else owner
        below = getattr(below, "base", None)
    start = self.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
    last = 0 if 0 in size else 1 + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    needed = start + (offset + last) * self.itemsize
    if last and needed > owner.nbytes:
        raise TorchRuntimeError(
            f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset {start // self.itemsize + offset}"
            f", and itemsize {self.itemsize} requiring a storage size of {needed} are out of bounds for storage of "
            f"size {owner.nbytes}"
        )


as_strided = Structural(
    "as_strided",
    "a view of the memory by lengths and strides, counted in elements",
    "self, ints size, ints stride, int storage_offset=None",
    array=_strided,
    view=True,
    derivatives={
        "self": lambda g, self_geometry, size, stride, storage_offset: as_strided_scatter(
            g, shape=self_geometry, size=size, stride=stride, storage_offset=storage_offset
        )
    },
    samples=(([1.0, 2.0, 3.0, 4.0], (2, 2), (1, 2)),),
)


def _strided_scatter(g: Values, shape: Any, size: Any, stride: Any, storage_offset: Any) -> Values:  # noqa: ANN401
    result = np.zeros(shape, dtype=g.dtype)
    places = _strided(np.arange(result.size).reshape(shape), size, stride, storage_offset)
    np.add.at(result.reshape(-1), places.reshape(-1), g.reshape(-1))
    return result


as_strided_scatter: Structural = Structural(
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

# ------------------------------------------------------------------ in another dtype


def _reread(self: Values, dtype: dtype) -> Values:  # the memory in another dtype
    own = self.dtype.itemsize
    if own != dtype.itemsize:
        titles = f"{next(d.title for d in DTYPES if d.name == self.dtype.name)} as {dtype.title}"
        if not self.ndim:
            raise TorchRuntimeError(f"self.dim() cannot be 0 to view {titles} (different element sizes)")
        ratio = dtype.itemsize // own
        if ratio > 1 and self.shape[-1] % ratio:
            raise TorchRuntimeError(
                f"self.size(-1) must be divisible by {ratio} to view {titles} (different element sizes), but got "
                f"{self.shape[-1]}"
            )
    return self.view(numpy_dtype(dtype))


view_dtype = Structural(
    "view",
    "the same memory read as numbers of another dtype; no derivative",
    "self, dtype dtype",
    array=_reread,
    view=True,
    places="method",
)
