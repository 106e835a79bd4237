"""Nodes of float scalars: the saved memory directly in slots, and backward on plain numbers.

The rules of the declarations are compiled once for the dtype; the values are bit for bit those of the general path.
"""

from __future__ import annotations

from autodiff.engine.core import plain
from autodiff.engine.graph import Meta, Node, unlinked
from autodiff.engine.node_facts import shown
from autodiff.errors import TorchRuntimeError
from autodiff.late import late_module
from autodiff.light import cache
from autodiff.numbers.scalar import Scalar
from autodiff.ops.compiled import Source
from autodiff.ops.formula import read
from autodiff.ops.table import FORMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, ClassVar, Final

    from autodiff.engine import fate, inspection, messages
    from autodiff.engine import saved as kept
    from autodiff.engine.graph import Edge
    from autodiff.ops.op import Elementwise
else:
    fate = late_module("autodiff.engine.fate")
    inspection = late_module("autodiff.engine.inspection")
    messages = late_module("autodiff.engine.messages")
    kept = late_module("autodiff.engine.saved")

__all__ = ["Carrier", "ScalarNode", "scalar_node_class"]

FREED: Final = -1
"""In place of the versions expected: the saved values were let go."""
PLACES: Final = {"x": 0, "y": 32, "out": 64}
"""How far the version of a saved value is shifted in the number that has them all."""
Carrier = type[Scalar]


_OF_ALL: Final = ("first",)
"""The slots that the nodes of all operations have, beside those of a node."""


