"""What dtype an operation gives, and which it refuses in PyTorch's words."""

from __future__ import annotations

from autodiff.dtypes import Category, bool_, default_dtype, dtype
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Dtypes: TypeAlias = Callable[[dtype], tuple[dtype, dtype]]
    """From the promoted dtype of the operands to (what to compute in, what the result has)."""
    Refusal: TypeAlias = Callable[[dtype], Exception]
else:
    Dtypes = Refusal = object

__all__ = [
    "Dtypes",
    "Refusal",
    "any_of",
    "boolean",
    "floating",
    "no_derivative",
    "not_implemented",
    "promoted",
    "refused",
]


def promoted(d: dtype) -> tuple[dtype, dtype]:
    """The result has the dtype the operands promote to."""
    return d, d


def floating(d: dtype) -> tuple[dtype, dtype]:
    """Integers and bools are computed in, and give, the default dtype."""
    d = d if d.category >= Category.FLOAT else default_dtype()
    return d, d


def boolean(d: dtype) -> tuple[dtype, dtype]:
    """Compared in the promoted dtype, answered in bools."""
    return d, bool_


def not_implemented(kernel: str) -> Refusal:
    """PyTorch's refusal of a dtype by a kernel."""
    return lambda d: TorchNotImplementedError(f"\"{kernel}\" not implemented for '{d.title}'")


def refused(text: str, error: Callable[[str], Exception] = TorchRuntimeError) -> Refusal:
    """A refusal with a text of its own; `{}` in it is the dtype's title."""
    return lambda d: error(text.format(d.title))


def no_derivative(of: str) -> Callable[..., Any]:
    """A rule that only raises: PyTorch has no derivative there, and says so when it is asked for."""

    def rule(g: Any) -> Any:  # noqa: ANN401, ARG001 - a gradient
        raise TorchNotImplementedError(f"the derivative for '{of}' is not implemented.")

    return rule


def any_of(refusal: Refusal, *categories: int) -> dict[int, Refusal]:
    """The same refusal for several categories."""
    return dict.fromkeys(categories, refusal)
