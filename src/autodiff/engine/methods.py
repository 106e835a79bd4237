"""The tensor methods that follow from the table: one for every name, and one with `_` where it may act in place."""

from __future__ import annotations

from autodiff.engine.core import TensorBase
from autodiff.engine.members import read_only
from autodiff.ops.table import found_in, named_in_place, names_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

__all__ = ["METHODS", "Methods", "attribute"]

_ATTRIBUTES: Final = ("T", "mT", "mH", "H", "real", "imag")
"""What `ops.attributes` has."""
_SELF_VIEWS: Final = frozenset(("squeeze_", "unsqueeze_", "transpose_", "swapaxes_", "swapdims_", "t_"))
"""What `ops.memory` has under this name."""
_IN_PLACE: Final = frozenset([f"{name}_" for name in named_in_place()])
METHODS: Final = frozenset([*names_in("method"), *_IN_PLACE, *_SELF_VIEWS])
"""The names of all of them."""


def _made(name: str) -> Any:  # noqa: ANN401 - a method
    """The method of one of these names."""
    if name in _SELF_VIEWS:
        from autodiff.engine.inplace import view_method
        from autodiff.ops.memory import SELF_VIEWS

        return view_method(name, SELF_VIEWS[name])
    if name in _IN_PLACE:
        from autodiff.engine.inplace import in_place_method

        return in_place_method(name[:-1])
    from autodiff.engine.call import method

    return method(name, found_in("method")[name])


def attribute(name: str) -> Callable[[Any], Any]:
    """What computes the attribute `name` of a tensor."""

    def compute(self: Any) -> Any:  # noqa: ANN401 - a tensor
        from autodiff.ops.attributes import ATTRIBUTES

        return ATTRIBUTES[name](self)

    return compute


class _OnDemand:
    """A method that is made when it is first asked for: there are many, and a program needs few.

    A descriptor for each, and no `__getattr__`: with one, CPython reads every attribute of a tensor the slow way.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, kind: Any = None) -> Any:  # noqa: ANN401 - a method, bound or not
        made = _made(self._name)
        setattr(Methods, self._name, made)
        return made if instance is None else made.__get__(instance)


def _members() -> dict[str, Any]:
    members: dict[str, Any] = {"__slots__": (), "__doc__": "The methods that follow from the table of operations."}
    members |= {name: _OnDemand(name) for name in METHODS}
    return members | {name: read_only(attribute(name)) for name in _ATTRIBUTES}


if TYPE_CHECKING:

    class Methods(TensorBase):
        """What a type checker sees: any name."""

        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401

else:
    Methods = type("Methods", (TensorBase,), _members())
