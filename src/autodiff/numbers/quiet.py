"""Calling NumPy without its warnings of infinities and nan, which PyTorch has none of."""

from _thread import _local
from collections.abc import Callable
from contextvars import Context
from typing import Any

from autodiff.numbers.array import np

__all__ = ["quietly"]


class _Thread(_local):
    """One context a thread in which NumPy ignores floating-point errors: to enter it is cheaper than `errstate`."""

    def __init__(self) -> None:
        context = Context()
        context.run(np.seterr, all="ignore")
        self.run = context.run


_of_this: _Thread | None = None


def quietly(function: Callable[..., Any], *operands: Any) -> Any:  # noqa: ANN401 - arrays
    """`function`, which asks for no context variable and calls nobody that does, of some arrays."""
    global _of_this  # noqa: PLW0603 - NumPy is imported when the first array is computed
    if _of_this is None:
        _of_this = _Thread()
    return _of_this.run(function, *operands)
