"""Further ways to make tensors: `Tensor(...)`, `FloatTensor(...)`, `x.new_zeros(...)`, ranges and indices."""

import warnings
from typing import Any, Final

from autodiff.dtypes import DTYPES, default_dtype, dtype, int64
from autodiff.engine import create
from autodiff.engine.core import TensorBase
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.numbers.array import ARRAYS, np, numpy_dtype

__all__ = ["constructed", "empty_permuted", "empty_strided", "scalar_tensor", "tril_indices", "triu_indices"]


def constructed(args: tuple[Any, ...], kwargs: dict[str, Any], kind: dtype) -> Any:  # noqa: ANN401 - a Tensor
    """A tensor of sizes, of data, or another tensor itself, as a new one."""
    unknown = kwargs.keys() - {"device"}
    if unknown:
        raise TorchTypeError(f"new() got an unexpected keyword argument '{min(unknown)}'")
    if not args:
        return create.empty(0, dtype=kind)
    first = args[0]
    if isinstance(first, TensorBase):
        return first.view_as(first)  # type: ignore[attr-defined] # a Tensor
    if isinstance(first, int) and not isinstance(first, bool):
        for k, length in enumerate(args):
            if not isinstance(length, int):
                raise TorchTypeError(
                    f"new(): argument 'size' failed to unpack the object at pos {k + 1} with error \"type must be "
                    f'tuple of ints,but got {type(length).__name__}"'
                )
        return create.empty(*args, dtype=kind)
    if isinstance(first, (float, complex)):
        raise TorchTypeError(f"new(): data must be a sequence (got {type(first).__name__})")
    return create.tensor(first, dtype=kind)


class TypedTensorType(type):
    """What `FloatTensor` and its like are made by: calling one makes a tensor of its dtype."""

    kind: dtype

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a metaclass
        """As `Tensor(...)`, in this dtype."""
        return constructed(args, kwargs, cls.kind)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, TensorBase) and value.dtype is cls.kind


def typed_tensors() -> dict[str, type]:
    """`FloatTensor` and its like, by name."""
    kinds = [d for d in DTYPES if d in ARRAYS]
    return {
        f"{d.title}Tensor": TypedTensorType(f"{d.title}Tensor", (), {"__module__": "torch", "kind": d}) for d in kinds
    }


# ------------------------------------------------------------------ like another tensor


def new_tensor(self: Any, data: Any, *, dtype: Any = None, requires_grad: bool = False) -> Any:  # noqa: ANN401
    """A tensor of `data` in this tensor's dtype."""
    if isinstance(data, TensorBase):
        warnings.warn(_COPY_CONSTRUCT, UserWarning, stacklevel=2)
        data = data.detach().clone()  # type: ignore[attr-defined] # a Tensor
        return data.to(dtype or self.dtype).requires_grad_(requires_grad)
    return create.tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)


_COPY_CONSTRUCT: Final = (
    "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than tensor.new_tensor(sourceTensor)."
)


def new_zeros(self: Any, *size: Any, dtype: Any = None, **options: Any) -> Any:  # noqa: ANN401
    """Zeros in this tensor's dtype."""
    return create.zeros(*size, dtype=dtype or self.dtype, **options)


def new_ones(self: Any, *size: Any, dtype: Any = None, **options: Any) -> Any:  # noqa: ANN401
    """Ones in this tensor's dtype."""
    return create.ones(*size, dtype=dtype or self.dtype, **options)


def new_empty(self: Any, *size: Any, dtype: Any = None, **options: Any) -> Any:  # noqa: ANN401
    """A tensor of the given size in this tensor's dtype."""
    return create.empty(*size, dtype=dtype or self.dtype, **options)


def new_full(self: Any, size: Any, fill_value: Any, *, dtype: Any = None, **options: Any) -> Any:  # noqa: ANN401
    """One number throughout, in this tensor's dtype."""
    return create.full(size, fill_value, dtype=dtype or self.dtype, **options)


def new(self: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401
    """As `Tensor(...)`, in this tensor's dtype."""
    return constructed(args, options, self.dtype)


def empty_strided(
    size: Any,  # noqa: ANN401
    stride: Any,  # noqa: ANN401
    *,
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - a Tensor
    """A tensor of a given size whose elements lie at the given distances."""
    create.check_options("empty_strided", options)
    sizes, strides = tuple(size), tuple(stride)
    if len(sizes) != len(strides):
        raise TorchRuntimeError(
            f"mismatch in length of strides and shape: got {len(strides)} strides for {len(sizes)} dimensions"
        )
    kind = dtype or default_dtype()
    if not sizes:
        return create.empty((), dtype=kind, requires_grad=requires_grad)
    memory = np.zeros(1 + sum((n - 1) * s for n, s in zip(sizes, strides, strict=True) if n), dtype=numpy_dtype(kind))
    shaped = np.lib.stride_tricks.as_strided(memory, sizes, [s * memory.itemsize for s in strides])
    return create.leaf(ARRAYS[kind].of(shaped), requires_grad=requires_grad)


def empty_permuted(size: Any, physical_layout: Any, **options: Any) -> Any:  # noqa: ANN401
    """A tensor of a given size, dense, whose dimensions lie in memory in the given order, the outermost first."""
    strides, dense = [0] * len(size), 1
    for dimension in reversed(physical_layout):
        strides[dimension], dense = dense, dense * size[dimension]
    return empty_strided(size, strides, **options)


# ------------------------------------------------------------------ numbers, indices


def scalar_tensor(s: Any, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Any:  # noqa: ANN401
    """A 0-d tensor of the default dtype."""
    create.check_options("scalar_tensor", options)
    if not isinstance(s, (int, float, complex)):
        raise TorchTypeError(f"scalar_tensor(): argument 's' (position 1) must be Number, not {type(s).__name__}")
    kind = dtype or default_dtype()
    if isinstance(s, complex) and not kind.is_complex:
        raise TorchRuntimeError("value cannot be converted to type float without overflow")
    return create.tensor(s, dtype=kind, requires_grad=requires_grad)


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = int64) -> Any:  # noqa: ANN401
    """Rows and columns of the lower triangle of a row by col matrix."""
    return create.leaf(ARRAYS[dtype].of(np.stack(np.tril_indices(row, offset, col))), requires_grad=False)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = int64) -> Any:  # noqa: ANN401
    """Rows and columns of the upper triangle of a row by col matrix."""
    return create.leaf(ARRAYS[dtype].of(np.stack(np.triu_indices(row, offset, col))), requires_grad=False)
