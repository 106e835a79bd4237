"""The short way for float scalars: operations on two or three Python objects, gradients on plain numbers.

The same declarations are used as on the general path, compiled once for the dtype; the values are bit for bit
the same. One node is kept per operation: that is what makes an eager graph cheap.
"""

from __future__ import annotations

from autodiff.engine.core import TensorBase
from autodiff.engine.graph import linked, next_number
from autodiff.engine.mode import RECORDING, mode
from autodiff.engine.scalar_node import Carrier, ScalarNode, scalar_node_class
from autodiff.late import late_module
from autodiff.numbers.scalar import Float32, Float64, Number
from autodiff.ops.arithmetic import add_number, div_number, mul_number, sub_number
from autodiff.ops.compiled import forward_function
from autodiff.ops.table import FORMS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final, TypeAlias

    from autodiff.engine import apply as general_path
    from autodiff.ops.op import Elementwise
else:
    general_path = late_module("autodiff.engine.apply")

__all__ = ["binary", "general", "unary", "with_number"]

NUMBER_FORMS: Final = {op.name: op for op in (add_number, sub_number, mul_number, div_number)}
meeting: Final = Number.meeting
CARRIERS: Final = frozenset({Float32, Float64})


Way: TypeAlias = "tuple[Callable[..., float], Callable[[Any], float], Carrier, type[ScalarNode], Callable[[], Any]]"
"""An operation on plain numbers, what rounds one, the class that carries it, the class of nodes, and a tensor's."""


class _Ways(dict[Carrier, "Way"]):
    """The short ways of an operation by carrier, those that were needed."""

    def __init__(self, op: Elementwise) -> None:
        self.op = op

    def made(self, carrier: Carrier) -> Way | None:
        """The way for a carrier that was not met before; None if it has none."""
        forward = forward_function(self.op, carrier, FORMS) if carrier in CARRIERS else None
        if forward is None:
            return None
        self[carrier] = way = forward, carrier.round, carrier, scalar_node_class(self.op, carrier), TensorBase.bare
        return way


def unary(op: Elementwise, otherwise: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """`op` of one tensor, by the short way if it is a float scalar; `otherwise` is asked about any other arguments."""
    ways = _Ways(op)
    known, made, saved = ways.get, ways.made, op.saved_names(op.inputs)
    saves_x, saves_out = op.inputs[0] in saved, "out" in saved
    current, next_one = mode.get, next_number

    def run(a: Any = None, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        if otherwise is not None and (args or kwargs or a.__class__ is not TensorBase.plain):
            return otherwise(a, *args, **kwargs)
        x, before = a._data, a._node
        way = known(x.__class__) or made(x.__class__)
        if way is None or (before is not None and current() is not RECORDING):
            return general_path.apply(op, (a,), {})
        forward, _, carrier, node_class, bare = way
        out, t = carrier(), bare()
        out.value, out.version = forward(x.value), 0
        t._data, t._extra, t._node = out, None, None
        if before is None:
            return t
        t._node = node = node_class()
        node.first, node.extra = before, None
        if saves_x:
            node.x, node.versions = x, x.version
        if saves_out:
            node.out = out
            if not saves_x:
                node.versions = 0
        node.number = number = next_one()
        if not number % 61:  # needs_links, in line
            node.first = linked(before, number)
        return t

    return run


def binary(op: Elementwise) -> Callable[[Any, Any], Any]:
    """`op` of two tensors, or a tensor and a number, by the short way if they are scalars of one float dtype."""
    # Which of the inputs and the result are saved if the first input needs a gradient, the second, both.
    saved = [op.saved_names(needing) for needing in (op.inputs[:1], op.inputs[1:], op.inputs)]
    return _binary(_Ways(op), *([name in names for name in (*op.inputs, "out")] for names in saved))


def _binary(ways: _Ways, by_first: list[bool], by_second: list[bool], by_both: list[bool]) -> Callable[..., Any]:
    (keeps_x, keeps_y, keeps_out), keeps = by_both, any(by_both)
    op, known, made, current, next_one = ways.op, ways.get, ways.made, mode.get, next_number

    def run(a: Any, b: Any) -> Any:  # noqa: ANN401 - a tensor, and a tensor or number
        x, before, kind_of_b = a._data, a._node, b.__class__
        way = known(x.__class__) or made(x.__class__)
        if way is None:
            return general(op, a, b)
        forward, rounded, carrier, node_class, bare = way
        if kind_of_b is float or kind_of_b is int:
            y, other = meeting(b, rounded(b)), None
        elif kind_of_b is not TensorBase.plain or (y := b._data).__class__ is not carrier:
            return general(op, a, b)
        else:
            other = b._node
        if (recorded := before is not None or other is not None) and current() is not RECORDING:
            return general(op, a, b)
        out, t = carrier(), bare()
        out.value, out.version = forward(x.value, y.value), 0
        t._data, t._extra, t._node = out, None, None
        if not recorded:
            return t
        t._node = node = node_class()
        node.first, node.second, node.extra = before, other, None
        if keeps:
            saves_x, saves_y, saves_out = by_first if other is None else by_second if before is None else by_both
            node.versions = (x.version if saves_x else 0) + (y.version << 32 if saves_y and y.version else 0)
            if keeps_x:
                node.x = x if saves_x else None
            if keeps_y:
                node.y = y if saves_y else None
            if keeps_out:
                node.out = out if saves_out else None
        node.number = number = next_one()
        if not number % 61:  # needs_links, in line
            node.first, node.second = linked(before, number), linked(other, number)
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
            return general_path.apply(NUMBER_FORMS[op.name], (a,), {"other": b})
    return general_path.apply(op, (a, b), {})


def with_number(op: Elementwise) -> Callable[[Any, Any], Any]:
    """`op` of a tensor and a number that is an attribute (an exponent, a minuend), by the short way if it can be."""
    ways = _Ways(op)
    attribute = op.number_names[0]
    tensor_first = op.signature[0].name != attribute
    known, made, saved = ways.get, ways.made, op.saved_names(op.inputs)
    saves_tensor, saves_out = op.inputs[0] in saved, "out" in saved
    current, next_one = mode.get, next_number

    def run(a: Any, b: Any) -> Any:  # noqa: ANN401 - a tensor and a number
        x, before = a._data, a._node
        way = known(x.__class__) or made(x.__class__)
        if way is None or isinstance(b, complex) or (before is not None and current() is not RECORDING):
            return general_path.apply(op, (a,), {attribute: b})
        forward, _, carrier, node_class, bare = way
        out, t = carrier(), bare()
        out.value, out.version = forward(x.value, b) if tensor_first else forward(b, x.value), 0
        t._data, t._extra, t._node = out, None, None
        if before is None:
            return t
        t._node = node = node_class()
        node.first, node.extra = before, None
        if tensor_first:
            node.y = b
            if saves_tensor:
                node.x, node.versions = x, x.version
        else:
            node.x = b
            if saves_tensor:
                node.y, node.versions = x, x.version << 32
        if saves_out:
            node.out = out
            if not saves_tensor:
                node.versions = 0
        node.number = number = next_one()
        if not number % 61:  # needs_links, in line
            node.first = linked(before, number)
        return t

    return run
