"""Taking and putting elements by a mask of bools, and the positions of those that are not zero."""

from typing import Any, Final

from autodiff.dtypes import DTYPES, int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import common_shape
from autodiff.ops.op import Composite, Structural
from autodiff.ops.selection import masked_fill, where
from autodiff.ops.shape import new_zeros

__all__: list[str] = []

_V3, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]

_C_NAMES: Final = {
    "float32": "float", "float64": "double", "float16": "c10::Half", "int64": "long int", "int32": "int",
    "int16": "short int", "int8": "signed char", "uint8": "unsigned char",
}  # fmt: skip

# ------------------------------------------------------------------ by a mask of bools


def _masked(name: str, mask: Values) -> Values:
    if mask.dtype != np.bool_:
        raise TorchRuntimeError(f"{name}: expected BoolTensor for mask")
    return mask


def _mask_selected(self: Values, mask: Values) -> Values:
    shape = common_shape(self.shape, _masked("masked_select", mask).shape)
    return np.broadcast_to(self, shape)[np.broadcast_to(mask, shape)].reshape(-1)


masked_select = Structural(
    "masked_select",
    "the elements where mask is true, in one dimension",
    "self, Tensor mask",
    array=_mask_selected,
    derivatives={
        "self": lambda g, self, mask: masked_scatter(new_zeros(g, size=common_shape(self.shape, mask.shape)), mask, g)
    },
    samples=((_V3, [True, False, True]),),
)


def _mask_scattered(self: Values, mask: Values, source: Values) -> Values:
    if mask.dtype != np.bool_:
        kind = next(d for d in DTYPES if d.name == mask.dtype.name)
        raise TorchRuntimeError(f"masked_scatter_ only supports boolean masks, but got mask with dtype {kind.title}")
    shape = common_shape(self.shape, mask.shape)
    result, places = np.broadcast_to(self, shape).copy(), np.broadcast_to(mask, shape)
    if places.sum() > source.size:
        raise TorchRuntimeError("Number of elements of source < number of ones in mask")
    result[places] = source.reshape(-1)[: int(places.sum())]
    return result


masked_scatter: Structural = Structural(
    "masked_scatter",
    "self, with the elements of source, in order, where mask is true",
    "self, Tensor mask, Tensor source",
    array=_mask_scattered,
    derivatives={
        "self": lambda g, mask: masked_fill(g, mask, 0),
        "source": lambda g, mask, source_shape: _filled_up(masked_select(g, mask), source_shape),
    },
    in_place=True,
    samples=((_V3, [True, False, True], [0.5, 1.5, 2.5]),),
)


def _filled_up(g: Any, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 - tensors
    """The gradient of the elements that were used, and zeros for the rest."""
    rest = new_zeros(g, size=shape).reshape(-1)
    return rest.masked_scatter(rest.isfinite().cumsum(0) <= g.numel(), g).reshape(shape)


def _mask_filled(self: Values, mask: Values, value: Values) -> Values:
    if mask.dtype != np.bool_:
        raise TorchRuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {_C_NAMES.get(mask.dtype.name, '?')}"
        )
    if value.ndim:
        raise TorchRuntimeError(
            f"masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {value.ndim} dimension(s)."
        )
    return np.where(mask, value.astype(self.dtype), self)


masked_fill_tensor = Structural(
    "masked_fill",
    "self, with the value of a 0-d tensor where mask is true",
    "self, Tensor mask, Tensor value",
    overload=1,
    array=_mask_filled,
    derivatives={
        "self": lambda g, mask: masked_fill(g, mask, 0),
        "value": lambda g, mask: where(mask, g, 0),
    },
    in_place=True,
    samples=((_V3, [True, False, True], 2.5),),
)

# ------------------------------------------------------------------ where elements are not zero

nonzero_table = Structural(
    "nonzero",
    "the positions of the elements that are not zero, one a row",
    "self, *, bool as_tuple=False",
    array=lambda self, as_tuple: (
        [np.ascontiguousarray(places) for places in np.nonzero(np.atleast_1d(self))] if as_tuple
        else np.argwhere(self) if self.ndim else np.zeros((int(bool(self)), 0), dtype=np.int64)
    ),
    dtypes=lambda d: (d, int64),
)  # fmt: skip


def _first_positions(self: Values, size: int, fill_value: int) -> Values:
    if size < 0:
        raise TorchRuntimeError("nonzero_static: 'size' must be an non-negative integer")
    result = np.full((size, self.ndim), fill_value, dtype=np.int64)
    found = np.argwhere(self)[:size] if self.ndim else result[:0]
    result[: len(found)] = found
    return result


nonzero_static = Structural(
    "nonzero_static",
    "the positions of the first elements that are not zero, one a row, filled up to a number of rows",
    "self, *, int size, int fill_value=-1",
    array=_first_positions,
    dtypes=lambda d: (d, int64),
)

argwhere = Composite(
    "argwhere",
    "the positions of the elements that are not zero, one a row",
    compute=lambda self: nonzero_table(self, as_tuple=False),
)

where_condition = Composite(
    "where",
    "the positions of the elements that are true, one tensor a dimension",
    "condition",
    compute=lambda condition: nonzero_table(condition, as_tuple=True),
    places="function",
)
