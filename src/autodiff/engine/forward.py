"""The tangent of every operation, from the derivative rules it has already.

A rule turns the gradient of the result into that of one input. Three readings of it give the Jacobian times a vector:
- a real elementwise operation multiplies by the same diagonal both ways: the rule is given the tangent itself;
- a structural operation whose rules need no values is linear: it is applied to the tangents, so that the tangent of a
  view is a view of the tangent;
- any other: the rule is linear in the gradient; its own derivative by the gradient is the Jacobian.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.forward_level import Directions, Level, check_size, forward_enabled
from autodiff.engine.functional import grad
from autodiff.engine.gradient import filled, fitted, meta_of, own_copy
from autodiff.engine.graph import AccumulateGrad, node_of
from autodiff.engine.mode import FORMULA, FORMULA_UNRECORDED, dual_level, mode
from autodiff.engine.record import OperationNode, Saved
from autodiff.errors import TorchNotImplementedError
from autodiff.numbers.scalar import Number
from autodiff.ops.arithmetic import add
from autodiff.ops.op import Composite, Elementwise, Op, Structural

__all__ = ["applied", "written"]


class Call(NamedTuple):
    """An operation that was applied: what its rules may name."""

    op: Op
    inputs: Sequence[Any]
    attributes: Mapping[str, Any]
    results: Sequence[Any]

    @property
    def tensors(self) -> Sequence[Any]:
        """The inputs, where a list of tensors counts as its tensors."""
        return self.inputs[0] if self.op.inputs == ("tensors",) else self.inputs

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
        """What a rule's parameter stands for: an input or a result as a tensor, a fact about an input, an attribute."""
        if name in self.op.results:
            return self.results[self.op.results.index(name)]
        if name in self.op.inputs:
            value = self.inputs[self.op.inputs.index(name)]
            is_number = isinstance(value, (int, float, complex))
            return plain(Number.meeting(value, value)) if is_number else value
        target, _, fact = name.rpartition("_")
        if fact in ("shape", "dtype") and target in self.op.inputs:
            return getattr(self._meta(self.op.inputs.index(target)), fact)
        if fact == "shapes":
            return [meta_of(t).shape for t in self.tensors]
        return self.attributes.get(name)

    def _meta(self, place: int) -> Any:  # noqa: ANN401
        x = self.inputs[place]
        return meta_of(x if isinstance(x, TensorBase) else plain(Number.meeting(x, x)))


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
    count = getattr(op, "differentiable", 1) or len(call.results)
    able = [k < count and t.dtype.is_differentiable for k, t in enumerate(call.results)]
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
    """Whether the rules need neither values nor numbers: then the result is linear in the inputs."""
    named = {name for names in op.rule_names.values() for name in names}
    return bool(op.derivatives) and not named & {*op.inputs, *op.results} and not op.number_names


def _of_linear(call: Call, tangents: Sequence[Any]) -> Sequence[Any]:
    """The operation itself, of the tangents."""
    given = [
        filled(meta_of(x), 0) if t is None and isinstance(x, TensorBase) else t
        for x, t in zip(call.tensors, tangents, strict=True)
    ]
    outcome = apply(call.op, [given] if call.op.inputs == ("tensors",) else given, call.attributes)
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
    recording = mode.get().recording
    seeds = [filled(meta_of(t), 0) for t in call.results]
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


# ------------------------------------------------------------------ a user's function


def called(level: Level | None, function: Any, args: tuple[Any, ...]) -> Any:  # noqa: ANN401 - the user's
    """What an `autograd.Function` gives, whose `jvp` makes the tangents; a missing tangent arrives as zeros."""
    if level is None:
        return function(args)[0]
    tangents = [level.tangents(x) if isinstance(x, TensorBase) else None for x in args]
    if all(found is None for found in tangents):
        return level.outside(called, level.outer, function, args)
    primals = tuple(x if own is None else level.primal(x) for x, own in zip(args, tangents, strict=True))
    return level.outside(_with_jvp, level, function, primals, tangents)


def _with_jvp(level: Level, function: Any, primals: tuple[Any, ...], tangents: Sequence[Directions | None]) -> Any:  # noqa: ANN401
    outputs, node = function(primals)
    results = outputs if isinstance(outputs, tuple) else (outputs,)
    width = next(len(found) for found in tangents if found is not None)
    pushed: list[list[Any]] = [[] for _ in results]
    for k in range(width):
        found = node.push([_input_tangent(node, x, t, k) for x, t in zip(primals, tangents, strict=True)], len(results))
        for own, tangent, result in zip(pushed, found, results, strict=True):
            own.append(filled(meta_of(result), 0) if tangent is None else tangent)
    for own, t in zip(pushed, results, strict=True):
        if isinstance(t, TensorBase) and t.dtype.is_differentiable:
            for tangent in own:
                check_size(t, tangent)
            level.give(t, own)
    return outputs


def _input_tangent(node: Any, x: Any, tangents: Directions | None, direction: int) -> Any:  # noqa: ANN401
    if tangents is not None:
        return tangents[direction]
    return filled(meta_of(x), 0) if isinstance(x, TensorBase) and node.materialize_grads else None


# ------------------------------------------------------------------ in-place changes


def written(level: Level, t: TensorBase, result: TensorBase, node: Any) -> None:  # noqa: ANN401 - the change's, or None
    """After a change of `t`: its tangents are those of the result, in the memory its tangents have already."""
    new, old = level.tangents(result), level.tangents(t)
    if (new is None and old is None) or not forward_enabled.get() or mode.get().inference:
        return
    if new is None:
        new = [filled(meta_of(tangent), 0) for tangent in old or ()]
    token = dual_level.set(level.outer)
    try:
        if old is None:
            _give_view(level, t, new)
            return
        _keep_old_tangents(level, node, old)
        for tangent, value in zip(old, new, strict=True):
            tangent.copy_(value)
    finally:
        dual_level.reset(token)


def _give_view(level: Level, t: Any, tangents: Directions) -> None:  # noqa: ANN401 - a tensor without tangents
    """Tangents for `t`; if it is a view, its base has zeros around them from now on."""
    view = t.view_of
    if view is not None and level.tangents(view.base) is None:
        whole = [filled(meta_of(view.base), 0) for _ in tangents]
        parts = [level.part(t, view.base, zeros) for zeros in whole]
        for part, tangent in zip(parts, tangents, strict=True):
            part.copy_(tangent)
        level.give(view.base, whole)
        view.base.extra.tangents.written = True
        tangents = parts
    else:
        tangents = [tangent.clone() for tangent in tangents]
    level.give(t, tangents)
    t.extra.tangents.written = True


def _keep_old_tangents(level: Level, node: Any, old: Directions) -> None:  # noqa: ANN401 - a node or None
    """If backward needs the value that was overwritten, it needs its tangents as they were."""
    if not isinstance(node, OperationNode):
        return
    for saved in node.saved.values():
        if isinstance(saved, Saved) and saved.tangents is not None and saved.tangents.by_level.get(level) is old:
            saved.tangents = level.with_others(saved.tangents, [own_copy(tangent) for tangent in old])