class ScalarNode(Node):
    """A node of one or two float scalars.

    `first` and `second` are the edges; `x`, `y` and `out` the saved memory (None if not saved), or the plain number of
    an attribute; `versions` the versions of all three in one number (see PLACES); `carrier` their dtype's class. The
    class of an operation has slots for those it needs, and the rest from here.
    """

    __slots__ = _OF_ALL
    raw = True
    scalar = True
    op: ClassVar[Elementwise]
    slots: ClassVar[int]
    saves_tensor: ClassVar[bool]
    carrier: ClassVar[Carrier]
    first: Edge | None
    second: Edge | None = None
    x: Any = None
    y: Any = None
    out: Scalar | None = None
    versions: int = 0

    @property
    def edges(self) -> tuple[Edge | None, ...]:
        """One for each input."""
        return (self.first, self.second) if self.slots == 2 else (self.first,)

    def output_metas(self) -> Sequence[Meta]:
        """That of a number."""
        return (Meta((), self.carrier.dtype),)

    def release(self) -> None:
        """Let the saved memory go."""
        if self.saves_tensor:
            for place in saved_places(self.op):
                setattr(self, place, None)
            self.versions = FREED

    def unusable(self) -> Exception:
        """The error for saved values that were let go, or of which one was changed in place."""
        if self.versions == FREED:
            return TorchRuntimeError(messages.BACKWARD_TWICE)
        edges = {"x": unlinked(self.first), "y": unlinked(self.edges[-1]), "out": self}
        for _, place in sorted(places_of(self.op).items(), key=lambda item: (item[1] == "out", item)):
            saved, edge = getattr(self, place), edges[place]
            if isinstance(saved, Scalar):
                if edge is not self:
                    kept.refuse_detached(edge)
                expected = self.versions >> PLACES[place] & 0xFFFFFFFF
                if saved.version != expected:
                    return kept.stale(saved, expected, edge, follow=edge is not self)
        return TorchRuntimeError(messages.BACKWARD_TWICE)

    def saved_versions(self) -> int:
        """The versions that the saved values have now, as `versions` has them."""
        saved = ((getattr(self, place), shift) for place, shift in PLACES.items())
        return sum(data.version << shift for data, shift in saved if isinstance(data, Scalar))

    def check_attached(self) -> None:
        """Raise RuntimeError if a saved input was detached in place since."""
        for saved, edge in ((self.x, self.first), (self.y, self.second)):
            if saved is not None:
                kept.refuse_detached(edge)

    def push(
        self, g: float, gradients: dict[Edge, Any], give: Callable[[Edge, float, Carrier], None], keep: bool
    ) -> None:
        """Pass the gradient `g` on to the inputs and, unless told to keep them, let the saved values go.

        The first node of a class compiles this for all of them.
        """
        kind = type(self)
        kind.push = compiled_push(kind.op, kind.carrier)  # type: ignore[method-assign] # by the same, compiled
        self.push(g, gradients, give, keep)

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401 - a tensor
        """Apply the rule of every input that needs a gradient, to tensors."""
        self.check_attached()
        if self.versions != self.saved_versions():
            raise self.unusable()
        names = self.op.rule_names
        edges = dict(zip(self.op.inputs, self.edges, strict=False))
        return [
            None
            if edge is None
            else self.op.derivatives[name](*(g if n == "g" else self.value(n) for n in names[name]))
            for name, edge in edges.items()
        ]

    def value(self, name: str) -> Any:  # noqa: ANN401 - a tensor, or the plain number of an attribute
        """What a rule's parameter stands for."""
        if name.endswith("_shape"):
            return ()
        if self.versions == FREED and name in self.op.saved_names(self._needing()):
            raise TorchRuntimeError(messages.BACKWARD_TWICE)
        if self.extra is not None and name in self.extra.packed:
            return plain(kept.unpacked(*self.extra.packed[name])._data, self._edge_of(name))
        place = places_of(self.op)[name]
        saved: Scalar | complex | None = getattr(self, place)
        if not isinstance(saved, Scalar):
            return saved
        edge, expected = self._edge_of(name), self.versions >> PLACES[place] & 0xFFFFFFFF
        if saved.version != expected:
            raise kept.stale(saved, expected, edge, follow=edge is not self)
        return kept.restored(saved, edge)

    def _edge_of(self, name: str) -> Edge | None:
        place = places_of(self.op)[name]
        edge = unlinked(self if place == "out" else self.first if place == "x" or self.slots == 1 else self.second)
        if edge is not None and place == "x" and getattr(self.x, "fate", None) is fate.CLONED:
            from autodiff.engine.record import record
            from autodiff.ops.shape import clone

            return record(clone, (plain(self.x, edge),), (edge,), {}, (self.x,))
        return edge

    def pack_saved(self, name: str, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> None:
        """Keep what `pack` makes of a saved tensor. Raises RuntimeError if it was let go or packed before."""
        if self.versions == FREED:
            raise TorchRuntimeError(messages.HOOKED_AFTER_FREED)
        known = self.observed().packed
        if name in known:
            raise TorchRuntimeError(messages.HOOKED_ALREADY)
        known[name] = unpack, pack(self.value(name).detach())

    def _needing(self) -> tuple[str, ...]:
        """The inputs that need a gradient."""
        return tuple(name for name, edge in zip(self.op.inputs, self.edges, strict=False) if edge is not None)

    def __dir__(self) -> list[str]:
        return inspection.node_directory(self.op)


def compiled_push(op: Elementwise, carrier: Carrier) -> Callable[..., None]:
    """One function for a node: read what the rules name, check its versions, give each input its gradient."""
    source = Source(carrier, FORMS)
    saved = op.saved_names(op.inputs)
    body = _reading(op)
    edges = ("first", "second") if len(op.inputs) == 2 else ("first",)
    for name, edge in zip(op.inputs, edges, strict=True):
        rule = op.derivatives[name]
        result = source.inlined(read(rule), op.number_names)
        body += [f"target = node.{edge}", "if target is not None:"]
        body += [f"    {line}" for line in (*source.taken(), *_giving(source, result))]
    if saved:
        freed = " = ".join(f"node.{place}" for place in saved_places(op))
        body += ["if not keep:", f"    {freed} = None", f"    node.versions = {FREED}"]
    source.names["carrier"] = carrier
    return source.function("push(node, p_g, gradients, give, keep)", body)


def _reading(op: Elementwise) -> list[str]:
    """The lines that read what a node saved, and refuse what has changed since."""
    saved = op.saved_names(op.inputs)
    body = ["versions = 0"] if saved else []
    for name, place in places_of(op).items():
        if not any(name in named for named in op.rule_names.values()):
            continue
        if name in op.number_names:
            body += [f"p_{name} = node.{place}"]
        else:
            body += [f"saved = node.{place}", "if saved is not None:", f"    p_{name} = saved.value"]
            if name in saved:
                body += ["    if saved.version:", f"        versions += saved.version << {PLACES[place]}"]
    return [*body, "if versions != node.versions:", "    raise node.unusable()"] if saved else body


def _giving(source: Source, value: str) -> list[str]:
    """The lines that add `value` to what has arrived at `target`."""
    added = source.rounding("total", f"gradients[target] + {value}")
    return [
        "if not target.raw:",
        f"    give(target, {value}, carrier)",
        "elif target in gradients:",
        *(f"    {line}" for line in added),
        "    gradients[target] = total",
        "else:",
        f"    gradients[target] = {value}",
    ]


def places_of(op: Elementwise) -> dict[str, str]:
    """Which slot of a node keeps what the rules call by name."""
    return dict(zip((p.name for p in op.signature), ("x", "y"), strict=False)) | {"out": "out"}


@cache
def saved_places(op: Elementwise) -> tuple[str, ...]:
    """The slots that a node may save tensors in; a plain number among the parameters stays when they are let go."""
    saved = op.saved_names(op.inputs)
    return tuple(place for name, place in places_of(op).items() if name in saved)


def scalar_node_class(op: Elementwise, carrier: Carrier) -> type[ScalarNode]:
    """The class of an operation's nodes for a dtype; its name is what PyTorch prints."""
    kept = [place for name, place in places_of(op).items() if name in (*op.saved_names(op.inputs), *op.number_names)]
    saves_tensor = bool(op.saved_names(op.inputs))
    members = {
        "__slots__": (*kept, *(("second",) if len(op.inputs) == 2 else ()), *(("versions",) if saves_tensor else ())),
        "__module__": "builtins", "op": op, "slots": len(op.inputs), "saves_tensor": saves_tensor, "carrier": carrier,
        **shown(op),
    }  # fmt: skip
    return type(op.node_name, (ScalarNode,), members)
