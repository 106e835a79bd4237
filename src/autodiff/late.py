"""Modules that are imported when they are first used: a plain call pays for nothing it does not need.

Where a module is needed in one rare place, an import in that function says the same; this is for what several
functions use, or one that is called often.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType
    from typing import Any
else:
    ModuleType = type(sys)

__all__ = ["import_module", "late_module", "late_names"]


def import_module(name: str) -> ModuleType:
    """The module called `name`: that of `importlib`, which takes long to import itself."""
    __import__(name)
    return sys.modules[name]


class _Late(ModuleType):
    """A module that is imported when the first of its names is asked for, and then has these names itself."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a module's attribute
        module = import_module(self.__name__)
        self.__dict__.update(vars(module))
        return getattr(module, name)


def late_module(name: str) -> ModuleType:
    """The module called `name`, which is not imported yet."""
    return _Late(name)


def late_names(package: str, homes: Mapping[str, Sequence[str]]) -> Callable[[str], Any]:
    """The `__getattr__` of a package whose names live in some of its files, which are imported when one is used."""
    home_of = {name: file for file, names in homes.items() for name in names}

    def find(name: str) -> Any:  # noqa: ANN401 - of any kind
        if name not in home_of:
            raise AttributeError(f"module '{package}' has no attribute '{name}'")
        found = getattr(import_module(f"{package}.{home_of[name]}"), name)
        setattr(sys.modules[package], name, found)  # the second look finds it without coming here
        return found

    return find
