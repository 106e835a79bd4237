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
CARRIERS: Final = frozenset({Float32, Float64})


Way: TypeAlias = "tuple[Callable[..., float], type[ScalarNode]]"
"""An operation on plain numbers, and the class of its nodes."""


class _Ways(dict[Carrier, "Way | None"]):
    """The short way of an operation by carrier, made when first needed; None for a carrier that has none."""

    def __init__(self, op: Elementwise) -> None:
        self.op = op

    def __missing__(self, carrier: Carrier) -> Way | None:
        forward = forward_function(self.op, carrier, FORMS) if carrier in CARRIERS else None
        self[carrier] = way = None if forward is None else (forward, scalar_node_class(self.op, carrier))
        return way


def unary(op: Elementwise) -> Callable[[Any], Any]:
    """`op` of one tensor, by the short way if it is a float scalar."""
    ways = _Ways(op)
    saved = op.saved_names(op.inputs)
    saves_x, saves_out = op.inputs[0] in saved, "out" in saved
    current, next_one, new = mode.get, next_number, object.__new__

    def run(a: Any) -> Any:  # noqa: ANN401 - a tensor
        x, before = a._data, a._node
        way = ways[carrier := x.__class__]
        if way is None or (before is not None and current() is not RECORDING):
            return general_path.apply(op, (a,), {})
        forward, node_class = way
        out, t = carrier(), new(TensorBase.plain)
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
        if not number * 0x9E3779B1 & 0xFC000000:  # needs_links, in line
            node.first = linked(before, number)
        return t

    return run


def binary(op: Elementwise) -> Callable[[Any, Any], Any]:
    """`op` of two tensors, or a tensor and a number, by the short way if they are scalars of one float dtype."""
    # Which of the three is saved, by which inputs need a gradient (1: the first, 2: the second, 3: both).
    saved = [op.saved_names(needing) for needing in ((), op.inputs[:1], op.inputs[1:], op.inputs)]
    return _binary(op, *([name in names for names in saved] for name in (*op.inputs, "out")))


def _binary(op: Elementwise, *saves: list[bool]) -> Callable[[Any, Any], Any]:
    ways, (saves_x, saves_y, saves_out), (keeps_x, keeps_y, keeps_out) = _Ways(op), saves, map(any, saves)
    current, next_one, new = mode.get, next_number, object.__new__

    def run(a: Any, b: Any) -> Any:  # noqa: ANN401 - a tensor, and a tensor or number
        x, before = a._data, a._node
        way = ways[carrier := x.__class__]
        kind_of_b = b.__class__
        if kind_of_b is (kind := TensorBase.plain):
            y, other = b._data, b._node
            way = way if y.__class__ is carrier else None
        elif (kind_of_b is float or kind_of_b is int) and way is not None:
            y, other = Number.meeting(b, carrier.round(b)), None
        else:
            return general(op, a, b)
        need = (before is not None) + 2 * (other is not None)
        if way is None or (need and current() is not RECORDING):
            return general(op, a, b)
        forward, node_class = way
        out, t = carrier(), new(kind)
        out.value, out.version = forward(x.value, y.value), 0
        t._data, t._extra, t._node = out, None, None
        if not need:
            return t
        t._node = node = node_class()
        node.first, node.second, node.extra = before, other, None
        if keeps_x or keeps_y or keeps_out:
            node.versions = (x.version if saves_x[need] else 0) + (y.version << 32 if saves_y[need] else 0)
            if keeps_x:
                node.x = x if saves_x[need] else None
            if keeps_y:
                node.y = y if saves_y[need] else None
            if keeps_out:
                node.out = out if saves_out[need] else None
        node.number = number = next_one()
        if not number * 0x9E3779B1 & 0xFC000000:  # needs_links, in line
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
    saved = op.saved_names(op.inputs)
    saves_tensor, saves_out = op.inputs[0] in saved, "out" in saved
    current, next_one, new = mode.get, next_number, object.__new__

    def run(a: Any, b: Any) -> Any:  # noqa: ANN401 - a tensor and a number
        x, before = a._data, a._node
        way = ways[carrier := x.__class__]
        if way is None or isinstance(b, complex) or (before is not None and current() is not RECORDING):
            return general_path.apply(op, (a,), {attribute: b})
        forward, node_class = way
        out, t = carrier(), new(TensorBase.plain)
        out.value, out.version = forward(x.value, b) if tensor_first else forward(b, x.value), 0
        t._data, t._extra, t._node = out, None, None
        if before is None:
            return t
        t._node = node = node_class()
        node.first, node.extra = before, None
        if tensor_first:
            node.y = Number.meeting(b, b)
            if saves_tensor:
                node.x, node.versions = x, x.version
        else:
            node.x = Number.meeting(b, b)
            if saves_tensor:
                node.y, node.versions = x, x.version << 32
        if saves_out:
            node.out = out
            if not saves_tensor:
                node.versions = 0
        node.number = number = next_one()
        if not number * 0x9E3779B1 & 0xFC000000:  # needs_links, in line
            node.first = linked(before, number)
        return t

    return run
