"""Applying an operation of the table to tensors: promote, compute, record.

0-d tensors are computed on Python numbers, others on NumPy arrays. This is the general path; `fast.py`
has the short one for float scalars, which gives the same bits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.dtypes import DTYPES, bool_, dtype, dtype_of_number, result_type
from autodiff.engine.array_path import short_result
from autodiff.engine.core import TensorBase, View, plain
from autodiff.engine.elements import FLOATS, compute_arrays, scalar_form
from autodiff.engine.graph import Edge, Output
from autodiff.engine.halves import widened
from autodiff.engine.inference import marked
from autodiff.engine.mode import dual_level, mode
from autodiff.engine.record import record, tracked
from autodiff.engine.results import named
from autodiff.engine.shapes import broadcast_shape, check_size
from autodiff.engine.view import current_edge, refuse_stale_views, requires_grad
from autodiff.engine.zero import leaves_zero, neutral, zero_without_memory
from autodiff.errors import TorchNotImplementedError
from autodiff.numbers.array import ARRAYS, Array, array_of, backed, np
from autodiff.numbers.scalar import SCALARS, Number, Scalar
from autodiff.ops.op import Composite, Elementwise, Op, Structural
from autodiff.ops.rounding import sgn_backward

__all__ = ["apply", "check_size"]


def apply(op: Op, inputs: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401 - tensor or tuple
    """`op` of `inputs` (one per tensor parameter) with all its other parameters in `attributes`."""
    level = dual_level.get()
    if level is not None:
        return level.apply(op, inputs, attributes)
    if isinstance(op, Elementwise):
        return _apply_elementwise(op, inputs, attributes)
    if isinstance(op, Structural):
        return _apply_structural(op, inputs, attributes)
    if isinstance(op, Composite):
        outcome = op.compute(*inputs, **attributes)
        return named(op.name, op.outputs, outcome) if op.outputs else outcome
    raise TypeError(f"{op!r} says nothing about its values")


# ------------------------------------------------------------------ elementwise


def _apply_elementwise(op: Elementwise, inputs: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401
    if any(isinstance(x, TensorBase) and x._data.__class__ in FLOATS for x in inputs):
        short = short_result(op, inputs, attributes)
        if short is not None:
            return short
    tensors = [x for x in inputs if isinstance(x, TensorBase)]
    try:
        if op.checks is not None:
            op.checks(inputs, attributes)
        refuse_stale_views(tensors)
        compute, result = dtypes_of(op, inputs, attributes)
    except TorchNotImplementedError:  # which a kernel says, after a common shape was found
        broadcast_shape([t._data.shape for t in tensors])
        raise
    shape = broadcast_shape([t._data.shape for t in tensors])
    data: Scalar | Array
    operands = inputs
    if op is sgn_backward or any(t._data.zero for t in tensors):
        if leaves_zero(op, inputs, result):
            return finish(op, inputs, attributes, (zero_without_memory(shape, result),))[0]
        operands = neutral(op, inputs)
    operands, given, compute = widened(op, operands, attributes, compute)
    if shape == ():
        data = SCALARS[result].of(_compute_numbers(op, operands, given, compute))
    else:
        check_size(shape, result.itemsize)
        values = compute_arrays(op, operands, given, compute)
        data = ARRAYS[result].of(values if values.shape == shape else np.broadcast_to(values, shape).copy())
    return finish(op, inputs, attributes, (data,))[0]


def dtypes_of(op: Elementwise, inputs: Sequence[Any], attributes: Mapping[str, Any]) -> tuple[dtype, dtype]:
    """What to compute in, and what the result has, by the promotion of operands and numbers."""
    tensors: list[dtype] = []
    scalars: list[dtype] = []
    numbers: list[dtype] = []
    for parameter in op.signature:
        if parameter.kind in ("Tensor", "Operand"):
            x = inputs[op.inputs.index(parameter.name)]
            if not isinstance(x, TensorBase):
                if x is not None:
                    numbers.append(dtype_of_number(x))
            elif isinstance(x._data, Number):
                numbers.append(dtype_of_number(x._data.number))
            else:
                (tensors if x._data.shape else scalars).append(x._data.dtype)
        elif parameter.kind == "Number" and attributes[parameter.name] is not None:
            numbers.append(dtype_of_number(attributes[parameter.name]))
    promoted = result_type(tensors, scalars, numbers)
    op.refuse(promoted)
    return op.dtypes(promoted)


def _compute_numbers(op: Elementwise, inputs: Sequence[Any], attributes: Mapping[str, Any], compute: dtype) -> Any:  # noqa: ANN401
    rounded = SCALARS[compute].round
    values = []
    for parameter in op.signature:
        if parameter.name in op.inputs:
            x = inputs[op.inputs.index(parameter.name)]
            value = _number(x)
            values.append(value if parameter.kind == "Mask" or value is None else rounded(value))
        else:
            values.append(attributes[parameter.name])
    function = scalar_form(op, compute)
    if function is None:
        op.refuse(compute)
        raise TorchNotImplementedError(f"\"{op.name}_cpu\" not implemented for '{compute.title}'")
    return function(*values)


def _number(x: Any) -> Any:  # noqa: ANN401 - a 0-d tensor, or a number
    if not isinstance(x, TensorBase):
        return x
    return x._data.number if isinstance(x._data, Number) else x._data.read()


# ------------------------------------------------------------------ structural


def _apply_structural(op: Structural, inputs: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401
    several = op.inputs == ("tensors",)
    operands: Sequence[TensorBase] = inputs[0] if several else [x for x in inputs if x is not None]
    if op.checks is not None:
        op.checks(inputs, attributes)
    if not operands:
        return op.array([], **attributes)  # which refuses
    first = operands[0]
    refuse_stale_views(operands)
    compute, result = _structural_dtypes(op, operands, attributes)
    if op.view:
        return _view(op, first, attributes, result)
    if op.scalar is not None and all(isinstance(t._data, Scalar) for t in operands):
        rounded = SCALARS[compute].round
        outcome: Any = op.scalar(*(rounded(_real(t._data.value, compute)) for t in operands), **attributes)
    else:
        arrays: Any = [
            None if x is None else array_of(x._data, compute if op.promotes or x is first else x._data.dtype)
            for x in (operands if several else inputs)
        ]
        with np.errstate(all="ignore"):
            outcome = op.array(arrays, **attributes) if several else op.array(*arrays, **attributes)
    outcomes = outcome if isinstance(outcome, (tuple, list)) else (outcome,)
    kinds = (result, *op.further_dtypes, *[result] * len(outcomes))
    datas = tuple(_data(value, kind) for value, kind in zip(outcomes, kinds, strict=False))
    finished = finish(op, inputs, attributes, datas)
    if op.outputs:
        return named(op.name, op.outputs, finished)
    return finished if isinstance(outcome, (tuple, list)) else finished[0]


def _real(value: Any, d: dtype) -> Any:  # noqa: ANN401 - a number
    """What of a number a dtype can take."""
    return value.real if isinstance(value, complex) and not d.is_complex and d is not bool_ else value


def _structural_dtypes(
    op: Structural, operands: Sequence[TensorBase], attributes: Mapping[str, Any]
) -> tuple[dtype, dtype]:
    asked: dtype | None = attributes.get("dtype")
    tensors = [t._data.dtype for t in operands if t._data.shape]
    scalars = [t._data.dtype for t in operands if not t._data.shape]
    promoted = asked or (result_type(tensors, scalars, []) if op.promotes else operands[0]._data.dtype)
    op.refuse(promoted)
    return op.dtypes(promoted)


def _data(value: Any, kind: dtype | None) -> Scalar | Array:  # noqa: ANN401 - an array or a number
    """`value` in the dtype `kind`, or (None) in its own."""
    kind = kind or next(d for d in DTYPES if d.name == value.dtype.name)
    if getattr(value, "shape", ()):
        return ARRAYS[kind].of(value)
    return SCALARS[kind].of(value.item() if hasattr(value, "item") else value)


def _view(op: Structural, base: TensorBase, attributes: Mapping[str, Any], result: dtype) -> Any:  # noqa: ANN401
    """A result that shares its input's memory and version counter."""
    data = base._data
    if data.zero:
        return _view_of_zero(op, base, attributes, result)
    memory = backed(data) if isinstance(data, Scalar) else data
    outcome = op.array(memory.value, **attributes)
    several = isinstance(outcome, (tuple, list))
    datas = tuple(ARRAYS[result].of(v, memory.storage) for v in (outcome if several else (outcome,)))
    finished = finish(op, (base,), attributes, datas)
    before = base.view_of
    root = base if before is None else before.base
    creation = _creation(several=several) or ("" if before is None else before.creation)
    for t, d in zip(finished, datas, strict=True):
        t.extra.view = View(root, d.version, creation)
    return finished if several else finished[0]


