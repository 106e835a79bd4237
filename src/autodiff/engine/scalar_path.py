"""The short way for float scalars: operations on two or three Python objects, gradients on plain numbers.

The same declarations are used as on the general path, compiled once for the dtype; the values are bit for bit
the same. One node is kept per operation, with its saved memory directly in slots: that is what makes an
eager graph cheap.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, ClassVar, Final

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.graph import Edge, Meta, Node, linked, next_number, unlinked
from autodiff.engine.inspection import node_directory, saved_attribute
from autodiff.engine.messages import BACKWARD_TWICE, HOOKED_AFTER_FREED, HOOKED_ALREADY
from autodiff.engine.mode import RECORDING, mode
from autodiff.engine.record import refuse_detached, restored, stale, unpacked
from autodiff.errors import TorchAttributeError, TorchRuntimeError
from autodiff.numbers.scalar import Float32, Float64, Number, Scalar
from autodiff.ops.arithmetic import add_number, div_number, mul_number, sub_number
from autodiff.ops.compiled import Source, forward_function
from autodiff.ops.formula import read
from autodiff.ops.op import Elementwise
from autodiff.ops.table import FORMS

__all__ = ["ScalarNode", "binary", "general", "unary", "with_number"]

FREED: Final = -1
"""In place of the versions expected: the saved values were let go."""
Carrier = type[Scalar]
NUMBER_FORMS: Final = {op.name: op for op in (add_number, sub_number, mul_number, div_number)}
CARRIERS: Final = frozenset({Float32, Float64})


class ScalarNode(Node):
    """A node of one or two float scalars.

    `first` and `second` are the edges; `x`, `y` and `out` the saved memory (None if not saved); `versions` the sum of
    their versions, which only grow; `carrier` their dtype's class.
    """

    __slots__ = ("carrier", "first", "out", "second", "versions", "x", "y")
    raw = True
    scalar = True
    op: ClassVar[Elementwise]
    slots: ClassVar[int]
    saves_tensor: ClassVar[bool]
    pushes: ClassVar["_Pushes"]
    first: Edge | None
    second: Edge | None
    x: Scalar | None
    y: Scalar | None
    out: Scalar | None
    versions: int
    carrier: Carrier

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
            return TorchRuntimeError(BACKWARD_TWICE)
        kept = [
            (saved, edge)
            for saved, edge in ((self.x, self.first), (self.y, self.second), (self.out, self))
            if saved is not None
        ]
        for saved, edge in kept:
            if edge is not self:
                refuse_detached(edge)
            others = sum(other.version for other, _ in kept) - saved.version
            if self.versions < others + saved.version:
                shared = sum(other is saved for other, _ in kept)
                expected = self.versions // shared if shared > 1 else max(0, self.versions - others)
                return stale(saved, expected, edge, follow=edge is not self)
        return TorchRuntimeError(BACKWARD_TWICE)

    def check_attached(self) -> None:
        """Raise RuntimeError if a saved input was detached in place since."""
        for saved, edge in ((self.x, self.first), (self.y, self.second)):
            if saved is not None:
                refuse_detached(edge)

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401 - a tensor
        """Apply the rule of every input that needs a gradient, to tensors."""
        self.check_attached()
        if self.versions != sum(saved.version for saved in (self.x, self.y, self.out) if saved is not None):
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
            raise TorchRuntimeError(BACKWARD_TWICE)
        if self.extra is not None and name in self.extra.packed:
            return plain(unpacked(*self.extra.packed[name])._data, self._edge_of(name))
        place = places_of(self.op)[name]
        saved: Scalar | None = getattr(self, place)
        if saved is None:
            return None
        if isinstance(saved, Number) and name in self.op.number_names:
            return saved.number
        return restored(saved, self._edge_of(name))

    def _edge_of(self, name: str) -> Edge | None:
        place = places_of(self.op)[name]
        edge = self if place == "out" else self.first if place == "x" or self.slots == 1 else self.second
        return unlinked(edge)

    def pack_saved(self, name: str, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> None:
        """Keep what `pack` makes of a saved tensor. Raises RuntimeError if it was let go or packed before."""
        if self.versions == FREED:
            raise TorchRuntimeError(HOOKED_AFTER_FREED)
        known = self.observed().packed
        if name in known:
            raise TorchRuntimeError(HOOKED_ALREADY)
        known[name] = unpack, pack(self.value(name).detach())

    def _needing(self) -> tuple[str, ...]:
        """The inputs that need a gradient."""
        return tuple(name for name, edge in zip(self.op.inputs, self.edges, strict=False) if edge is not None)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - `_saved_…`
        try:
            return saved_attribute(self, name)
        except AttributeError:
            raise TorchAttributeError(f"'{type(self).__name__}' object has no attribute '{name}'") from None

    def __dir__(self) -> list[str]:
        return node_directory(self.op)


Push = Callable[["ScalarNode", float, dict[Edge, Any], Callable[[Edge, float, Carrier], None], bool], None]
"""Passes the gradient of a node on to its inputs and, unless told to keep them, lets its saved values go."""


class _Pushes(dict[Carrier, Push]):
    """The step of backward through an operation's nodes, compiled for a carrier when first needed."""

    def __init__(self, op: Elementwise) -> None:
        self.op = op

    def __missing__(self, carrier: Carrier) -> Push:
        self[carrier] = push = compiled_push(self.op, carrier)
        return push


