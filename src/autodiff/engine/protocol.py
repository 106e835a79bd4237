"""What Python itself may ask of a tensor: its length, its truth, a number, its text."""

from __future__ import annotations

from autodiff.engine.attributes import Attributes
from autodiff.engine.display import print_options, shown, tensor_text
from autodiff.engine.graph import AccumulateGrad, node_of
from autodiff.engine.members import late, read_only
from autodiff.engine.methods import attribute
from autodiff.engine.mode import dual_level
from autodiff.engine.view import current_edge, requires_grad
from autodiff.errors import TorchRuntimeError, TorchTypeError, TorchValueError
from autodiff.late import late_module
from autodiff.numbers.array import Array, np

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from autodiff.engine import call, index, memory
    from autodiff.engine.core import TensorBase
    from autodiff.engine.size import Size
else:
    call = late_module("autodiff.engine.call")
    index = late_module("autodiff.engine.index")
    memory = late_module("autodiff.engine.memory")

__all__ = ["Protocol", "tensor_repr"]


class Protocol(Attributes):
    """Elements, conversions and text."""

    __slots__ = ()

    @staticmethod
    def carry(op: Any, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of any kind
        """Apply an operation as the rules write it."""
        return call.carry(op, operands, attributes)

    @read_only
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._data.shape)

    def dim(self) -> int:
        """The number of dimensions."""
        return len(self._data.shape)

    def size(self, dim: int | None = None) -> Size | int:
        """The length of every dimension, or of one."""
        return self.shape if dim is None else self.shape[dim]

    def numel(self) -> int:
        """The number of elements."""
        return self.shape.numel()

    nelement = numel

    def element_size(self) -> int:
        """The bytes of one element."""
        return self.dtype.itemsize

    def is_floating_point(self) -> bool:
        """Whether the elements are floats."""
        return self.dtype.is_floating_point

    def is_complex(self) -> bool:
        """Whether the elements are complex."""
        return self.dtype.is_complex

    def item(self) -> Any:  # noqa: ANN401 - bool, int, float or complex, by dtype
        """The only element, as a Python number. Raises RuntimeError if there are more, or none."""
        if self.numel() != 1:
            raise TorchRuntimeError(f"a Tensor with {self.numel()} elements cannot be converted to Scalar")
        return super().item()

    def tolist(self) -> Any:  # noqa: ANN401 - a number or nested lists
        """The elements as Python numbers, in nested lists."""
        return self._data.read()

    def data_ptr(self) -> int:
        """The address of the first element."""
        return memory.address(self)

    def stride(self) -> tuple[int, ...]:
        """How many elements apart neighbours are, by dimension."""
        return memory.strides(self)

    def storage_offset(self) -> int:
        """How many elements into its memory the tensor begins."""
        return memory.offset(self)

    def is_contiguous(self) -> bool:
        """Whether the elements lie in memory in their order, without gaps."""
        return memory.is_contiguous(self)

    def can_be_viewed_as(self, shape: Sequence[int]) -> bool:
        """Whether the memory allows another shape without a copy."""
        return memory.can_be_viewed_as(self, shape)

    def __len__(self) -> int:
        if not self.shape:
            raise TorchTypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self.shape:
            raise TorchTypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401
        return index.at(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:  # noqa: ANN401
        index.put_at(self, key, value)

    def __delitem__(self, key: Any) -> None:  # noqa: ANN401
        raise TorchTypeError("Tensor does not support deleting items")

    copy_ = late("index", "copy_into")
    real = property(attribute("real"), lambda self, value: index.assign_real(self, value))  # noqa: PLW0108 - late
    imag = property(attribute("imag"), lambda self, value: index.assign_imag(self, value))  # noqa: PLW0108 - late

    def __contains__(self, element: object) -> bool:
        if isinstance(element, (type(self), int, float, complex)):
            return bool((self == element).any().item())
        raise TorchRuntimeError(
            f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
        )

    def __bool__(self) -> bool:
        if self.numel() != 1:
            values = "no values" if self.numel() == 0 else "more than one value"
            raise TorchRuntimeError(f"Boolean value of Tensor with {values} is ambiguous")
        return bool(self.item())

    def _converted(self) -> Any:  # noqa: ANN401 - a number
        if requires_grad(self):
            from autodiff.engine.messages import TO_SCALAR
            from autodiff.ops.warning import warn_once

            warn_once(TO_SCALAR, stacklevel=4)
        return self._only()

    def _only(self) -> Any:  # noqa: ANN401 - a number
        if self.numel() != 1:
            raise TorchValueError("only one element tensors can be converted to Python scalars")
        return self.item()

    def __float__(self) -> float:
        number = self._converted()
        if isinstance(number, complex):
            if number.imag:
                raise TorchRuntimeError("value cannot be converted to type double without overflow")
            return number.real
        return float(number)

    def __complex__(self) -> complex:
        return complex(self._converted())

    def __int__(self) -> int:
        number = self._only()
        return int(number.real if isinstance(number, complex) else number)

    def __index__(self) -> int:
        if self.numel() != 1 or self.dtype.is_differentiable:
            raise TorchTypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __repr__(self) -> str:
        return tensor_repr(self)

    def __format__(self, spec: str) -> str:
        if self.shape:
            return object.__format__(self, spec)
        return format(self.item(), spec)


# ------------------------------------------------------------------ the text of a tensor


def tensor_repr(t: TensorBase) -> str:
    """`tensor(20., grad_fn=<AddBackward0>)`: what PyTorch prints."""
    level = dual_level.get()
    return _plain_repr(t, ()) if level is None else level.shown(t, _plain_repr)


def _plain_repr(t: TensorBase, tangents: Sequence[str]) -> str:
    """The text, with those of the tangents it has."""
    suffixes = _history(t)
    suffixes += [f"tangent={tangent}" for tangent in tangents]
    options = print_options()
    data = t._data
    if isinstance(data, Array):
        places = shown(data.shape, options)
        values = (data.value if places is None else data.value[np.ix_(*places)]).tolist()
    else:
        values = data.read()
    return tensor_text(values, data.shape, data.dtype, suffixes, options)


def _history(t: TensorBase) -> list[str]:
    """Where `t` came from, in words; one of several views that were changed cannot say."""
    try:
        edge = current_edge(t)
    except TorchRuntimeError:
        return ["grad_fn=<Invalid>"]
    if edge is not None and not isinstance(edge, AccumulateGrad):
        return [f"grad_fn=<{type(node_of(edge)).__name__}>"]
    return ["requires_grad=True"] if requires_grad(t) else []
