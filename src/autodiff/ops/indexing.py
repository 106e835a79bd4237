"""Indexing with tensors, and joining or splitting along a dimension."""

from typing import Any

from autodiff.errors import TorchIndexError, TorchRuntimeError, TorchValueError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import wrapped
from autodiff.ops.op import Structural
from autodiff.ops.shape import slice_

__all__: list[str] = []

_V3, _W3 = [0.5, -1.5, 2.0], [1.0, 3.0, -0.25]


def _checked(self: Values, indices: Any) -> tuple[Any, ...]:  # noqa: ANN401 - one index array or None a dimension
    """The index as NumPy takes it. Raises PyTorch's IndexError."""
    dimension = 0
    for index in indices:
        if index is None:
            dimension += 1
        elif index.dtype == np.bool_:
            shape = self.shape[dimension : dimension + index.ndim]
            if index.shape != shape:
                raise TorchIndexError(
                    f"The shape of the mask {list(index.shape)} at index 0 does not match the shape of the indexed "
                    f"tensor {list(self.shape)} at index 0"
                )
            dimension += index.ndim
        else:
            size = self.shape[dimension]
            outside = index[(index < -size) | (index >= size)]
            if outside.size:
                raise TorchIndexError(
                    f"index {outside.flat[0]} is out of bounds for dimension {dimension} with size {size}"
                )
            dimension += 1
    return tuple(slice(None) if i is None else i for i in indices)


index = Structural(
    "index",
    "the elements at positions given by integer or bool tensors",
    "self, indices indices",
    array=lambda self, indices: self[_checked(self, indices)],
    derivatives={"self": lambda g, self_shape, indices: index_backward(g, size=self_shape, indices=indices)},
    public=False,
)


def _gathered_back(g: Values, size: Any, indices: Any) -> Values:  # noqa: ANN401
    result = np.zeros(size, dtype=g.dtype)
    np.add.at(result, tuple(slice(None) if i is None else i for i in indices), g)
    return result


index_backward = Structural(
    "index_put",
    "zeros, with grad_output added at the indexed positions",
    "grad_output, ints size, indices indices",
    array=lambda grad_output, size, indices: _gathered_back(grad_output, size, indices),
    derivatives={"grad_output": lambda g, indices: index(g, indices=indices)},
    public=False,
)


def _put(self: Values, values: Values, indices: Any, accumulate: bool) -> Values:  # noqa: ANN401, FBT001
    result = self.copy()
    place = _checked(self, indices)
    shape = result[place].shape
    try:
        spread = np.broadcast_to(values, shape)
    except ValueError:
        raise TorchRuntimeError(
            f"shape mismatch: value tensor of shape {list(values.shape)} cannot be broadcast to indexing result of "
            f"shape {list(shape)}"
        ) from None
    if accumulate:
        np.add.at(result, place, spread)
    else:
        result[place] = spread
    return result


index_put = Structural(
    "index_put",
    "self, with values at the indexed positions",
    "self, Tensor values, indices indices, bool accumulate=False",
    array=lambda self, values, indices, accumulate: _put(self, values, indices, accumulate),
    derivatives={
        "self": lambda g, indices, accumulate: g if accumulate else index_put_number(g, indices=indices),
        "values": lambda g, indices: index(g, indices=indices),
    },
    public=False,
)

index_put_number = Structural(
    "index_put",
    "self, with zeros at the indexed positions",
    "self, indices indices",
    array=lambda self, indices: _put(self, np.zeros((), self.dtype), indices, accumulate=False),
    derivatives={"self": lambda g, indices: index_put_number(g, indices=indices)},
    public=False,
)

# ------------------------------------------------------------------ joining and splitting


def _stacked(tensors: list[Values], dim: int) -> Values:
    if not tensors:
        raise TorchRuntimeError("stack expects a non-empty TensorList")
    for k, tensor in enumerate(tensors):
        if tensor.shape != tensors[0].shape:
            raise TorchRuntimeError(
                f"stack expects each tensor to be equal size, but got {list(tensors[0].shape)} at entry 0 and "
                f"{list(tensor.shape)} at entry {k}"
            )
    return np.stack(tensors, axis=wrapped(dim, tensors[0].ndim + 1))


stack = Structural(
    "stack",
    "tensors of one shape, side by side along a new dimension",
    "Tensors tensors, int dim=0",
    array=_stacked,
    promotes=True,
    derivatives={"tensors": lambda g, dim: list(unbind(g, dim=dim))},
    places="function",
)


def _joined(tensors: list[Values], dim: int) -> Values:
    if not tensors:
        raise TorchValueError("torch.cat(): expected a non-empty list of Tensors")
    real = [t for t in tensors if t.shape != (0,)] or tensors
    axis = wrapped(dim, real[0].ndim)
    for k, tensor in enumerate(tensors):
        if tensor.ndim == 0:
            raise TorchRuntimeError(f"zero-dimensional tensor (at position {k}) cannot be concatenated")
        if tensor.shape == (0,):
            continue
        if tensor.ndim != real[0].ndim:
            raise TorchRuntimeError(
                f"Tensors must have same number of dimensions: got {real[0].ndim} and {tensor.ndim}"
            )
        for d, (a, b) in enumerate(zip(real[0].shape, tensor.shape, strict=True)):
            if d != axis and a != b:
                raise TorchRuntimeError(
                    f"Sizes of tensors must match except in dimension {axis}. Expected size {a} but got size {b} "
                    f"for tensor number {k} in the list."
                )
    return np.concatenate(real, axis=axis)


cat = Structural(
    "cat",
    "tensors one after the other along an existing dimension",
    "Tensors tensors, int dim=0",
    array=_joined,
    promotes=True,
    derivatives={"tensors": lambda g, dim, tensors_shapes: _parts(g, dim, tensors_shapes)},
    places="function",
    spellings=("concat", "concatenate"),
)


def _parts(g: Any, dim: int, shapes: Any) -> list[Any]:  # noqa: ANN401 - tensors
    parts, start = [], 0
    for shape in shapes:
        length = 0 if shape == (0,) else shape[wrapped(dim, len(shape))]
        parts.append(slice_(g, dim=dim, start=start, end=start + length, step=1) if shape != (0,) else None)
        start += length
    return parts


unbind = Structural(
    "unbind",
    "the slices along dimension dim, without that dimension",
    "self, int dim=0",
    array=lambda self, dim: [
        self[(slice(None),) * wrapped(dim, self.ndim) + (k, ...)] for k in range(self.shape[wrapped(dim, self.ndim)])
    ],
    view=True,
    differentiable=0,
    derivatives={"self": lambda g, dim: stack(list(g) if isinstance(g, list) else [g], dim=dim)},
)
