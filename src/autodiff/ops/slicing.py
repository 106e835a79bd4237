"""Parts of a tensor along one dimension: one index, a range, or several ranges at once."""

from typing import Any

from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import common_shape, placed, wrapped
from autodiff.ops.joining import stack
from autodiff.ops.op import Composite, Structural

__all__ = ["listed"]

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
    common_shape(result[place].shape, g.shape)  # which raises PyTorch's error if they do not fit
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


class _Nothing:
    """An array without elements, `distance` bytes from where `base` begins."""

    def __init__(self, result: Values, base: Values, distance: int) -> None:
        address = base.__array_interface__["data"][0] + distance
        self.__array_interface__ = {**result.__array_interface__, "data": (address, False), "strides": result.strides}
        self.base = base


def _ranged(self: Values, dim: int, start: int, end: int, step: int) -> Values:
    axis = wrapped(dim, self.ndim)
    result = self[(slice(None),) * axis + (slice(start, end, step),)]
    if result.size or not self.size:
        return result
    first = slice(start, end, step).indices(self.shape[axis])[0]  # where NumPy lets nothing begin at 0
    return np.asarray(_Nothing(result, self, first * self.strides[axis]))


slice_ = Structural(
    "slice",
    "every step-th entry of dimension dim from start to end",
    "self, int dim=0, int start=0, int end=9223372036854775807, int step=1",
    array=_ranged,
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
    derivatives={"self": lambda g, dim: stack(listed(g), dim=dim)},
    samples=((_MATRIX,), (_MATRIX, 1)),
)


def listed(g: Any) -> list[Any]:  # noqa: ANN401 - tensors
    """The gradients of several outputs, or of one."""
    return list(g) if isinstance(g, (list, tuple)) else [g]


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
