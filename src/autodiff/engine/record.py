"""Recording an operation: the node of its result, and what it saves for backward.

What is saved follows from the declaration: a value that some rule names. Whether a second backward raises
follows from that in turn: it does if a node it visits had saved a tensor.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import prod
from typing import Any, ClassVar, Final

from autodiff.engine.array_pull import pulled
from autodiff.engine.core import TensorBase
from autodiff.engine.elements import FLOATS
from autodiff.engine.graph import (
    Edge,
    Meta,
    Node,
    Output,
    linked,
    next_number,
)
from autodiff.engine.inspection import node_directory
from autodiff.engine.messages import (
    BACKWARD_TWICE,
    HOOKED_AFTER_FREED,
)
from autodiff.engine.mode import mode
from autodiff.engine.node_facts import shown
from autodiff.engine.saved import Saved
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError
from autodiff.numbers.array import Array
from autodiff.numbers.scalar import Number, Scalar
from autodiff.ops.op import Elementwise, Op

__all__ = ["NUMBER", "OperationNode", "is_plain_record", "node_class", "record", "tracked"]

_FREED: Final = object()
"""In place of a saved value that was let go."""


class OperationNode(Node):
    """A node of any operation; it computes gradients with tensors.

    `inputs` and `results` say what a gradient must fit. `saved` has a Saved value, a list of them, or the plain
    number the user wrote, by the name the rules use; `_FREED` once it was let go.
    """

    __slots__ = ("_edges", "attributes", "inputs", "results", "saved")
    op: ClassVar[Op]
    _edges: tuple[Edge | None, ...]
    attributes: Mapping[str, Any]
    inputs: tuple[Meta, ...]
    results: tuple[Meta, ...]
    saved: dict[str, Any]

    @property
    def edges(self) -> tuple[Edge | None, ...]:
        """One for each input."""
        return self._edges

    @property
    def several(self) -> bool:  # type: ignore[override] # by instance here
        """Whether the operation had more than one result."""
        return len(self.results) > 1

    def pull(self, g: Any) -> Sequence[Any]:  # noqa: ANN401 - a tensor, or a list for several outputs
        """Apply the rule of every input that needs a gradient."""
        op = self.op
        if op.node == "NotImplemented":
            raise TorchRuntimeError(f"derivative for aten::{op.name} is not implemented")
        self.check_alive()
        if isinstance(op, Elementwise) and g._data.__class__ in FLOATS:
            found = pulled(self, g)
            if found is not None:
                return found
        known: dict[str, Any] = {"g": g}
        if op.inputs == ("tensors",):
            return self._apply_rule("tensors", known)  # type: ignore[no-any-return] # a gradient for each
        return [
            None if edge is None else self._apply_rule(name, known)
            for name, edge in zip(op.tracked, self._edges, strict=True)
        ]

    def output_metas(self) -> Sequence[Meta]:
        """Those of the results."""
        return self.results

    def pack_saved(self, name: str, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> None:
        """Keep what `pack` makes of a saved tensor. Raises RuntimeError if it was let go or packed before."""
        saved = self.saved.get(name)
        if saved is _FREED:
            raise TorchRuntimeError(HOOKED_AFTER_FREED)
        if isinstance(saved, Saved):
            saved.pack(pack, unpack, None)

    def input_metas(self, g: TensorBase) -> Sequence[Meta]:  # noqa: ARG002 - they are known without it
        """Those of the recorded inputs."""
        return self.inputs

    def check_alive(self) -> None:
        """Raise PyTorch's error if saved values are gone, or were changed: also those that no wanted rule needs."""
        if _FREED in self.saved.values():
            raise TorchRuntimeError(BACKWARD_TWICE)
        for name, saved in self.saved.items():
            if saved.__class__ is Saved and saved.data.version != saved.version:
                self.value(name)  # which raises, unless a hook has packed it

    def release(self) -> None:
        """Let the saved tensors go."""
        for name, saved in self.saved.items():
            if isinstance(saved, (Saved, list)):
                self.saved[name] = _FREED

    def _apply_rule(self, name: str, known: dict[str, Any]) -> Any:  # noqa: ANN401
        rule = self.op.derivatives.get(name)
        if rule is None:
            raise TorchNotImplementedError(f"the derivative for '{name}' is not implemented.")
        for parameter in self.op.rule_names[name]:
            if parameter not in known:
                known[parameter] = self.value(parameter)
        return rule(*[known[parameter] for parameter in self.op.rule_names[name]])

    def value(self, name: str) -> Any:  # noqa: ANN401
        """What a rule's parameter stands for: a saved value as a tensor, a fact about an input, an attribute."""
        if name in self.saved:
            saved = self.saved[name]
            if saved is _FREED:
                raise TorchRuntimeError(BACKWARD_TWICE)
            if isinstance(saved, list):
                return [None if s is None else s.restored() for s in saved]
            if isinstance(saved, Saved):
                return saved.restored(self._origin(name))
            return saved
        target, _, fact = name.rpartition("_")
        if fact in ("shape", "dtype") and target in self.op.tracked:
            return getattr(self.inputs[self.op.tracked.index(target)], fact)
        if fact == "numel" and target in self.op.tracked:
            return prod(self.inputs[self.op.tracked.index(target)].shape)
        if fact == "dim" and target in self.op.tracked:
            return len(self.inputs[self.op.tracked.index(target)].shape)
        if fact == "shapes":
            return [meta.shape for meta in self.inputs]
        return self.attributes.get(name)  # None for an input that was not saved

    def _origin(self, name: str) -> Edge | None:
        """Where the gradient of a saved result goes; None for an input, and for a result that carries none."""
        if name not in self.op.results:
            return None
        index = self.op.results.index(name)
        if not self.op.carries_gradient(index):
            return None
        return Output(self, index) if index else self

    def __dir__(self) -> list[str]:
        return node_directory(self.op)


