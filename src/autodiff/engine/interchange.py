"""Tensors for NumPy, `copy` and `pickle`, and tensors from arrays; memory is shared wherever it can be."""

from copy import deepcopy
from typing import Any, Final

from autodiff.dtypes import bfloat16, complex32, dtype
from autodiff.engine import create
from autodiff.engine.core import TensorBase
from autodiff.engine.device import check_available
from autodiff.engine.messages import NUMPY_OF_GRAD
from autodiff.engine.mode import mode
from autodiff.engine.view import current_edge, requires_grad
from autodiff.errors import TorchRuntimeError, TorchTypeError, TorchValueError
from autodiff.numbers.array import ARRAYS, Array, array_of, backed, np
from autodiff.numbers.scalar import SCALARS, Scalar
from autodiff.ops.cast import to_copy
from autodiff.ops.warning import warn_once

__all__ = ["as_tensor", "asarray", "from_numpy"]

_SUPPORTED: Final = (
    "The only supported types are: float64, float32, float16, complex64, complex128, int64, int32, int16, int8, "
    "uint64, uint32, uint16, uint8, and bool."
)
_NOT_WRITABLE: Final = (
    "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This means writing to "
    "this tensor will result in undefined behavior. You may want to copy the array to protect its data or make it "
    "writable before converting it to a tensor. This type of warning will be suppressed for the rest of this program. "
    "(Triggered internally at /__w/pytorch/pytorch/torch/csrc/utils/tensor_numpy.cpp:213.)"
)
_ASARRAY_OF_GRAD: Final = (
    "torch.asarray: unspecified requires_grad now defaults to obj.requires_grad instead of False. Pass "
    "requires_grad=False explicitly to get the old behavior and silence this warning. (Triggered internally at "
    "/__w/pytorch/pytorch/torch/csrc/utils/tensor_new.cpp:1737.)"
)
_DEEPCOPY: Final = (
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you "
    "were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see "
    "https://github.com/pytorch/pytorch/pull/103001"
)


# ------------------------------------------------------------------ from arrays


def from_numpy(ndarray: Any) -> Any:  # noqa: ANN401 - a Tensor
    """A tensor that shares the memory of an array. Raises TypeError or ValueError for arrays no tensor can be."""
    if not isinstance(ndarray, np.ndarray):
        kind = type(ndarray)
        name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
        raise TorchTypeError(f"expected np.ndarray (got {name})")
    if not ndarray.dtype.isnative:
        raise TorchValueError(
            "given numpy array has byte order different from the native byte order. Conversion between byte orders "
            "is currently not supported."
        )
    own = next((d for d in ARRAYS if d.name == ndarray.dtype.name and d is not bfloat16), None)
    if own is None:
        raise TorchTypeError(
            f"can't convert np.ndarray of type {ndarray.dtype.type.__module__}.{ndarray.dtype.type.__name__}. "
            f"{_SUPPORTED}"
        )
    if any(stride < 0 for stride in ndarray.strides):
        raise TorchValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently supported. (You can probably work around this by making a copy of your array  with "
            "array.copy().) "
        )
    if not ndarray.flags.writeable:
        warn_once(_NOT_WRITABLE, stacklevel=4)
    return create.leaf(ARRAYS[own].of(ndarray), requires_grad=False)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Any:  # noqa: ANN401 - a Tensor
    """`data` itself if it is a tensor of this dtype, else a tensor that shares an array's memory, else a new one."""
    check_available(device)
    kind = create._checked_dtype("as_tensor", dtype)
    if isinstance(data, TensorBase):
        return data if kind in (None, data.dtype) else to_copy(data, dtype=kind)
    if isinstance(data, np.ndarray):
        shared = from_numpy(data)
        return shared if kind in (None, shared.dtype) else to_copy(shared, dtype=kind)
    return create.tensor(data, dtype=kind)


