"""What switches recording on and off, as PyTorch spells it: `no_grad`, `enable_grad` and the like."""

from __future__ import annotations

from autodiff.engine.mode import INFERENCE, RECORDING, UNRECORDED
from autodiff.engine.mode import mode as current
from autodiff.errors import TorchTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Token
    from types import TracebackType
    from typing import Any, Self, TypeVar

    from autodiff.engine.mode import Mode

    _Function = TypeVar("_Function", bound=Callable[..., Any])

__all__ = [
    "SWITCHES",
    "enable_grad",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "set_grad_enabled",
]

SWITCHES = ("no_grad", "enable_grad", "set_grad_enabled", "inference_mode")
"""The names of those that switch."""


def is_grad_enabled() -> bool:
    """Whether operations are being recorded."""
    return current.get().recording


def is_inference_mode_enabled() -> bool:
    """Whether results may never be part of a graph."""
    return current.get().inference


class _Switch:
    """A mode for a `with` block, or for every call of a decorated function."""

    _mode: Mode

    def __enter__(self) -> None:
        self._token: Token[Mode] = current.set(self._mode.with_hooks())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        current.reset(self._token)

    def __call__(self, function: _Function) -> _Function:
        """`function`, run in this mode."""
        from functools import wraps

        switched_to = self._mode

        @wraps(function)
        def switched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the function's own
            token = current.set(switched_to.with_hooks())
            try:
                return function(*args, **kwargs)
            finally:
                current.reset(token)

        return switched  # type: ignore[return-value] # same signature


class no_grad(_Switch):  # noqa: N801 - PyTorch's spelling
    """Results do not remember how they were made."""

    __module__ = "torch.autograd.grad_mode"
    _mode = UNRECORDED

    def __new__(cls, function: Callable[..., Any] | None = None) -> Self:
        """`@no_grad` without parentheses decorates, too."""
        self = super().__new__(cls)
        return self if function is None else self(function)  # type: ignore[return-value]

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        """Nothing to keep."""


class enable_grad(no_grad):  # noqa: N801 - PyTorch's spelling
    """Results remember how they were made, also inside `no_grad`."""

    __module__ = "torch.autograd.grad_mode"
    _mode = RECORDING


class inference_mode(_Switch):  # noqa: N801 - PyTorch's spelling
    """Results do not remember how they were made, and may never be part of a graph."""

    __module__ = "torch.autograd.grad_mode"

    def __new__(cls, mode: Any = True) -> Self:  # noqa: ANN401 - a bool, or the decorated function
        """`@inference_mode` without parentheses decorates, too."""
        self = super().__new__(cls)
        self._mode = INFERENCE if mode else RECORDING
        return self(mode) if callable(mode) else self

    def __init__(self, mode: Any = True) -> None:  # noqa: ANN401 - see __new__
        """Nothing more to keep."""


class set_grad_enabled(_Switch):  # noqa: N801 - PyTorch's spelling
    """Switch recording on or off, at once; as a `with` block, until its end."""

    __module__ = "torch.autograd.grad_mode"

    def __init__(self, mode: object) -> None:
        if not isinstance(mode, bool):
            name = type(mode).__name__
            raise TorchTypeError(f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {name}")
        self.mode = mode
        self._before = current.get()
        self._mode = (RECORDING if mode else UNRECORDED).with_hooks()
        current.set(self._mode)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"

    def __enter__(self) -> None:
        current.set(self._mode)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        current.set(self._before)

    def __call__(self, function: _Function) -> _Function:
        """Switch in every call of `function` instead."""
        current.set(self._before)  # as a decorator it acts in the calls only
        return super().__call__(function)
