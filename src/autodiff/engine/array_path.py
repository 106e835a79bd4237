"""The short way for float arrays: elementwise operations on arrays of one dtype, without asking what they promote to.

The same declarations are used as on the general path, and the values are bit for bit the same; what follows from an
operation and a dtype alone is found out once.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import NoneType
from typing import Any, Final

from autodiff.dtypes import dtype
from autodiff.engine.array_rules import FULL, MISSING, NUMBER, PART, compiled_rule
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.elements import FLOATS, MASK, array_form
from autodiff.engine.graph import Edge, Meta, linked, needs_links, next_number
from autodiff.engine.mode import FORMULA, RECORDING, mode
from autodiff.engine.record import NUMBER as NUMBER_META
from autodiff.engine.record import OperationNode, is_plain_record, node_class
from autodiff.engine.saved import Saved
from autodiff.engine.shapes import broadcast_shape, check_size
from autodiff.engine.view import current_edge, refuse_stale_views, requires_grad
from autodiff.errors import TorchNotImplementedError, TorchTypeError
from autodiff.numbers.array import ARRAYS, Array, Storage, np, numpy_dtype
from autodiff.numbers.layout import as_computed
from autodiff.numbers.quiet import quietly
from autodiff.numbers.scalar import SCALARS, Number
from autodiff.ops.op import Elementwise
from autodiff.ops.rounding import sgn_backward

__all__ = ["short_result"]

_PLAIN_NUMBERS: Final = frozenset({float, int, bool})


class _Way:
    """What follows from an operation and the dtype of its operands."""

    def __init__(self, op: Elementwise, kind: type[Array], result: dtype) -> None:
        self.form = array_form(op, real=True)
        self.dtype, self.result_dtype = kind.dtype, result
        self.numpy, self.numpy_result = numpy_dtype(kind.dtype), numpy_dtype(result)
        self.scalar, self.result = SCALARS[kind.dtype], ARRAYS[result]
        self.classes = tuple(MASK if p.kind == "Mask" else kind for p in op.signature if p.name in op.inputs)
        self.numbers = op.number_names
        self.order = tuple(op.inputs.index(p.name) if p.name in op.inputs else p.name for p in op.signature)
        self.inputs_only = len(self.order) == len(op.inputs)
        self.tracked = tuple(op.inputs.index(name) for name in op.tracked)
        self.records = result.is_differentiable and bool(op.derivatives)
        self.node: type[OperationNode] = node_class(op)
        self.op = op
        self.saves: dict[int, tuple[tuple[str, int], ...]] = {}

    def saved(self, needing: int) -> tuple[tuple[str, int], ...]:
        """What a node saves, with the places among the inputs (-1: the result), by which tracked inputs need it."""
        if needing not in self.saves:
            op = self.op
            names = tuple(name for k, name in enumerate(op.tracked) if needing >> k & 1)
            places = {name: k for k, name in enumerate(op.inputs)} | dict.fromkeys(op.results, -1)
            self.saves[needing] = tuple((name, places[name]) for name in op.saved_names(names))
        return self.saves[needing]


@cache
def _way(op: Elementwise, kind: type[Array]) -> _Way | None:
    """The short way of an operation on arrays of one class; None if it has none."""
    if op is sgn_backward or op.node == "NotImplemented" or not is_plain_record(op):
        return None
    d = FLOATS[kind]
    try:
        op.refuse(d)
        compute, result = op.dtypes(d)
    except (TorchNotImplementedError, TorchTypeError, RuntimeError):  # which the general path raises at each call
        return None
    names = {*op.inputs, *op.number_names}
    known = compute is d and all(p.name in names or p.kind in ("bool", "str") for p in op.signature)
    return _Way(op, kind, result) if known else None


def short_result(op: Elementwise, inputs: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The tensor that `op` of `inputs` gives, recorded; None if they are not arrays and numbers of one float dtype."""
    kind = None
    for x in inputs:
        if isinstance(x, TensorBase) and x._data.__class__ in FLOATS:
            kind = x._data.__class__
            break
    way = None if kind is None else _way(op, kind)  # type: ignore[arg-type] # in FLOATS
    current = mode.get()
    if way is None or not (current is RECORDING or current is FORMULA or not (current.recording or current.inference)):
        return None
    found = _operands(way, inputs, attributes)
    if found is None:
        return None
    operands, shape = found
    if op.checks is not None:
        op.checks(inputs, attributes)
    refuse_stale_views(inputs)
    if not way.inputs_only:
        operands = [operands[k] if k.__class__ is int else attributes[k] for k in way.order]  # type: ignore[index]
    values = quietly(way.form if op.forward is None else _composed(way, operands, shape), *operands)
    if values.shape != shape:
        values = np.broadcast_to(values, shape).copy()
    elif not all(v.flags.c_contiguous for v in found[0]):
        values = as_computed(values, found[0])
    if values.dtype is way.numpy_result:
        data = way.result()
        data.value, data.storage = values, Storage()
    else:
        data = way.result.of(values)
    return plain(data, _recorded(way, inputs, attributes, data) if way.records and current.recording else None)


