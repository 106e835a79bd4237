"""Backward through a node of float arrays: the rules on the arrays themselves, where nobody asks for tensors."""

from typing import Any

from autodiff.engine.array_rules import FULL, MISSING, NUMBER, PART, SINGLE, compiled_rule
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.elements import FLOATS, MASK
from autodiff.engine.mode import FORMULA_UNRECORDED, dual_level, mode
from autodiff.engine.saved import Saved, refuse_detached
from autodiff.numbers.array import Array, np, numpy_dtype
from autodiff.numbers.quiet import quietly
from autodiff.numbers.scalar import SCALARS, Number

__all__ = ["pulled"]


def pulled(node: Any, g: TensorBase) -> list[Any] | None:  # noqa: ANN401 - an OperationNode
    """The gradients of the inputs of a node, given that of its result; None if they need the general way."""
    data: Any = g._data
    if (
        data.__class__ not in FLOATS
        or not data.value.ndim
        or mode.get() is not FORMULA_UNRECORDED
        or dual_level.get() is not None
    ):
        return None
    known = _saved(node, data)
    if known is None:
        return None
    op = node.op
    gradients: list[Any] = []
    for name, edge in zip(op.tracked, node._edges, strict=True):
        if edge is None or name not in op.derivatives:
            gradients.append(None)
            continue
        names = op.rule_names[name]
        found = [known[n] if n in known else _attribute(node.attributes.get(n)) for n in names]
        rule = compiled_rule(op.derivatives[name], data.dtype, tuple([kind for _, kind in found]))
        if rule is None:
            return None
        values = quietly(rule, *[value for value, _ in found])
        gradients.append(g if values is data.value else _wrapped(values, data.__class__))
    return gradients


def _saved(node: Any, data: Any) -> dict[str, tuple[Any, str]] | None:  # noqa: ANN401
    """What the rules of a node call by name, and what it is; None if one is no value of the gradient's dtype."""
    d = data.dtype
    shape = data.value.shape
    known: dict[str, tuple[Any, str]] = {"g": (data.value, FULL)}
    for name, saved in node.saved.items():
        if saved is None:
            known[name] = None, MISSING
            continue
        if saved.__class__ is not Saved or saved.unpack is not None:
            return None
        if saved.edge is not None and name not in node.op.results:
            refuse_detached(saved.edge)
        kept = saved.data
        if kept.__class__ is data.__class__ or (kept.__class__ is MASK and _may_be_mask(node.op, name)):
            known[name] = kept.value, FULL if kept.value.shape == shape else PART
        elif kept.__class__ is SCALARS[d] or (kept.__class__ is Number and kept.number.__class__ is not complex):
            known[name] = np.array(SCALARS[d].round(kept.value), numpy_dtype(d)), SINGLE
        else:
            return None
    return known


def _may_be_mask(op: Any, name: str) -> bool:  # noqa: ANN401 - an Op
    """Whether bools are what the operation asks for; of others, rules may do what PyTorch refuses."""
    return any(p.kind == "Mask" and p.name == name for p in op.signature)


def _attribute(value: Any) -> tuple[Any, str]:  # noqa: ANN401
    return (value, NUMBER) if value is not None else (None, MISSING)


def _wrapped(values: Any, kind: type[Array]) -> Any:  # noqa: ANN401 - an array or a number; a tensor, or a number
    if not getattr(values, "shape", ()):
        return float(values)
    return plain(kind.of(values))
