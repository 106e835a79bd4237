"""PyTorch's autograd for the shell and for tutorials: `import autodiff as torch`.

The names are PyTorch's; they are loaded when the first of them is used. Two are more than PyTorch's: `diff` of a text
writes its derivatives down, and `gradcheck` is also here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "diff"]

_ROOMS = frozenset(
    {"cli", "dtypes", "engine", "errors", "language", "late", "light", "numbers", "ops", "render", "session"}
)
"""Ours, not PyTorch's: `from autodiff import ops` asks here before it looks for a file."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PyTorch's names, of any kind
    if name in _ROOMS or name.startswith("__"):
        raise AttributeError(f"module 'torch' has no attribute '{name}'")
    from autodiff.engine.namespace import torch_module

    found = getattr(torch_module().autograd if name == "gradcheck" else torch_module(), name)
    globals()[name] = found  # the second look finds it without coming here
    return found


def diff(*operands: Any, **options: Any) -> Any:  # noqa: ANN401 - PyTorch's `diff`, or that of a text
    """Differences of a tensor, as PyTorch has them; of a text, its derivatives (see `session.diff.formulas.diff`)."""
    if operands and isinstance(operands[0], str):
        from autodiff.session.diff import formulas

        return formulas.diff(*operands, **options)
    from autodiff.engine.namespace import torch_module

    return torch_module().diff(*operands, **options)


def __dir__() -> list[str]:
    from autodiff.engine.namespace import torch_module

    return sorted({*__all__, "gradcheck", *vars(torch_module())})
