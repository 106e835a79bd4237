"""Whether operations are recorded: `no_grad`, `enable_grad`, `set_grad_enabled`, per thread and task."""

from __future__ import annotations

from _contextvars import ContextVar  # as in contextvars, without a file to load

from autodiff.errors import TorchTypeError
from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextvars import Token
    from types import TracebackType
    from typing import Any, Final, Self, TypeVar

    _Function = TypeVar("_Function", bound=Callable[..., Any])

__all__ = [
    "FORMULA",
    "FORMULA_UNRECORDED",
    "INFERENCE",
    "RECORDING",
    "UNRECORDED",
    "Mode",
    "anomaly",
    "checks_nan",
    "default_device",
    "dual_level",
    "enable_grad",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "mode",
    "no_grad",
    "set_grad_enabled",
]


class Mode(NamedTuple):
    """How operations behave.

    `recording`: results remember how they were made. `formula`: the engine itself is computing a gradient, where a
    number operand is an attribute, as in PyTorch's C++ (its nodes end in 1). `inference`: results may never be part of
    a graph. `hooks`: what packs a value when it is saved for backward, and unpacks it again.
    """

    recording: bool
    formula: bool
    inference: bool = False
    hooks: tuple[Callable[[Any], Any], Callable[[Any], Any]] | None = None

    def with_hooks(self) -> Mode:
        """This mode, with the hooks of the one that is on."""
        hooks = mode.get().hooks
        return self if hooks is None else self._replace(hooks=hooks)


RECORDING: Final = Mode(recording=True, formula=False)
UNRECORDED: Final = Mode(recording=False, formula=False)
FORMULA: Final = Mode(recording=True, formula=True)
INFERENCE: Final = Mode(recording=False, formula=False, inference=True)
FORMULA_UNRECORDED: Final = Mode(recording=False, formula=True)

mode: Final[ContextVar[Mode]] = ContextVar("mode", default=RECORDING)
dual_level: Final[ContextVar[Any]] = ContextVar("dual_level", default=None)
"""The innermost forward derivative being taken (a Level), at which tensors may have tangents; usually None."""
anomaly: Final[ContextVar[tuple[bool, bool]]] = ContextVar("anomaly mode, its look for nan", default=(False, True))
default_device: Final[ContextVar[Any]] = ContextVar("default_device", default=None)
"""Where tensors are made that do not say where (a `device`); None: on the CPU."""


def is_grad_enabled() -> bool:
    """Whether operations are being recorded."""
    return mode.get().recording


def checks_nan() -> bool:
    """Whether backward should look for nan."""
    return anomaly.get() == (True, True)


class _Switch:
    """A mode for a `with` block, or for every call of a decorated function."""

    _mode: Mode

    def __enter__(self) -> None:
        self._token: Token[Mode] = mode.set(self._mode.with_hooks())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        mode.reset(self._token)

    def __call__(self, function: _Function) -> _Function:
        """`function`, run in this mode."""
        from functools import wraps

        switched_to = self._mode

        @wraps(function)
        def switched(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the function's own
            token = mode.set(switched_to.with_hooks())
            try:
                return function(*args, **kwargs)
            finally:
                mode.reset(token)

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


def is_inference_mode_enabled() -> bool:
    """Whether results may never be part of a graph."""
    return mode.get().inference


class set_grad_enabled(_Switch):  # noqa: N801 - PyTorch's spelling
    """Switch recording on or off, at once; as a `with` block, until its end."""

    __module__ = "torch.autograd.grad_mode"

    def __init__(self, mode: object) -> None:
        if not isinstance(mode, bool):
            name = type(mode).__name__
            raise TorchTypeError(f"set_grad_enabled(): argument 'enabled' (position 1) must be bool, not {name}")
        self.mode = mode
        self._before = _mode_variable.get()
        self._mode = (RECORDING if mode else UNRECORDED).with_hooks()
        _mode_variable.set(self._mode)

    def __repr__(self) -> str:
        return f"torch.autograd.grad_mode.set_grad_enabled(mode={self.mode})"

    def __enter__(self) -> None:
        _mode_variable.set(self._mode)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _mode_variable.set(self._before)

    def __call__(self, function: _Function) -> _Function:
        """Switch in every call of `function` instead."""
        _mode_variable.set(self._before)  # as a decorator it acts in the calls only
        return super().__call__(function)


_mode_variable = mode
