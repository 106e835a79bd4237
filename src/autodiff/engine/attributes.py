"""What a tensor says of itself, and how it meets NumPy, `copy` and random numbers. Most answers follow from the CPU."""

from __future__ import annotations

import warnings

from autodiff.dtypes import bool_, uint8
from autodiff.engine.core import TensorBase
from autodiff.engine.members import late, read_only
from autodiff.engine.operators import Operators
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.late import late_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autodiff.dtypes import dtype
    from autodiff.engine import device as devices
    from autodiff.engine import memory
else:
    devices = late_module("autodiff.engine.device")
    memory = late_module("autodiff.engine.memory")

__all__ = ["Attributes"]


def _never() -> Any:  # noqa: ANN401 - a property
    return read_only(lambda self: False, doc="False: tensors are dense, and on the CPU.")  # noqa: ARG005


def _no(self: Any) -> bool:  # noqa: ANN401, ARG001 - a method
    """False: nothing here makes such a tensor."""
    return False


class UntypedStorage:
    """The memory behind a tensor, as bytes."""

    __slots__ = ("_owner",)
    __module__ = "torch.storage"

    def __init__(self, owner: TensorBase) -> None:
        self._owner = owner

    def nbytes(self) -> int:
        """How many bytes there are."""
        return self._owner.dtype.itemsize * self._owner.shape.numel()

    __len__ = size = nbytes

    def data_ptr(self) -> int:
        """The address of the first byte."""
        return memory.address(self._owner)


class Attributes(Operators):
    """Facts, conversions, and tensors like this one."""

    __slots__ = ()

    is_cuda, is_ipu, is_maia, is_meta, is_mkldnn, is_mps, is_mtia = (_never() for _ in range(7))
    is_nested, is_quantized, is_sparse, is_sparse_csr, is_vulkan, is_xla, is_xpu = (_never() for _ in range(7))
    is_conj = is_distributed = is_neg = is_pinned = is_shared = _no

    new = late("construction")
    new_empty = late("construction")
    new_full = late("construction")
    new_ones = late("construction")
    new_tensor = late("construction")
    new_zeros = late("construction")

    bernoulli_ = late("drawing")
    cauchy_ = late("drawing")
    exponential_ = late("drawing")
    geometric_ = late("drawing")
    log_normal_ = late("drawing")
    normal_ = late("drawing")
    random_ = late("drawing")
    uniform_ = late("drawing")

    resize_ = late("resizing")
    resize_as_ = late("resizing")

    equal = late("convert")
    allclose = late("convert")

    __array_priority__ = 1000
    __deepcopy__ = late("interchange", "deep_copy")
    __copy__ = late("interchange", "shallow_copy")

    def __array__(self, dtype: Any = None) -> Any:  # noqa: ANN401 - an array; NumPy asks this very function for `copy`
        from autodiff.engine.interchange import array_for_numpy

        return array_for_numpy(self, dtype)

    def __array_wrap__(self, array: Any) -> Any:  # noqa: ANN401 - a Tensor
        from autodiff.engine.interchange import wrapped_array

        return wrapped_array(array)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:  # noqa: ANN401
        from autodiff.engine.interchange import pickled

        return pickled(self)

    def __reversed__(self) -> Any:  # noqa: ANN401 - a Tensor
        return self.flip(0) if self._data.shape else self

    def __hash__(self) -> int:
        return id(self)

    def numpy(self, *, force: bool = False) -> Any:  # noqa: ANN401 - an array
        """The elements as a NumPy array that shares the memory. Raises RuntimeError if it requires a gradient."""
        from autodiff.engine.interchange import array_from

        return array_from(self, force=force)

    @read_only
    def device(self) -> devices.device:
        """Where the tensor is: on the CPU."""
        return devices.device("cpu")

    @read_only
    def layout(self) -> devices.layout:
        """How the elements lie in memory: at regular distances."""
        return devices.strided

    @read_only
    def is_cpu(self) -> bool:
        """Whether the tensor is on the CPU: it is."""
        return True

    @read_only
    def name(self) -> None:
        """The tensor has none."""

    @property
    def _backward_hooks(self) -> None:
        """Hooks are kept elsewhere."""

    @property
    def volatile(self) -> bool:
        """What PyTorch had before 0.4."""
        warnings.warn("volatile was removed (Variable.volatile is always False)", UserWarning, stacklevel=2)
        return False

    @read_only
    def itemsize(self) -> int:
        """The bytes of one element."""
        return self.dtype.itemsize

    @read_only
    def nbytes(self) -> int:
        """The bytes of all elements."""
        return self.dtype.itemsize * self.shape.numel()

    @property
    def grad_dtype(self) -> dtype:
        """The dtype a gradient of this tensor must have."""
        return self.dtype

    @property
    def _grad(self) -> Any:  # noqa: ANN401 - a Tensor or None
        return self.grad

    @property
    def _grad_fn(self) -> Any:  # noqa: ANN401 - a node or None
        return self.grad_fn

    def untyped_storage(self) -> UntypedStorage:
        """The memory this tensor reads, with all other tensors that do."""
        return UntypedStorage(self if self.view_of is None else self.view_of.base)

    def get_device(self) -> int:
        """The number of the device: -1 for the CPU."""
        return -1

    def cpu(self) -> Any:  # noqa: ANN401 - a Tensor
        """The tensor itself, which is on the CPU."""
        return self

    def cuda(self, *_: Any) -> Any:  # noqa: ANN401
        """There is no other device. Raises AssertionError."""
        raise AssertionError("Torch not compiled with CUDA enabled")

    def is_coalesced(self) -> bool:
        """A question to sparse tensors only. Raises RuntimeError."""
        raise TorchRuntimeError("is_coalesced expected sparse coordinate tensor layout but got Strided")

    def is_nonzero(self) -> bool:
        """Whether the only element is not zero."""
        return bool(self)

    def is_signed(self) -> bool:
        """Whether the elements may be negative."""
        return self.dtype not in (bool_, uint8)

    def is_same_size(self, other: Any) -> bool:  # noqa: ANN401
        """Whether another tensor has this shape."""
        if not isinstance(other, TensorBase):
            kind = type(other).__name__
            raise TorchTypeError(f"is_same_size(): argument 'other' (position 1) must be Tensor, not {kind}")
        return self.shape == other.shape

    def is_set_to(self, tensor: TensorBase) -> bool:
        """Whether another tensor is the same memory, read the same way."""
        same = self.shape == tensor.shape and memory.strides(self) == memory.strides(tensor)
        return same and memory.address(self) == memory.address(tensor)
