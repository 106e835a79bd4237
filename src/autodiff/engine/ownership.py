"""Gradients nobody else has: they may be changed in place, or kept as they are, where PyTorch does not copy either."""

from sys import getrefcount
from typing import Any, Final

from autodiff.engine.core import TensorBase
from autodiff.engine.elements import FLOATS
from autodiff.numbers.array import np
from autodiff.numbers.quiet import quietly

__all__ = ["add_into", "fits", "is_ours", "same_kind"]

_ONE_HOLDER: Final = 2
"""What is counted of an object with one holder: that, and the argument."""


def is_ours(only: list[Any]) -> bool:
    """Whether a gradient is a float array that nobody has but this list, its memory neither viewed nor a view."""
    if getattr(only[0], "_data", None).__class__ not in FLOATS:
        return False
    if not getrefcount(only[0]) == getrefcount(only[0]._data) == getrefcount(only[0]._data.value) == _ONE_HOLDER:
        return False
    values = only[0]._data.value
    return values.base is None and bool(values.flags.c_contiguous)


def same_kind(a: TensorBase, b: TensorBase) -> bool:
    """Whether two tensors are float arrays of one dtype and shape."""
    return a._data.__class__ is b._data.__class__ in FLOATS and a._data.shape == b._data.shape


def add_into(total: TensorBase, g: TensorBase) -> TensorBase:
    """`total` with `g`, of the same kind, added in its memory."""
    memory: Any = total._data
    quietly(np.add, memory.value, g._data.value, memory.value)
    memory.storage.version += 1
    return total


def fits(leaf: TensorBase | None, g: TensorBase) -> bool:
    """Whether a gradient in C order is laid out as its leaf is."""
    return leaf is None or (same_kind(leaf, g) and bool(leaf._data.value.flags.c_contiguous))
