"""`torch` and what lies in it, as an expression writes them: prefixes."""

from __future__ import annotations

__all__ = ["Module"]


class Module:
    """`torch` and what lies in it: a prefix, not a value."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"<module '{self.path}'>"


Module.__name__ = "module"
Module.__module__ = "builtins"
