"""The handle of a registered hook."""

from collections.abc import Callable
from typing import Any, Self

__all__ = ["Hook", "RemovableHandle"]

Hook = Callable[..., Any]


class RemovableHandle:
    """What registering a hook returns; `remove()` takes the hook away again."""

    __module__ = "torch.utils.hooks"

    def __init__(self, hooks: list[Hook], hook: Hook) -> None:
        self._hooks = hooks
        self._hook = hook
        hooks.append(hook)

    def remove(self) -> None:
        """Take the hook away; nothing happens the second time."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
