"""What nodes of the graph have besides their edges: what their gradients must fit, hooks, notes, saved values."""

from __future__ import annotations

from _weakref import ref  # as in weakref, without the rest

from autodiff.late import late_module
from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from autodiff.dtypes import dtype
    from autodiff.engine import inspection
    from autodiff.engine.core import TensorBase
    from autodiff.engine.device import device
    from autodiff.ops.op import Op
else:
    inspection = late_module("autodiff.engine.inspection")

__all__ = ["PUBLIC", "Fate", "InputMetadata", "Kind", "Meta", "NodeExtra", "is_hooked", "saved_names", "shown"]


class Meta(NamedTuple):
    """What a gradient must fit: the shape and dtype of an input or output."""

    shape: tuple[int, ...]
    dtype: dtype


class InputMetadata:
    """What a gradient that comes into a node must be."""

    __module__ = "torch._C._autograd"
    __slots__ = ("_meta",)
    is_cpp_nested_tensor = is_nested_tensor = False

    def __init__(self, meta: Meta) -> None:
        self._meta = meta

    @property
    def shape(self) -> list[int]:
        """The length of every dimension."""
        return list(self._meta.shape)

    @property
    def dtype(self) -> dtype:
        """The type of the elements."""
        return self._meta.dtype

    @property
    def device(self) -> device:
        """Where it is: on the CPU."""
        from autodiff.engine.device import device

        return device("cpu")


InputMetadata.__name__ = InputMetadata.__qualname__ = "_InputMetadata"


class Fate:
    """What became of a tensor after its node was made: the `name` of its latest node, and whether it was detached.

    A name and no node: the latest node leads back to the first, which would then hold itself.
    """

    __slots__ = ("detached", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.detached = False


class NodeExtra:
    """What few nodes have: hooks, tensors that retain their gradient, what became of an output, a user's notes."""

    __slots__ = ("fates", "metadata", "packed", "post_hooks", "pre_hooks", "retained", "tensor_hooks")

    def __init__(self) -> None:
        self.retained: dict[int, ref[TensorBase]] = {}
        self.tensor_hooks: dict[int, list[Callable[..., Any]]] = {}
        self.pre_hooks: list[Callable[..., Any]] = []
        self.post_hooks: list[Callable[..., Any]] = []
        self.fates: dict[int, Fate] = {}
        self.metadata: dict[str, Any] = {}
        self.packed: dict[str, tuple[Callable[[Any], Any], Any]] = {}

    def retain(self, output: int, t: TensorBase) -> None:
        """Let `t` keep the gradient of an output."""
        self.retained[output] = ref(t)

    def has_detached(self) -> bool:
        """Whether an output was detached in place."""
        return any(fate.detached for fate in self.fates.values())


def is_hooked(extra: NodeExtra | None) -> bool:
    """Whether somebody looks at a node's gradients, or has packed what it saved."""
    return extra is not None and bool(extra.pre_hooks or extra.post_hooks or extra.packed)


PUBLIC: Final = (
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
)
"""The names every node has for users."""


class Kind(type):
    """The class of node classes: users see no base, as PyTorch's nodes are made in C++ and have none."""

    @property
    def __mro__(cls) -> tuple[type, ...]:  # for whoever looks, not for Python itself
        return cls, object


# ------------------------------------------------------------------ the values saved, as users see them

_FACTS: Final = {
    "shape": "sym_sizes",
    "shapes": "sym_sizes",
    "dtype": "scalar_type",
    "strides": "sym_strides",
    "numel": "sym_numel",
    "geometry": "",
}


def saved_names(op: Op) -> dict[str, str]:
    """From the names after `_saved_` to what the rules call them."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(n for named in op.rule_names.values() for n in named if n != "g"):
        target, _, fact = name.rpartition("_")
        if target in op.inputs and fact in _FACTS:
            if fact in ("shape", "strides", "numel"):
                found[f"{target}_{_FACTS[fact]}"] = name
        elif name == "out":
            found["result"] = name
        elif not name.endswith("_shapes"):
            found[name] = name
    return found | {name: name for name in op.constants}


class _Shown:
    """An attribute of a node that is worked out when it is asked for.

    A descriptor for each, and no `__getattr__`: with one, CPython reads every attribute of a node the slow way.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, node: Any, kind: Any = None) -> Any:  # noqa: ANN401 - of any kind
        return self if node is None else inspection.saved_attribute(node, self._name)


def shown(op: Op) -> dict[str, _Shown]:
    """The attributes `_saved_...` and `_raw_saved_...` of an operation's nodes."""
    names = [f"{prefix}{name}" for name in saved_names(op) for prefix in ("_saved_", "_raw_saved_")]
    return {name: _Shown(name) for name in names}
