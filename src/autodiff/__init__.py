"""PyTorch's autograd for the shell and for tutorials: `import autodiff as torch`.

The names are PyTorch's; they are loaded when the first of them is used.
"""

from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__"]

_ROOMS = frozenset({"cli", "dtypes", "engine", "errors", "language", "numbers", "ops", "render", "session"})
"""Ours, not PyTorch's: `from autodiff import ops` asks here before it looks for a file."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PyTorch's names, of any kind
    if name in _ROOMS or name.startswith("__"):
        raise AttributeError(f"module 'torch' has no attribute '{name}'")
    from autodiff.engine.namespace import torch_module

    return getattr(torch_module(), name)


def __dir__() -> list[str]:
    from autodiff.engine.namespace import torch_module

    return sorted({*__all__, *vars(torch_module())})