def compiled_push(op: Elementwise, carrier: Carrier) -> Push:
    """One function for a node: read what the rules name, check its versions, give each input its gradient."""
    source = Source(carrier, FORMS)
    saved = op.saved_names(op.inputs)
    body = ["versions = 0"]
    for name, place in places_of(op).items():
        if any(name in named for named in op.rule_names.values()):
            body += [f"saved = node.{place}", "if saved is not None:", f"    p_{name} = saved.value"]
            body += ["    versions += saved.version"] if name in saved else []
    body += ["if versions != node.versions:", "    raise node.unusable()"]
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


def _node_class(op: Elementwise, slots: int) -> type[ScalarNode]:
    members = {
        "__slots__": (), "__module__": "builtins", "op": op, "slots": slots, "pushes": _Pushes(op),
        "saves_tensor": bool(op.saved_names(op.inputs)),
    }  # fmt: skip
    return type(op.node_name, (ScalarNode,), members)


class _Forwards(dict[Carrier, Callable[..., float] | None]):
    """The compiled operation by carrier, made when first needed; None for a carrier that has no short way."""

    def __init__(self, op: Elementwise) -> None:
        self.op = op

    def __missing__(self, carrier: Carrier) -> Callable[..., float] | None:
        known = carrier in CARRIERS
        self[carrier] = function = forward_function(self.op, carrier, FORMS) if known else None
        return function


def unary(op: Elementwise) -> Callable[[Any], Any]:
    """`op` of one tensor, by the short way if it is a float scalar."""
    forwards = _Forwards(op)
    node_class = _node_class(op, 1)
    saved = op.saved_names(op.inputs)
    saves_x, saves_out = op.inputs[0] in saved, "out" in saved
    current, next_one = mode.get, next_number

    def run(a: Any) -> Any:  # noqa: ANN401 - a tensor
        x = a._data
        carrier = x.__class__
        forward = forwards[carrier]
        before = a._node
        if forward is None or (before is not None and current() is not RECORDING):
            return apply(op, (a,), {})
        out = carrier()
        out.value = forward(x.value)
        out.version = 0
        kind = TensorBase.plain
        t = kind.__new__(kind)
        t._data = out
        t._extra = None
        if before is None:
            t._node = None
            return t
        t._node = node = node_class()
        node.first = before
        node.second = node.y = node.extra = None
        node.x = x if saves_x else None
        node.out = out if saves_out else None
        node.versions = x.version if saves_x else 0
        node.carrier = carrier
        node.number = number = next_one()
        if not number * 0x9E3779B1 & 0xFC000000:  # needs_links, in line
            node.first, node.second = linked(before, number), linked(node.second, number)
        return t

    return run


