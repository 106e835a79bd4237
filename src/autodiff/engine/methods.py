"""The tensor methods that follow from the table: one for every name, and one with `_` where it may act in place."""

from typing import Any, Final

from autodiff.engine.call import method
from autodiff.engine.core import TensorBase
from autodiff.engine.inplace import in_place_method, view_method
from autodiff.engine.read_only import read_only
from autodiff.ops.attributes import ATTRIBUTES
from autodiff.ops.memory import SELF_VIEWS
from autodiff.ops.table import found_in, named_in_place, names_in

__all__ = ["METHODS", "Methods", "MethodsType"]

_IN_PLACE: Final = frozenset(f"{name}_" for name in named_in_place())
METHODS: Final = frozenset([*names_in("method"), *_IN_PLACE, *SELF_VIEWS])
"""The names of all of them."""


def _made(name: str) -> Any:  # noqa: ANN401 - a method
    """The method of one of these names."""
    if name in SELF_VIEWS:
        return view_method(name, SELF_VIEWS[name])
    if name in _IN_PLACE:
        return in_place_method(name[:-1])
    return method(name, found_in("method")[name])


class MethodsType(type):
    """A class whose methods are made when they are first asked for: there are many, and a program needs few."""

    def __getattr__(cls, name: str) -> Any:  # noqa: ANN401 - a method
        if name not in METHODS:
            raise AttributeError(f"type object '{cls.__name__}' has no attribute '{name}'", name=name, obj=cls)
        made = _made(name)
        setattr(Methods, name, made)
        return made

    def __dir__(cls) -> list[str]:
        return sorted({*super().__dir__(), *METHODS})


class Methods(TensorBase, metaclass=MethodsType):
    """The methods that follow from the table of operations."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a method of this tensor
        if name not in METHODS:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)
        return getattr(type(self), name).__get__(self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *METHODS})


for _name, _compute in ATTRIBUTES.items():
    setattr(Methods, _name, read_only(_compute))
