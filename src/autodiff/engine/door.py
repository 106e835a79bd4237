"""Doors: what a module of PyTorch's name answers with, for those who import it by its name.

`import autodiff.nn.functional as F` finds a file; what is in it is looked up where `torch.nn.functional` leads.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any

__all__ = ["door"]


def door(path: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """A module's `__getattr__` and `__dir__`: the names of PyTorch's module `torch.<path>`."""

    def module() -> Any:  # noqa: ANN401
        from autodiff.engine.namespace import torch_module

        return reduce(getattr, path.split("."), torch_module())

    def find(name: str) -> Any:  # noqa: ANN401 - a function, a class or a module
        if name.startswith("__"):
            raise AttributeError(f"module 'torch.{path}' has no attribute '{name}'")
        try:
            return getattr(module(), name)
        except AttributeError:
            raise AttributeError(f"module 'torch.{path}' has no attribute '{name}'") from None

    def names() -> list[str]:
        return sorted(vars(module()))

    return find, names
