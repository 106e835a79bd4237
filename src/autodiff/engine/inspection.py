"""What a node shows of itself: `_saved_…` attributes, as PyTorch names and prints them.

Which there are follows from the declaration: what its rules name. A negative integer shows as unsigned, as in
PyTorch's C++.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from autodiff.engine.node_facts import saved_names
from autodiff.ops.op import Op

__all__ = ["SavedTensor", "node_directory", "saved_attribute"]

_COMMON: Final = [
    "_input_metadata",
    "_register_hook_dict",
    "_sequence_nr",
    "_set_sequence_nr",
    "metadata",
    "name",
    "next_functions",
    "register_hook",
    "register_prehook",
    "requires_grad",
]


class SavedTensor:
    """A saved value before it is restored."""

    __module__ = "torch._C._autograd"
    __slots__ = ("_name", "_node")

    def __init__(self, node: Any, name: str) -> None:  # noqa: ANN401 - a node
        self._node = node
        self._name = name

    def register_hooks(self, pack_hook: Callable[[Any], Any], unpack_hook: Callable[[Any], Any]) -> None:
        """Keep what `pack_hook` makes of the value, and let `unpack_hook` make the value of it. Raises RuntimeError."""
        self._node.pack_saved(self._name, pack_hook, unpack_hook)


def node_directory(op: Op) -> list[str]:
    """The names `dir(node)` lists."""
    names = saved_names(op)
    raw = [f"_raw_saved_{n}" for n, own in names.items() if own in (*op.inputs, *op.results)]
    return sorted([*_COMMON, *(f"_saved_{n}" for n in names), *raw, *dir(object), "__call__"])


def saved_attribute(node: Any, name: str) -> Any:  # noqa: ANN401
    """What `node._saved_<name>` reads: the node finds values by the rules' names. Raises AttributeError."""
    op: Op = node.op
    names = saved_names(op)
    if name.startswith("_raw_saved_") and name.removeprefix("_raw_saved_") in names:
        return SavedTensor(node, names[name.removeprefix("_raw_saved_")])
    own = names.get(name.removeprefix("_saved_")) if name.startswith("_saved_") else None
    if own is None:
        raise AttributeError(name)
    if own in op.constants:
        return op.constants[own]
    return _shown(op, own, node.value(own))


def _shown(op: Op, name: str, value: Any) -> Any:  # noqa: ANN401
    kind = next((p.kind for p in op.signature if p.name == name), "")
    if kind == "ints" and value is not None:
        return tuple(_unsigned(v) for v in ((value,) if isinstance(value, int) else value))
    if kind == "int" and isinstance(value, int):
        return _unsigned(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(value)
    return value


def _unsigned(value: int) -> int:
    return value % (1 << 64)
