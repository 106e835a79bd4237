"""Choosing elements by tensors of positions or of bools, and putting others in their places."""

import warnings
from typing import Any

from autodiff.dtypes import bool_, uint8
from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, array_of, np
from autodiff.ops.op import Composite, Structural

__all__: list[str] = []

_V3, _W3 = [0.5, -1.5, 2.0], [1.0, 3.0, -0.25]


_MASKS_AS_BYTES = (
    "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead. (Triggered internally "
    "at /__w/pytorch/pytorch/aten/src/ATen/native/IndexingUtils.h:37.)"
)


def _places(self: Values, indices: Any, values: Values | None = None) -> tuple[Any, ...]:  # noqa: ANN401
    """The index, a tensor of positions or None for each dimension, as NumPy takes it; bytes are masks.

    Raises PyTorch's IndexError, and its RuntimeError if `values` to be put there do not fit.
    """
    places: list[Any] = []
    dimension = 0
    for position in indices:
        place: Any = slice(None) if position is None else array_of(position._data, position.dtype)  # noqa: SLF001
        if position is not None and position.dtype in (bool_, uint8):
            if position.dtype is uint8:
                warnings.warn(_MASKS_AS_BYTES, UserWarning, stacklevel=5)
                place = place.astype(bool)
            _check_mask(place, self.shape, dimension)
            dimension += place.ndim - 1
        places.append(place)
        dimension += 1
    if dimension > self.ndim:
        raise TorchIndexError(f"too many indices for tensor of dimension {self.ndim} (got {dimension})")
    shape = _common_shape(places)
    if values is not None:
        _check_values(self, places, values)
    _check_positions(self, places, shape)
    return tuple(places)


OutOfBoundsError: type[Exception] = type(
    "IndexError",
    (TorchIndexError,),
    {"__module__": "builtins", "__doc__": "A position is outside: PyTorch has put the values before it by then."},
)


def put_before_outside(self: Values, values: Values, indices: Any) -> None:  # noqa: ANN401 - tensors of positions
    """Put the `values` at the positions before the first one that is outside; at all, if none is."""
    places: list[Any] = [slice(None) if p is None else array_of(p._data, p.dtype) for p in indices]  # noqa: SLF001
    gathering = [k for k, place in enumerate(places) if isinstance(place, np.ndarray)]
    inside = tuple(np.zeros_like(p) if isinstance(p, np.ndarray) else p for p in places)
    outside: Any = False
    for k in gathering:
        outside = outside | (places[k] < -self.shape[k]) | (places[k] >= self.shape[k])
    shape = self[inside].shape
    before = gathering[0] if gathering[-1] - gathering[0] == len(gathering) - 1 else 0  # those apart come first
    outside = outside.reshape(*outside.shape, *(1,) * (len(shape) - before - outside.ndim))
    outside = np.broadcast_to(outside, shape)
    count = int(outside.argmax()) if outside.any() else outside.size
    known = list(places)
    for k in gathering:
        known[k] = np.where((places[k] < self.shape[k]) & (places[k] >= -self.shape[k]), places[k], 0)
    targets = np.arange(self.size).reshape(self.shape)[tuple(known)].reshape(-1)[:count]
    self.flat[targets] = np.broadcast_to(values, shape).reshape(-1)[:count]


def _gathering(place: Any) -> tuple[Values, ...]:  # noqa: ANN401 - an array of positions, a mask or a slice
    if not isinstance(place, np.ndarray):
        return ()
    return place.nonzero() if place.dtype == np.bool_ else (place,)


def _common_shape(places: list[Any]) -> tuple[int, ...]:
    """That of the positions beside each other. Raises PyTorch's IndexError if they have none."""
    shapes = [positions.shape for place in places for positions in _gathering(place)]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        written = ", ".join(str(list(shape)) for shape in shapes)
        raise TorchIndexError(
            f"shape mismatch: indexing tensors could not be broadcast together with shapes {written}"
        ) from None


def _check_values(self: Values, places: list[Any], values: Values) -> None:
    """Raise PyTorch's RuntimeError if `values` do not fit the places, wherever these are."""
    inside = tuple(np.zeros_like(p) if isinstance(p, np.ndarray) and p.dtype != np.bool_ else p for p in places)
    if 0 in self.shape:
        return
    shape = np.broadcast_to(False, self.shape)[inside].shape
    try:
        np.broadcast_to(values, shape)
    except ValueError:
        raise TorchRuntimeError(
            f"shape mismatch: value tensor of shape {list(values.shape)} cannot be broadcast to indexing result of "
            f"shape {list(shape)}"
        ) from None


def _check_mask(mask: Values, shape: tuple[int, ...], dimension: int) -> None:
    for k, length in enumerate(mask.shape):
        if length != shape[dimension + k]:
            raise TorchIndexError(
                f"The shape of the mask {list(mask.shape)} at index {k} does not match the shape of the indexed "
                f"tensor {list(shape)} at index {dimension + k}"
            )


def _check_positions(self: Values, places: list[Any], shape: tuple[int, ...]) -> None:
    """Raise PyTorch's IndexError for the first position that is outside."""
    gathered: list[tuple[Values, int]] = []
    dimension = 0
    for place in places:
        found = _gathering(place)
        gathered += [(positions, self.shape[dimension + k]) for k, positions in enumerate(found)]
        dimension += len(found) or 1
    if 0 in shape:
        return
    if any(size == 0 for _, size in gathered):
        raise TorchIndexError("index is out of bounds for dimension with size 0")
    outside = [np.broadcast_to((p < -size) | (p >= size), shape).reshape(-1) for p, size in gathered]
    found = np.logical_or.reduce(outside)
    if found.any():
        first = int(found.argmax())
        number = next(k for k, wrong in enumerate(outside) if wrong[first])
        positions, size = gathered[number]
        value = np.broadcast_to(positions, shape).reshape(-1)[first]
        raise OutOfBoundsError(f"index {value} is out of bounds for dimension {number} with size {size}")


index = Structural(
    "index",
    "the elements at positions given by integer or bool tensors",
    "self, indices indices",
    array=lambda self, indices: self[_places(self, indices)],
    derivatives={"self": lambda g, self_shape, indices: index_backward(g, size=self_shape, indices=indices)},
    public=False,
)


def _gathered_back(g: Values, size: Any, indices: Any) -> Values:  # noqa: ANN401
    result = np.zeros(size, dtype=g.dtype)
    np.add.at(result, _places(result, indices), g)
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
    place = _places(self, indices, values)
    spread = np.broadcast_to(values, result[place].shape)
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
    return index_put(self, values, indices=list(indices), accumulate=accumulate)


index_put_public = Composite(
    "index_put",
    "self, with values at the positions that the indices have",
    "self, Tensors indices, Tensor values, bool accumulate=False",
    compute=_put_at,
    places="method function",
)
