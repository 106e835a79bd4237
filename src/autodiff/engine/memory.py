"""Giving a tensor other memory."""

from autodiff.engine.core import TensorBase

__all__ = ["replace_memory"]


def replace_memory(t: TensorBase, other: TensorBase) -> None:
    """`t.data = other`: `t` views the memory of `other` from now on, under its own version."""
    version = t._data.version
    t._data = other._data.share()
    t._data.set_version(version)
