"""What the user has done with values when they are saved for backward: packed, and unpacked again."""

from collections.abc import Callable
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Final, Self

from autodiff.engine.mode import Mode, mode
from autodiff.errors import TorchRuntimeError

__all__ = ["disable_saved_tensors_hooks", "save_on_cpu", "saved_tensors_hooks"]

Hook = Callable[[Any], Any]
_disabled: Final[ContextVar[str | None]] = ContextVar("why saved tensors may have no hooks", default=None)


class saved_tensors_hooks:  # noqa: N801 - PyTorch's spelling
    """Inside, what is saved for backward is what `pack_hook` returns; `unpack_hook` makes a tensor of it again."""

    __module__ = "torch.autograd.graph"

    def __init__(self, pack_hook: Hook, unpack_hook: Hook) -> None:
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self) -> None:
        reason = _disabled.get()
        if reason is not None:
            raise TorchRuntimeError(reason)
        self._token: Token[Mode] = mode.set(mode.get()._replace(hooks=(self.pack_hook, self.unpack_hook)))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        mode.reset(self._token)


class save_on_cpu(saved_tensors_hooks):  # noqa: N801 - PyTorch's spelling
    """Inside, what is saved for backward is kept in main memory, where it is anyway."""

    __module__ = "torch.autograd.graph"

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:  # noqa: ARG002
        super().__init__(lambda t: t.detach().clone(), lambda packed: packed)


class disable_saved_tensors_hooks:  # noqa: N801 - PyTorch's spelling
    """Inside, setting hooks for saved tensors raises RuntimeError with this message."""

    __module__ = "torch.autograd.graph"

    def __init__(self, error_message: str) -> None:
        self._message = error_message

    def __enter__(self) -> Self:
        self._token = _disabled.set(self._message)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _disabled.reset(self._token)
