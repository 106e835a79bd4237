"""The tensor methods that follow from the table: one for every name, and one with `_` where it may act in place."""

from typing import TYPE_CHECKING, Any, Final

from autodiff.engine.call import method
from autodiff.engine.core import TensorBase
from autodiff.engine.inplace import in_place_method, view_method
from autodiff.engine.read_only import read_only
from autodiff.ops.attributes import ATTRIBUTES
from autodiff.ops.memory import SELF_VIEWS
from autodiff.ops.table import OVERLOADS, found_in

__all__ = ["METHODS", "Methods"]

_IN_PLACE: Final = [
    name
    for name, ops in OVERLOADS.items()
    if any(op.in_place for op in ops) and ops[0].places_of(name) not in ({"linalg"}, {"special"})
]
METHODS: Final = frozenset(
    [
        *found_in("method"),
        *(f"{name}_" for name in _IN_PLACE),
        *SELF_VIEWS,
    ]
)
"""The names of all of them."""


def _members() -> dict[str, Any]:
    members: dict[str, Any] = {"__slots__": (), "__doc__": "The methods that follow from the table of operations."}
    for name, ops in found_in("method").items():
        members[name] = method(name, ops)
    for name, compute in ATTRIBUTES.items():
        members[name] = read_only(compute)
    for name in _IN_PLACE:
        members[f"{name}_"] = in_place_method(name)
    for name, op in SELF_VIEWS.items():
        members[name] = view_method(op)
    return members


if TYPE_CHECKING:

    class Methods(TensorBase):
        """What a type checker sees: any name."""

        def __getattr__(self, name: str) -> Any: ...  # noqa: ANN401

else:
    Methods = type("Methods", (TensorBase,), _members())