def binary(op: Elementwise) -> Callable[[Any, Any], Any]:
    """`op` of two tensors, or a tensor and a number, by the short way if they are scalars of one float dtype."""
    forwards = _Forwards(op)
    node_class = _node_class(op, 2)
    # Which of the three is saved, by which inputs need a gradient (1: the first, 2: the second, 3: both).
    saved = [op.saved_names(needing) for needing in ((), op.inputs[:1], op.inputs[1:], op.inputs)]
    saves_x = [op.inputs[0] in names for names in saved]
    saves_y = [op.inputs[1] in names for names in saved]
    saves_out = ["out" in names for names in saved]
    current, next_one = mode.get, next_number

    def run(a: Any, b: Any) -> Any:  # noqa: ANN401 - a tensor, and a tensor or number
        x = a._data
        carrier = x.__class__
        forward = forwards[carrier]
        before = a._node
        kind_of_b = b.__class__
        if kind_of_b is TensorBase.plain:
            y = b._data
            other = b._node
            if y.__class__ is not carrier:
                return general(op, a, b)
        elif kind_of_b is float or kind_of_b is int:
            y = Number.meeting(b, carrier.round(b)) if forward is not None else None
            other = None
        else:
            return general(op, a, b)
        need = (before is not None) + 2 * (other is not None)
        if forward is None or (need and current() is not RECORDING):
            return general(op, a, b)
        out = carrier()
        out.value = forward(x.value, y.value)
        out.version = 0
        kind = TensorBase.plain
        t = kind.__new__(kind)
        t._data = out
        t._extra = None
        if not need:
            t._node = None
            return t
        t._node = node = node_class()
        node.first = before
        node.second = other
        node.extra = None
        versions = 0
        if saves_x[need]:
            node.x = x
            versions = x.version
        else:
            node.x = None
        if saves_y[need]:
            node.y = y
            versions += y.version
        else:
            node.y = None
        node.out = out if saves_out[need] else None
        node.versions = versions
        node.carrier = carrier
        node.number = number = next_one()
        if not number * 0x9E3779B1 & 0xFC000000:  # needs_links, in line
            node.first, node.second = linked(before, number), linked(node.second, number)
        return t

    return run


def general(op: Elementwise, a: Any, b: Any) -> Any:  # noqa: ANN401 - a tensor, and anything
    """`op` by the general path; NotImplemented if `b` is neither a tensor nor a number.

    In the engine's own formulas a number is an attribute: PyTorch's C++ overloads for numbers.
    """
    if not isinstance(b, TensorBase):
        if not isinstance(b, (int, float, complex)):
            if type(b).__module__ != "numpy" or hasattr(b, "__len__"):  # a NumPy scalar is a number, an array none
                return NotImplemented
            b = b.item()
        if mode.get().formula and op.name in NUMBER_FORMS:
            return apply(NUMBER_FORMS[op.name], (a,), {"other": b})
    return apply(op, (a, b), {})


def with_number(op: Elementwise) -> Callable[[Any, Any], Any]:
    """`op` of a tensor and a number that is an attribute (an exponent, a minuend), by the short way if it can be."""
    forwards = _Forwards(op)
    node_class = _node_class(op, 1)
    attribute = op.number_names[0]
    tensor_first = op.signature[0].name != attribute
    saved = op.saved_names(op.inputs)
    saves_tensor, saves_out = op.inputs[0] in saved, "out" in saved
    current, next_one = mode.get, next_number

    def run(a: Any, b: Any) -> Any:  # noqa: ANN401 - a tensor and a number
        x = a._data
        carrier = x.__class__
        forward = forwards[carrier]
        before = a._node
        if forward is None or isinstance(b, complex) or (before is not None and current() is not RECORDING):
            return apply(op, (a,), {attribute: b})
        out = carrier()
        out.value = forward(x.value, b) if tensor_first else forward(b, x.value)
        out.version = 0
        kind = TensorBase.plain
        t = kind.__new__(kind)
        t._data = out
        t._extra = None
        if before is None:
            t._node = None
            return t
        t._node = node = node_class()
        node.first = before
        node.second = node.extra = None
        node.out = out if saves_out else None
        node.versions = x.version if saves_tensor else 0
        kept = Number.meeting(b, b)
        node.x, node.y = (x if saves_tensor else None, kept) if tensor_first else (kept, x if saves_tensor else None)
        node.carrier = carrier
        node.number = number = next_one()
        if not number * 0x9E3779B1 & 0xFC000000:  # needs_links, in line
            node.first, node.second = linked(before, number), linked(node.second, number)
        return t

    return run
