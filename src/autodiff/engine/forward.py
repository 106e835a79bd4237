"""The tangent of every operation, from the derivative rules it has already.

A rule turns the gradient of the result into that of one input. Three readings of it give the Jacobian times a vector:
- a real elementwise operation multiplies by the same diagonal both ways: the rule is given the tangent itself;
- a structural operation whose rules need no values is linear: it is applied to the tangents, so that the tangent of a
  view is a view of the tangent;
- any other: the rule is linear in the gradient; its own derivative by the gradient is the Jacobian.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.forward_level import Directions, Level
from autodiff.engine.functional import grad
from autodiff.engine.gradient import filled, fitted, meta_of
from autodiff.engine.graph import AccumulateGrad, Node, node_of
from autodiff.engine.mode import FORMULA, FORMULA_UNRECORDED, dual_level, mode
from autodiff.engine.record import OperationNode, record, tracked
from autodiff.engine.saved import Saved
from autodiff.engine.view import requires_grad
from autodiff.errors import TorchNotImplementedError
from autodiff.numbers.scalar import Number
from autodiff.ops.arithmetic import add
from autodiff.ops.op import Composite, Elementwise, Op, Structural

__all__ = ["applied"]


_NOT_YET: Final = (
    "Trying to use forward AD with {} that does not support it because it has not been implemented yet.\nPlease file "
    "an issue to PyTorch at https://github.com/pytorch/pytorch/issues/new?template=feature-request.yml so that we can "
    "prioritize its implementation or submit a PR adding the implementation to derivatives.yaml"
)
_SOMEWHERE: Final = Node()
"""Where the gradients of a node nobody walks would go: the node is only asked what its rules name."""


class Call:
    """An operation that was applied: its derivative rules, with what they name."""

    def __init__(self, op: Op, inputs: Sequence[Any], attributes: Mapping[str, Any], results: Sequence[Any]) -> None:
        self.op = op
        self.inputs = inputs
        self.tensors = inputs[0] if op.inputs == ("tensors",) else inputs
        self.attributes = attributes
        self.results = results
        self._node: OperationNode | None = None

    def rule(self, name: str) -> Callable[[Any], Any]:
        """The derivative rule of the input `name` as a function of the gradient alone."""
        rule = self.op.derivatives.get(name)
        if rule is None:
            raise TorchNotImplementedError(
                f"Trying to use forward AD with aten::{self.op.name} that does not support it."
            )
        values = {n: self.value(n) for n in self.op.rule_names[name] if n != "g"}
        return lambda g: rule(*(g if n == "g" else values[n] for n in self.op.rule_names[name]))

    def value(self, name: str) -> Any:  # noqa: ANN401
        """What a rule's parameter stands for: an input or result, with its history; or what a node would know."""
        if name in self.op.results:
            return self.results[self.op.results.index(name)]
        if name in self.op.inputs:
            value = self.inputs[self.op.inputs.index(name)]
            is_number = isinstance(value, (int, float, complex))
            return plain(Number.meeting(value, value)) if is_number else value
        return self.node.value(name)

    @property
    def node(self) -> OperationNode:
        """A node as the operation would be recorded with."""
        if self._node is None:
            flat = self.tensors if self.op.inputs == ("tensors",) else tracked(self.op, self.inputs)
            edges = tuple(_SOMEWHERE if isinstance(x, TensorBase) else None for x in flat)
            datas = [t._data for t in self.results]
            self._node = record(self.op, self.inputs, edges, self.attributes, datas)
        return self._node


