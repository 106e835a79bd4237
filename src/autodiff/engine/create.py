"""Making tensors: from numbers and lists, or of one number throughout."""

from __future__ import annotations

import warnings

from autodiff.dtypes import (
    bool_,
    complex128,
    default_dtype,
    dtype,
    dtype_of_number,
    float64,
    int64,
)
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.graph import AccumulateGrad
from autodiff.engine.literals import data_of
from autodiff.engine.mode import default_device, mode
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.late import late_module
from autodiff.numbers.array import ARRAYS, Array, np, numpy_dtype
from autodiff.numbers.scalar import SCALARS, Scalar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from autodiff.engine import apply as general
    from autodiff.engine import device as devices
    from autodiff.numbers.array import Array
else:
    general = late_module("autodiff.engine.apply")
    devices = late_module("autodiff.engine.device")

__all__ = [
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "tensor",
    "zeros",
    "zeros_like",
]

_PYTHON_TYPES: Final[dict[Any, dtype]] = {float: float64, int: int64, bool: bool_, complex: complex128}


_MISSING: Final = object()


def tensor(
    data: Any = _MISSING,  # noqa: ANN401
    *further: Any,  # noqa: ANN401
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """A tensor of a number, nested lists of numbers, an array or another tensor; always a copy.

    The dtype is inferred if not given: int64, the default dtype, its complex partner, or bool.
    Raises PyTorch's TypeError, ValueError or RuntimeError for data that is none of these.
    """
    if data is _MISSING:
        raise TorchTypeError('tensor() missing 1 required positional arguments: "data"')
    if further:
        raise TorchTypeError(f"tensor() takes 1 positional argument but {1 + len(further)} were given")
    kind = _checked_dtype("tensor", dtype)
    check_options("tensor", options)
    if not isinstance(requires_grad, bool):
        raise TorchTypeError(f"tensor(): argument 'requires_grad' must be bool, not {type(requires_grad).__name__}")
    if isinstance(data, TensorBase):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
            "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
            UserWarning,
            stacklevel=2,
        )
    return leaf(data_of(data, kind), requires_grad=requires_grad)


def _flag(name: str, requires_grad: Any) -> bool:  # noqa: ANN401 - the user's
    """Whether a gradient is wanted; None says no. Raises PyTorch's TypeError for what is no bool."""
    if not (requires_grad is None or isinstance(requires_grad, bool)):
        raise TorchTypeError(f"{name}(): argument 'requires_grad' must be bool, not {type(requires_grad).__name__}")
    return bool(requires_grad)


def leaf(data: Scalar | Array, *, requires_grad: bool) -> Any:  # noqa: ANN401 - a Tensor
    """A tensor without history. Raises RuntimeError if its dtype cannot require a gradient but should."""
    if mode.get().inference:
        from autodiff.engine.inference import marked

        data = marked(data)
    made = plain(data)
    if requires_grad:
        if not data.dtype.is_differentiable:
            raise TorchRuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        made._node = AccumulateGrad.of(made)
    return made


def _checked_dtype(name: str, asked: Any) -> dtype | None:  # noqa: ANN401
    if asked is None or isinstance(asked, dtype):
        return asked
    if asked in _PYTHON_TYPES:
        return _PYTHON_TYPES[asked]
    raise TorchTypeError(f"{name}(): argument 'dtype' must be torch.dtype, not {type(asked).__name__}")


def check_options(name: str, options: Mapping[str, Any], *further: str) -> None:
    """Where and how the tensor should lie: on the CPU, in strides, in ordinary memory. Raises PyTorch's errors."""
    if not options and default_device.get() is None:
        return
    unknown = options.keys() - {"device", "layout", "pin_memory", *further}
    if unknown:
        raise TorchTypeError(f"{name}() got an unexpected keyword argument '{min(unknown)}'")
    devices.check_available(options.get("device"))
    pinned, lying = options.get("pin_memory"), options.get("layout")
    for option, value, kind in (("layout", lying, devices.layout), ("pin_memory", pinned, bool)):
        if not (value is None or isinstance(value, kind)):
            wanted = "torch.layout" if kind is devices.layout else "bool"
            raise TorchTypeError(f"{name}(): argument '{option}' must be {wanted}, not {type(value).__name__}")
    if pinned:
        raise TorchRuntimeError(
            "pin_memory=True requires a CUDA or other accelerator backend; no pinned memory allocator is available on "
            "this system."
        )


# ------------------------------------------------------------------ one number throughout


def _size(name: str, size: Sequence[Any]) -> tuple[int, ...]:
    """The lengths given as several integers, or as one sequence of them."""
    lengths: Sequence[Any] = size[0] if len(size) == 1 and isinstance(size[0], (list, tuple)) else size
    for length in lengths:
        if isinstance(length, bool) or not isinstance(length, (int, TensorBase)):
            raise TorchTypeError(
                f"{name}(): argument 'size' (position 1) must be tuple of ints, not {type(length).__name__}"
            )
        if int(length) < 0:  # type: ignore[arg-type] # a Tensor has __int__
            raise TorchRuntimeError(f"Trying to create tensor with negative dimension {length}: {list(lengths)}")
    result: tuple[int, ...] = tuple(map(int, lengths))
    general.check_size(result)
    return result


