"""Choosing elements by tensors of positions or of bools, and putting others in their places."""

from typing import Any

from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, array_of, np
from autodiff.ops.op import Composite, Structural

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
    place: Any = tuple(slice(None) if i is None else i for i in indices)
    np.add.at(result, place, g)
    return result


index_backward: Structural = Structural(
    "index_put",
    "zeros, with grad_output added at the indexed positions",
    "grad_output, ints size, indices indices",
    array=lambda grad_output, size, indices: _gathered_back(grad_output, size, indices),
    derivatives={"grad_output": lambda g, indices: index(g, indices=indices)},
    public=False,
)


def _put(self: Values, values: Values, indices: Any, accumulate: bool) -> Values:  # noqa: ANN401
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

index_put_number: Structural = Structural(
    "index_put",
    "self, with zeros at the indexed positions",
    "self, indices indices",
    array=lambda self, indices: _put(self, np.zeros((), self.dtype), indices, accumulate=False),
    derivatives={"self": lambda g, indices: index_put_number(g, indices=indices)},
    public=False,
)


def _put_at(self: Any, indices: Any, values: Any, accumulate: bool) -> Any:  # noqa: ANN401 - tensors
    places = [array_of(each._data, each.dtype) for each in indices]
    return index_put(self, values, indices=places, accumulate=accumulate)


index_put_public = Composite(
    "index_put",
    "self, with values at the positions that the indices have",
    "self, Tensors indices, Tensor values, bool accumulate=False",
    compute=_put_at,
    places="method function",
)
