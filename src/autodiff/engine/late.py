"""Methods whose file is imported when they are first used."""

from __future__ import annotations

from autodiff.late import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["late"]


class late:  # noqa: N801 - it stands where a function would
    """The function `name` of a file of the engine, as a method; by default it is called like the method."""

    def __init__(self, module: str, name: str | None = None) -> None:
        self._module = module
        self._function = name

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(self, instance: Any, kind: Any = None) -> Any:  # noqa: ANN401 - a method, bound or not
        found = getattr(import_module(f"autodiff.engine.{self._module}"), self._function or self._name)
        setattr(self._owner, self._name, found)
        return found if instance is None else found.__get__(instance)
