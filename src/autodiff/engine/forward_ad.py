"""`torch.autograd.forward_ad`: tensors that carry the derivative of their values in one direction."""

from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, Final, NamedTuple, TypeVar

from autodiff.engine import mode
from autodiff.engine.core import TensorBase
from autodiff.engine.forward_level import Level, check_size, enclosing, forward_enabled
from autodiff.errors import TorchRuntimeError, TorchTypeError, TorchValueError
from autodiff.ops.op import Structural
from autodiff.ops.shape import view

__all__ = [
    "UnpackedDualTensor",
    "dual_level",
    "enter_dual_level",
    "exit_dual_level",
    "make_dual",
    "unpack_dual",
]

_Function = TypeVar("_Function", bound=Callable[..., Any])
NESTED: Final = "Nested forward mode AD is not supported at the moment"
_NO_LEVEL: Final = (
    "Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first."
)
_fw_primal: Final = Structural(
    "_fw_primal",
    "the values of a dual tensor, without its tangent",
    node="Identity",
    array=lambda self: self[...],
    view=True,
    derivatives={"self": lambda g: g},
    public=False,
)


class UnpackedDualTensor(NamedTuple):
    """The two parts of a dual tensor; no tangent (None) stands for zero."""

    primal: Any
    tangent: Any


UnpackedDualTensor.__module__ = "torch.autograd.forward_ad"


def _current() -> Level | None:
    """The level the user entered."""
    return next((level for level in enclosing(mode.dual_level.get()) if level.number is None), None)


def _current_number() -> int:
    return -1 if _current() is None else 0


def enter_dual_level() -> int:
    """Begin a forward derivative; its number, 0. Raises RuntimeError inside another."""
    if mode.dual_level.get() is not None:
        raise TorchRuntimeError(NESTED)
    Level().enter()
    return 0


def exit_dual_level(*, level: int | None = None) -> None:
    """End it: all tangents are forgotten. Raises RuntimeError if there is none."""
    if level is not None and level != _current_number():
        raise TorchRuntimeError(
            "Trying to exit a forward AD level that was not the last one that was created. This is not supported."
        )
    current = _current()
    if current is None:
        raise TorchRuntimeError("Dual level must be a positive number.")
    current.leave()


def make_dual(tensor: Any, tangent: Any, *, level: int | None = None) -> Any:  # noqa: ANN401 - tensors
    """A view of `tensor` that has the tangent `tangent`, of the same size.

    Raises PyTorch's RuntimeError outside a level or if it has a tangent already, ValueError for other dtypes than
    floating point and complex.
    """
    current = _current()
    if (_current_number() if level is None else level) < 0:
        raise TorchRuntimeError(_NO_LEVEL)
    check_dual(tensor, tangent, sizes=False)
    if current is None or level:
        raise TorchRuntimeError("Invalid level given to _make_dual")
    if current.tangents(tensor) is not None:
        raise TorchRuntimeError(
            "Making a dual Tensor based on a Tensor that already has a forward gradient at the same level 0 is not "
            "supported."
        )
    check_dual(tensor, tangent)
    if current.tangents(tangent) is not None:
        raise TorchRuntimeError(
            "Setting a forward grad that itself has a forward gradient at the same level0 is not supported."
        )
    made = current.outside(view, tensor, size=tuple(tensor.shape))
    current.give(made, [tangent])
    return made


def check_dual(tensor: Any, tangent: Any, *, sizes: bool = True) -> None:  # noqa: ANN401 - anything
    """Raise PyTorch's ValueError unless both are floating point or complex, RuntimeError for different `sizes`."""
    for what, t in (("primal", tensor), ("tangent", tangent)):
        if not (t.is_floating_point() or t.is_complex()):
            raise TorchValueError(f"Expected {what} to be floating point or complex, but got: {t.dtype}")
    if sizes:
        check_size(tensor, tangent)


def unpack_dual(tensor: Any, *, level: int | None = None) -> UnpackedDualTensor:  # noqa: ANN401 - a tensor
    """The values of a tensor, and its tangent (None if it has none)."""
    current = _current()
    if (_current_number() if level is None else level) < 0:
        return UnpackedDualTensor(tensor, None)
    if not isinstance(tensor, TensorBase):
        raise TorchTypeError(f"_unpack_dual(): argument 'dual' (position 1) must be Tensor, not {_name(tensor)}")
    if level:
        raise TorchRuntimeError("Invalid level given to _fw_primal")
    if current is None:
        return UnpackedDualTensor(tensor, None)
    found = current.tangents(tensor)
    return UnpackedDualTensor(current.outside(_fw_primal, current.primal(tensor)), None if found is None else found[0])


def _name(value: object) -> str:
    return type(value).__name__


class _Switch:
    """A `with` block, or every call of a decorated function."""

    def _again(self) -> "_Switch":
        return type(self)()

    def __enter__(self) -> Any:  # noqa: ANN401 - what the block is about
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the block."""

    def __call__(self, function: _Function) -> _Function:
        """`function`, called in such a block."""

        @wraps(function)
        def switched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the function's own
            with self._again():
                return function(*args, **kwargs)

        return switched  # type: ignore[return-value] # same signature


class dual_level(_Switch):  # noqa: N801 - PyTorch's spelling
    """A forward derivative for a `with` block, or for every call of a decorated function."""

    __module__ = "torch.autograd.forward_ad"

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        exit_dual_level()


class _set_fwd_grad_enabled(_Switch):  # noqa: N801 - PyTorch's spelling
    """Switch tangents on or off, at once; as a `with` block, until its end."""

    __module__ = "torch.autograd.forward_ad"

    def __init__(self, mode: bool) -> None:
        self.prev = forward_enabled.get()
        self._mode = mode
        forward_enabled.set(mode)

    def _again(self) -> "_Switch":
        return type(self)(self._mode)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        forward_enabled.set(self.prev)


def names() -> dict[str, Any]:
    """What is in the module, with two private functions that tutorials show."""
    return {name: globals()[name] for name in __all__} | {
        "__all__": list(__all__),
        "_set_fwd_grad_enabled": _set_fwd_grad_enabled,
        "_is_fwd_grad_enabled": forward_enabled.get,
    }