def _view_of_zero(op: Structural, base: TensorBase, attributes: Mapping[str, Any], result: dtype) -> Any:  # noqa: ANN401
    """Parts of a zero without memory are such zeros, and share nothing."""
    outcome = op.array(array_of(base._data, result), **attributes)
    several = isinstance(outcome, (tuple, list))
    datas = [zero_without_memory(v.shape, result) for v in (outcome if several else (outcome,))]
    finished = finish(op, (base,), attributes, datas)
    return finished if several else finished[0]


def _creation(*, several: bool) -> str:
    """What is special about a view made now."""
    current = mode.get()
    if current.recording:
        return "several" if several else ""
    return "inference" if current.inference else "no_grad"


# ------------------------------------------------------------------ recording


def finish(
    op: Op, inputs: Sequence[Any], attributes: Mapping[str, Any], datas: Sequence[Scalar | Array]
) -> tuple[TensorBase, ...]:
    """The results as tensors, recorded if the mode says so and an input requires a gradient."""
    node: Edge | None = None
    if mode.get().inference:
        datas = [marked(data) for data in datas]
    if mode.get().recording and datas[0].dtype.is_differentiable and (op.derivatives or op.node):
        flat = inputs[0] if op.inputs == ("tensors",) else tracked(op, inputs)
        edges = tuple(
            current_edge(x) if isinstance(x, TensorBase) and x._data.dtype.is_differentiable else None for x in flat
        )
        if any(e is not None for e in edges) or any(isinstance(x, TensorBase) and requires_grad(x) for x in flat):
            node = record(op, inputs, edges, attributes, datas)
    return tuple(plain(data, _output(node, k) if op.carries_gradient(k) else None) for k, data in enumerate(datas))


def _output(node: Any, index: int) -> Edge | None:  # noqa: ANN401
    return node if node is None or index == 0 else Output(node, index)