@cache
def node_class(op: Op) -> type[OperationNode]:
    """The class of an operation's nodes; its name is what PyTorch prints."""
    members = {"__slots__": (), "__module__": "builtins", "op": op, "sees_missing": op.sees_missing, **shown(op)}
    members["ends"] = op.node == "NotImplemented"  # which raises
    return type(op.node_name, (OperationNode,), members)


def record(
    op: Op,
    inputs: Sequence[Any],
    edges: tuple[Edge | None, ...],
    attributes: Mapping[str, Any],
    results: Sequence[Scalar | Array],
) -> OperationNode:
    """The node of an operation applied to `inputs` (tensors, numbers, None, or one list of tensors)."""
    if op.real and results[0].dtype.is_complex:
        raise TorchRuntimeError(f"{op.name} does not support automatic differentiation for outputs with complex dtype.")
    node = node_class(op)()
    node.number = next_number()
    node.extra = None
    node._edges = tuple(linked(edge, node.number) for edge in edges)
    node.attributes = attributes
    if op.node == "NotImplemented":  # which notes down where gradients would go, not for which input
        node._edges = tuple(edge for edge in node._edges if edge is not None)
    flat = inputs[0] if op.inputs == ("tensors",) else tracked(op, inputs)
    node.inputs = tuple(
        Meta(tuple(x._data.shape), x._data.dtype) if isinstance(x, TensorBase) else NUMBER for x in flat
    )
    node.results = tuple(Meta(tuple(r.shape), r.dtype) for r in results)
    node.saved = dict(_save(op, inputs, edges, attributes, results))
    hooks = mode.get().hooks
    if hooks is not None:
        _pack_all(node, *hooks)
    return node


def _pack_all(node: OperationNode, pack: Callable[[Any], Any], unpack: Callable[[Any], Any]) -> None:
    """Hand every saved tensor to the user's hook, inputs before results, as PyTorch's generated code does."""
    results = node.op.results
    for name in sorted(node.saved, key=lambda name: (name in results, name)):
        saved = node.saved[name]
        for one in saved if isinstance(saved, list) else (saved,):
            if isinstance(one, Saved) and not isinstance(one.data, Number):
                one.pack(pack, unpack, node if name == results[0] else one.edge)


def tracked(op: Op, inputs: Sequence[Any]) -> list[Any]:
    """Those of the inputs that the node has edges for."""
    return [x for name, x in zip(op.inputs, inputs, strict=True) if name in op.tracked]


NUMBER: Final = Meta((), None)  # type: ignore[arg-type] # a number's slot takes no gradient


def _save(
    op: Op,
    inputs: Sequence[Any],
    edges: Sequence[Edge | None],
    attributes: Mapping[str, Any],
    results: Sequence[Scalar | Array],
) -> Iterable[tuple[str, Any]]:
    if op.inputs == ("tensors",):
        if op.saved_names(op.inputs):
            yield "tensors", [Saved(t._data, e) for t, e in zip(inputs[0], edges, strict=True)]
        return
    edge_of = dict(zip(op.tracked, edges, strict=True))
    by_name = {name: (x, edge_of.get(name)) for name, x in zip(op.inputs, inputs, strict=True)}
    by_name |= {name: (data, None) for name, data in zip(op.results, results, strict=False)}
    for name in _position_names(op):
        yield name, [None if t is None else Saved(t._data, None) for t in attributes[name]]
    for name, (owner, index) in _measured(op).items():
        measured = _measure(by_name[owner][0], index)
        yield name, (tuple(by_name[owner][0].shape), measured) if name.endswith("_geometry") else measured
    for name in op.saved_names(tuple(name for name, edge in edge_of.items() if edge is not None)):
        value, edge = by_name.get(name, (None, None))
        if isinstance(value, TensorBase):
            yield name, Saved(value._data, edge)
        elif isinstance(value, (Scalar, Array)):
            yield name, Saved(value, None)
        elif value is not None:  # a number among tensors counts as a saved tensor
            yield name, Saved(Number.meeting(value, value), None)
        else:
            yield name, None


def _measure(value: Any, index: int | None) -> Any:  # noqa: ANN401 - a tensor or its data; a length, or the strides
    """The length of one dimension, or (`index` None) how many elements apart neighbours are, by dimension."""
    data = value._data if isinstance(value, TensorBase) else value
    if index is not None:
        return data.shape[index]
    return tuple(s // data.value.itemsize for s in data.value.strides) if isinstance(data, Array) else ()


def is_plain_record(op: Op) -> bool:
    """Whether an operation saves inputs and results only, each of them one tensor."""
    return op.inputs != ("tensors",) and not _position_names(op) and not _measured(op)


@cache
def _position_names(op: Op) -> tuple[str, ...]:
    """The attributes that are index tensors and that rules name; they are saved as tensors."""
    named = {name for names in op.rule_names.values() for name in names}
    return tuple(p.name for p in op.signature if p.kind == "indices" and p.name in named)


@cache
def _measured(op: Op) -> Mapping[str, tuple[str, int | None]]:
    """What rules name that is measured when the node is made: strides (`self_strides`), and the last lengths.

    `S_sym_argsize_minus_1` is the length of the last dimension of S; PyTorch calls it that.
    """
    found: dict[str, tuple[str, int | None]] = {}
    for name in (n for named in op.rule_names.values() for n in named):
        owner, minus, index = name.partition("_sym_argsize_minus_")
        if minus:
            found[name] = owner, -int(index)
        elif name.endswith(("_strides", "_geometry")):
            found[name] = name.rpartition("_")[0], None
    return found