def _filled(name: str, number: complex, *further: str) -> Callable[..., Any]:
    def make(*size: Any, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Any:  # noqa: ANN401
        kind = _checked_dtype(name, dtype) or default_dtype()
        check_options(name, options, *further)
        return leaf(_constant(_size(name, size), number, kind), requires_grad=_flag(name, requires_grad))

    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"A tensor of the given size, {number} throughout; size is several integers or a sequence of them."
    return make


def _constant(shape: tuple[int, ...], number: complex, kind: dtype) -> Scalar | Array:
    if not shape:
        return SCALARS[kind].of(number)
    return ARRAYS[kind].of(np.full(shape, SCALARS[kind].round(number), dtype=numpy_dtype(kind)))


zeros = _filled("zeros", 0)
ones = _filled("ones", 1)
empty = _filled("empty", 0, "memory_format")


def full(size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Any:  # noqa: ANN401
    """A tensor of the given size, `fill_value` throughout."""
    if not isinstance(size, (list, tuple)):
        raise TorchTypeError(f"full(): argument 'size' (position 1) must be tuple of ints, not {type(size).__name__}")
    number = fill_value.item() if isinstance(fill_value, TensorBase) else fill_value
    kind = _checked_dtype("full", dtype) or dtype_of_number(number)
    check_options("full", options)
    return leaf(_constant(_size("full", size), number, kind), requires_grad=_flag("full", requires_grad))


def full_like(
    input: Any,  # noqa: ANN401
    fill_value: Any,  # noqa: ANN401
    *,
    dtype: Any = None,  # noqa: ANN401
    requires_grad: bool = False,
    **options: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 - a Tensor
    """A tensor of the shape and dtype of `input`, and its strides where they are dense; `fill_value` throughout."""
    return _like("full_like", input, fill_value, dtype, options, requires_grad=requires_grad)


def ones_like(input: Any, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Any:  # noqa: ANN401
    """Ones in the shape and dtype of `input`."""
    return _like("ones_like", input, 1, dtype, options, requires_grad=requires_grad)


def zeros_like(input: Any, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Any:  # noqa: ANN401
    """Zeros in the shape and dtype of `input`."""
    return _like("zeros_like", input, 0, dtype, options, requires_grad=requires_grad)


def empty_like(input: Any, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Any:  # noqa: ANN401
    """A tensor of the shape and dtype of `input`."""
    return _like("empty_like", input, 0, dtype, options, requires_grad=requires_grad)


def _like(
    name: str,
    like: Any,  # noqa: ANN401
    number: Any,  # noqa: ANN401
    asked: Any,  # noqa: ANN401
    options: Mapping[str, Any],
    *,
    requires_grad: bool,
) -> Any:  # noqa: ANN401 - a Tensor
    if not isinstance(like, TensorBase):
        raise TorchTypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(like).__name__}")
    check_options(name, options, "memory_format")
    number = number.item() if isinstance(number, TensorBase) else number
    if not isinstance(number, (int, float, complex)):
        raise TorchTypeError(
            f"{name}(): argument 'fill_value' (position 2) must be Number, not {type(number).__name__}"
        )
    kind = _checked_dtype(name, asked) or like.dtype
    if isinstance(number, complex) and not kind.is_complex:
        raise TorchRuntimeError(f"value cannot be converted to type {kind.cpp} without overflow")
    data = like._data
    if isinstance(data, Scalar):
        return leaf(SCALARS[kind].of(number), requires_grad=requires_grad)
    rounded = SCALARS[kind].round(number)
    return leaf(
        ARRAYS[kind].of(np.full_like(data.value, rounded, numpy_dtype(kind))),
        requires_grad=requires_grad,
    )


def eye(n: Any, m: Any = None, *, dtype: Any = None, requires_grad: bool = False, **options: Any) -> Any:  # noqa: ANN401
    """The n by m matrix with ones on its diagonal."""
    for place, (name, length) in enumerate((("n", n), ("m", n if m is None else m)), 1):
        if not isinstance(length, int) or isinstance(length, bool):
            raise TorchTypeError(
                f"eye(): argument '{name}' (position {place}) must be int, not {type(length).__name__}"
            )
        if length < 0:
            raise TorchRuntimeError(f"{name} must be greater or equal to 0, got {length}")
    general.check_size((n, n if m is None else m))
    check_options("eye", options)
    kind = _checked_dtype("eye", dtype) or default_dtype()
    return leaf(ARRAYS[kind].of(np.eye(n, m, dtype=numpy_dtype(kind))), requires_grad=requires_grad)