def applied(level: Level, op: Op, inputs: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """`op` of tensors of which some may have tangents at `level`: its results, with their tangents."""
    if isinstance(op, Composite):
        return op.compute(*inputs, **attributes)
    flat = inputs[0] if op.inputs == ("tensors",) else inputs
    tangents = [level.tangents(x) if isinstance(x, TensorBase) else None for x in flat]
    token = dual_level.set(level.outer)
    try:
        if mode.get().inference or all(found is None for found in tangents):
            return apply(op, inputs, attributes)
        primals = [x if own is None else level.primal(x) for x, own in zip(flat, tangents, strict=True)]
        given = [primals] if op.inputs == ("tensors",) else primals
        outcome = apply(op, given, attributes)
        results = outcome if isinstance(outcome, (tuple, list)) else (outcome,)
        _restore_bases(results, primals, flat)
        width = next(len(found) for found in tangents if found is not None)
        call = Call(op, given, attributes, results)
        pushed = [_pushed(call, [None if own is None else own[k] for own in tangents]) for k in range(width)]
        _give(level, call, pushed, tangents)
    finally:
        dual_level.reset(token)
    return outcome


def _restore_bases(results: Sequence[Any], primals: Sequence[Any], originals: Sequence[Any]) -> None:
    """A view is one of the tensor the user has, not of its primal."""
    for t in results:
        if t.view_of is not None:
            for primal, original in zip(primals, originals, strict=True):
                if t.view_of.base is primal:
                    t.view_of.base = original


def _give(level: Level, call: Call, pushed: Sequence[Sequence[Any]], tangents: Sequence[Directions | None]) -> None:
    """Give the results their tangents, and those of all values saved for backward to them."""
    own = [None if None in found else found for found in zip(*pushed, strict=True)]
    for t, found in zip(call.results, own, strict=True):
        if found is not None:
            level.give(t, found)
    node = None if call.results[0]._node is None else node_of(call.results[0]._node)
    if not isinstance(node, OperationNode) or node.op is not call.op:
        return
    known = dict(zip(call.op.results, own, strict=False)) | dict(zip(call.op.inputs, tangents, strict=False))
    for name, saved in node.saved.items():
        several = isinstance(saved, list)
        for value, had in zip(saved, tangents, strict=True) if several else [(saved, known.get(name))]:
            if isinstance(value, Saved) and had is not None:
                value.tangents = level.with_others(value.tangents, had)


# ------------------------------------------------------------------ one direction


def _pushed(call: Call, tangents: Sequence[Any]) -> Sequence[Any]:
    """The tangent of each result, given those of the tensors; None where there can be none."""
    op = call.op
    if op.derivatives and op.inputs != ("tensors",):
        tangents = [t if n in op.derivatives else None for n, t in zip(op.inputs, tangents, strict=True)]
        if all(t is None for t in tangents):
            return [None] * len(call.results)
    able = [op.carries_gradient(k) and t.dtype.is_differentiable for k, t in enumerate(call.results)]
    if not any(able) or not (op.derivatives or op.node):
        return [None] * len(able)
    if isinstance(op, Structural) and _is_linear(op):
        return _of_linear(call, tangents)
    token = mode.set(FORMULA if mode.get().recording else FORMULA_UNRECORDED)
    try:
        is_real = not any(t.dtype.is_complex for t in (*call.tensors, *call.results) if isinstance(t, TensorBase))
        if isinstance(op, Elementwise) and is_real:
            return [_of_elementwise(call, tangents)]
        return _transposed(call, tangents, able)
    finally:
        mode.reset(token)


@cache
def _is_linear(op: Op) -> bool:
    """Whether the rules need neither differentiable values nor numbers: then the result is linear in the inputs."""
    named = {name for names in op.rule_names.values() for name in names}
    return bool(op.derivatives) and not named & {*op.derivatives, *op.results} and not op.number_names


def _of_linear(call: Call, tangents: Sequence[Any]) -> Sequence[Any]:
    """The operation itself, of the tangents; what is not differentiable, such as indices, stays as it is."""
    op, tensors = call.op, call.tensors
    names = ["tensors"] * len(tensors) if op.inputs == ("tensors",) else op.inputs
    given = list(tangents)
    for k, (name, x) in enumerate(zip(names, tensors, strict=True)):
        if given[k] is None:
            given[k] = filled(meta_of(x), 0) if name in op.derivatives and isinstance(x, TensorBase) else x
    outcome = apply(op, [given] if op.inputs == ("tensors",) else given, call.attributes)
    return outcome if isinstance(outcome, (tuple, list)) else (outcome,)


def _of_elementwise(call: Call, tangents: Sequence[Any]) -> Any:  # noqa: ANN401 - a tensor
    """The rules, given the tangents as they are given gradients, added up."""
    meta = meta_of(call.results[0])
    total: Any = None
    for name, tangent in zip(call.op.inputs, tangents, strict=True):
        if tangent is not None:
            part = call.rule(name)(tangent)
            if total is not None and isinstance(part, TensorBase) and isinstance(total, TensorBase):
                part = apply(add, (total, part), {})
            total = part if total is None or isinstance(part, TensorBase) else total
    made = fitted(total, meta)
    return made.clone() if made.view_of is not None or any(made is t for t in tangents) else made


def _transposed(call: Call, tangents: Sequence[Any], able: Sequence[bool]) -> Sequence[Any]:
    """The derivative of the rules by the gradient, in the direction of the tangents."""
    if call.op.once:
        raise TorchNotImplementedError(_NOT_YET.format(call.op.name))
    given = [x for x in (*call.tensors, *tangents) if isinstance(x, TensorBase)]
    recording = mode.get().recording and any(map(requires_grad, given))
    seeds = [filled(meta_of(t), 1) for t in call.results]  # not 0: a rule may take logarithms of them
    wanted = [seed for seed, is_able in zip(seeds, able, strict=True) if is_able]
    for seed in wanted:
        seed._node = AccumulateGrad.of(seed)
    token = mode.set(FORMULA)
    try:
        pulled = _pulled(call, tangents, seeds if len(seeds) > 1 else seeds[0])
    finally:
        mode.reset(token)
    pairs = [(p, fitted(t, meta_of(p))) for p, t in pulled if p.requires_grad]
    found: Any = [None] * len(wanted)
    if pairs:
        outputs, vectors = zip(*pairs, strict=True)
        found = grad(outputs, wanted, vectors, create_graph=recording, allow_unused=True)
    made = iter(filled(meta_of(seed), 0) if g is None else g for seed, g in zip(wanted, found, strict=True))
    return [next(made) if is_able else None for is_able in able]


def _pulled(call: Call, tangents: Sequence[Any], g: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401
    """For each tensor with a tangent, the gradient that its rule makes of `g`, and the tangent."""
    if call.op.inputs == ("tensors",):
        gradients = call.rule("tensors")(g)
    else:
        gradients = [None if t is None else call.rule(n)(g) for n, t in zip(call.op.inputs, tangents, strict=True)]
    return [
        (fitted(p, meta_of(x)), t) for p, x, t in zip(gradients, call.tensors, tangents, strict=True) if t is not None
    ]