def asarray(
    obj: Any,  # noqa: ANN401
    *,
    dtype: Any = None,  # noqa: ANN401
    device: Any = None,  # noqa: ANN401
    copy: bool | None = None,
    requires_grad: bool | None = None,
) -> Any:  # noqa: ANN401 - a Tensor
    """As `as_tensor`; with `copy` in memory of its own, with `requires_grad` a leaf that says so."""
    tracked = isinstance(obj, TensorBase) and current_edge(obj) is not None
    if tracked and requires_grad is None and obj.is_leaf:
        warn_once(_ASARRAY_OF_GRAD, stacklevel=4)
    found = as_tensor(obj, dtype, device)
    if copy and (found is obj or isinstance(obj, np.ndarray)):
        found = found.clone()
    if requires_grad is None or requires_grad == found.requires_grad:
        return found
    return found.detach().requires_grad_(requires_grad)


# ------------------------------------------------------------------ to arrays


def array_from(t: TensorBase, *, force: bool = False) -> Any:  # noqa: ANN401 - an array
    """The elements of `t` as an array of the same memory. Raises PyTorch's errors if that cannot be."""
    if not force and mode.get().recording and requires_grad(t):
        raise TorchRuntimeError(NUMPY_OF_GRAD)
    if t.dtype in (bfloat16, complex32):
        raise TorchTypeError(f"Got unsupported ScalarType {t.dtype.title}")
    data = t._data
    return backed(data).value if isinstance(data, Scalar) else data.value


def array_for_numpy(t: TensorBase, dtype: Any = None) -> Any:  # noqa: ANN401 - an array
    """What NumPy functions compute with."""
    found = array_from(t)
    return found if dtype is None else found.astype(dtype, copy=False)


def wrapped_array(array: Any) -> Any:  # noqa: ANN401 - a Tensor
    """What a NumPy function computed of a tensor, as a tensor."""
    if array.dtype == bool:
        array = array.astype("uint8")
    return from_numpy(array)


# ------------------------------------------------------------------ copy and pickle


def deep_copy(t: Any, memory: dict[int, Any]) -> Any:  # noqa: ANN401 - a Tensor
    """A leaf's copy in memory of its own, with its gradient. Raises RuntimeError for what an operation made."""
    if not t.is_leaf:
        raise TorchRuntimeError(_DEEPCOPY)
    if id(t) in memory:
        return memory[id(t)]
    made = type(t).wrap(_copied(t._data))
    memory[id(t)] = made
    if t.requires_grad:
        made.requires_grad_()
    if t.grad is not None:
        made.grad = deepcopy(t.grad, memory)
    made.__dict__.update(deepcopy(t.__dict__, memory))
    return made


def _copied(data: Scalar | Array) -> Scalar | Array:
    if isinstance(data, Array):
        return type(data).of(np.array(data.value))
    return SCALARS[data.dtype].of(data.read())


def shallow_copy(t: Any) -> Any:  # noqa: ANN401 - a Tensor
    """Another leaf of the same memory, without a gradient."""
    made = type(t).wrap(t._data)
    if t.requires_grad:
        made.requires_grad_()
    return made


def pickled(t: Any) -> tuple[Any, tuple[Any, ...]]:  # noqa: ANN401
    """How to make the tensor again: its values and dtype, whether it requires a gradient, and is a parameter."""
    data = t._data
    values = np.array(array_of(data, data.dtype))
    return unpickled, (values, data.dtype, t.requires_grad, type(t).__name__ == "Parameter")


def unpickled(values: Any, own: dtype, needed: bool, parameter: bool) -> Any:  # noqa: ANN401 - a Tensor
    """The tensor `pickled` described."""
    made = create.leaf(ARRAYS[own].of(values) if values.shape else SCALARS[own].of(values.item()), requires_grad=needed)
    if not parameter:
        return made
    from autodiff.engine.parameter import Parameter

    return Parameter(made.detach(), needed)