def _composed(way: _Way, operands: Sequence[Any], shape: tuple[int, ...]) -> Callable[..., Any]:
    """A composed operation as one function of operands such as these."""
    kinds = [
        MISSING if v is None else NUMBER if not isinstance(v, np.ndarray) else FULL if v.shape == shape else PART
        for v in operands
    ]
    found = None if PART in kinds else compiled_rule(way.op.forward, way.dtype, tuple(kinds), inner=True)
    return found or way.form


def _operands(
    way: _Way, inputs: Sequence[Any], attributes: Mapping[str, Any]
) -> tuple[list[Any], tuple[int, ...]] | None:
    """The arrays to compute with, and the shape they broadcast to; None if the short way is not theirs."""
    operands: list[Any] = []
    shape: tuple[int, ...] | None = None
    uniform = True
    for x, expected in zip(inputs, way.classes, strict=True):
        if isinstance(x, TensorBase):
            data: Any = x._data
            kind = data.__class__
            if kind is expected:
                value = data.value
                if shape is None:
                    shape = value.shape
                elif shape != value.shape:
                    uniform = False
            elif kind is way.scalar and expected is not MASK:
                value = np.array(data.value, way.numpy)
            elif kind is Number and data.number.__class__ in _PLAIN_NUMBERS and expected is not MASK:
                value = np.array(way.scalar.round(data.value), way.numpy)
            else:
                return None
        elif x.__class__ in _PLAIN_NUMBERS and expected is not MASK:
            value = np.array(way.scalar.round(x), way.numpy)
        else:
            return None
        operands.append(value)
    for name in way.numbers:
        number = attributes[name].__class__
        if number not in _PLAIN_NUMBERS and number is not NoneType:
            return None
    if not uniform:
        refuse_stale_views(inputs)  # which PyTorch says before it looks at shapes
        shape = broadcast_shape([value.shape for value in operands])
        check_size(shape, way.result_dtype.itemsize)
    return (operands, shape) if shape else None


def _recorded(way: _Way, inputs: Sequence[Any], attributes: Mapping[str, Any], data: Array) -> Edge | None:
    """The node of a result; None if no input requires a gradient."""
    edges: list[Edge | None] = []
    needing, requires = 0, False
    for k, position in enumerate(way.tracked):
        x = inputs[position]
        edge = None
        if isinstance(x, TensorBase) and way.classes[position] is not MASK:
            if x._extra is None:
                edge = x._node
            else:
                edge = current_edge(x)
                requires = requires or requires_grad(x)
        edges.append(edge)
        if edge is not None:
            needing |= 1 << k
    if not (needing or requires):
        return None
    node = way.node()
    node.number = number = next_number()
    node.extra = None
    node._edges = tuple([linked(e, number) for e in edges] if needs_links(number) else edges)
    node.attributes = attributes
    shape = data.value.shape
    node.inputs = tuple([_meta(inputs[position], shape) for position in way.tracked])
    node.results = (Meta(shape, way.result_dtype),)
    node.saved = saved = {}
    for name, place in way.saved(needing):
        value: Any = data if place < 0 else inputs[place]
        if isinstance(value, TensorBase):
            edge = edges[way.tracked.index(place)] if place in way.tracked else None
            saved[name] = Saved(value._data, edge)
        elif place < 0:
            saved[name] = Saved(data, None)
        else:
            saved[name] = Saved(Number.meeting(value, value), None)
    return node


def _meta(x: Any, shape: tuple[int, ...]) -> Meta:  # noqa: ANN401 - a tensor or a number
    if not isinstance(x, TensorBase):
        return NUMBER_META
    own = x._data.shape
    return Meta(shape if own == shape else own, x._data.dtype)
