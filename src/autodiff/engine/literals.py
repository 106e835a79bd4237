"""Numbers, nested lists of them, and arrays, as the data of a tensor."""

from __future__ import annotations

from autodiff.dtypes import bool_, default_dtype, dtype_of_number, promoted
from autodiff.engine.core import TensorBase
from autodiff.errors import TorchRuntimeError, TorchTypeError, TorchValueError
from autodiff.numbers.array import ARRAYS, Array, np, numpy_dtype
from autodiff.numbers.scalar import SCALARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from autodiff.dtypes import dtype
    from autodiff.numbers.scalar import Scalar
__all__ = ["data_of"]

_INT64_LIMIT: Final = 1 << 63


def data_of(data: Any, kind: dtype | None) -> Scalar | Array:  # noqa: ANN401
    """The data of a tensor, in the dtype `kind`, or in the one its elements promote to. Raises PyTorch's errors."""
    if isinstance(data, (bool, int, float, complex)) and not hasattr(data, "dtype"):
        return _scalar(data, kind or dtype_of_number(data))
    if isinstance(data, TensorBase):
        own = kind or data.dtype
        value = data._data
        return ARRAYS[own].of(value.value.copy()) if isinstance(value, Array) else SCALARS[own].of(value.read())
    if hasattr(data, "dtype") and hasattr(data, "shape"):
        return _from_numpy(data, kind)
    shape, flat = _flattened(data)
    inferred = kind or (promoted({_dtype_of(x) for x in flat}) if flat else default_dtype())
    from autodiff.engine.apply import check_size

    check_size(shape)
    if not shape:
        return _scalar(flat[0], inferred)
    rounded = SCALARS[inferred].round
    values = [rounded(_number(x, inferred)) for x in flat]
    return ARRAYS[inferred].of(np.array(values, dtype=numpy_dtype(inferred)).reshape(shape))


def _from_numpy(data: Any, kind: dtype | None) -> Scalar | Array:  # noqa: ANN401 - an array or a NumPy scalar
    own = kind or next((d for d in ARRAYS if d.name == data.dtype.name), None)
    if own is None:
        raise TorchTypeError(f"can't convert np.ndarray of type {data.dtype}")
    return ARRAYS[own].of(np.array(data)) if data.shape else SCALARS[own].of(data.item())


def _scalar(number: complex, kind: dtype) -> Scalar:
    return SCALARS[kind].of(_number(number, kind))


def _number(x: Any, kind: dtype) -> Any:  # noqa: ANN401
    """A Python number that `kind` can take. Raises PyTorch's errors."""
    if isinstance(x, TensorBase):
        x = x.item()
    if isinstance(x, complex) and not kind.is_complex:
        raise TorchTypeError("must be real number, not complex")
    if isinstance(x, int) and not isinstance(x, bool) and not kind.is_differentiable and kind is not bool_:
        if not -_INT64_LIMIT <= x < _INT64_LIMIT:
            raise TorchValueError("Overflow when unpacking long long")
        if SCALARS[kind].round(x) != x:
            raise TorchRuntimeError(
                f"value cannot be converted to type {_C_NAMES.get(kind.name, kind.name)} without overflow"
            )
    return x


_C_NAMES: Final = {"int32": "int", "uint8": "uint8"}


def _dtype_of(x: Any) -> dtype:  # noqa: ANN401 - an element
    if isinstance(x, TensorBase):
        return x.dtype
    own = getattr(x, "dtype", None)
    return dtype_of_number(x) if own is None else next(d for d in ARRAYS if d.name == own.name)


def _flattened(data: Any) -> tuple[tuple[int, ...], list[Any]]:  # noqa: ANN401
    """The shape of nested sequences, and their elements in order. Level by level, so that nothing recurses."""
    shape: list[int] = []
    level = [data]
    while level and _is_sequence(level[0]):
        length = len(level[0])
        for item in level:
            if not _is_sequence(item) or len(item) != length:
                got = len(item) if _is_sequence(item) else 0
                if not _is_sequence(item):
                    raise TorchTypeError(f"expected a sequence at dim {len(shape)} (got {type(item).__name__})")
                raise TorchValueError(f"expected sequence of length {length} at dim {len(shape)} (got {got})")
        if len(shape) == 64:
            raise TorchValueError("too many dimensions 'list'")
        shape.append(length)
        level = [element for item in level for element in item]
    for element in level:
        if isinstance(element, TensorBase) and not element.shape:
            continue
        if not isinstance(element, (bool, int, float, complex)) and not hasattr(element, "dtype"):
            if not shape and element is None:
                raise TorchRuntimeError("Could not infer dtype of NoneType")
            if _is_sequence(element):
                raise TorchTypeError(f"not a sequence of numbers at dim {len(shape)}")
            raise TorchTypeError(f"new(): invalid data type '{type(element).__name__}'")
    return tuple(shape), level


def _is_sequence(item: Any) -> bool:  # noqa: ANN401
    return isinstance(item, (list, tuple, range)) or (isinstance(item, TensorBase) and bool(item.shape))
