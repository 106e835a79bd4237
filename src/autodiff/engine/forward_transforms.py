"""Derivatives of functions, taken forwards: the function is called once, with tensors that have several tangents.

`torch.func`'s transforms, and the forward strategy of `torch.autograd.functional.jacobian`.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from autodiff.engine.core import TensorBase
from autodiff.engine.create import zeros_like
from autodiff.engine.forward_ad import NESTED, check_dual
from autodiff.engine.forward_level import Directions, Level, alike
from autodiff.engine.grad_mode import enable_grad, is_grad_enabled
from autodiff.engine.gradient import filled, meta_of
from autodiff.engine.mode import dual_level
from autodiff.engine.nest import leaves, outline, rebuilt
from autodiff.engine.strictness import sequence_of_tensors
from autodiff.engine.structure import structure
from autodiff.engine.transforms import (
    Places,
    check_real,
    check_tensors,
    chosen,
    depth,
    gradients,
    jacrev,
    released,
    replaced,
    split_off,
)
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import ARRAYS, np
from autodiff.ops.joining import stack
from autodiff.ops.shape import alias

__all__ = ["forward_jacobian", "hessian", "jacfwd", "jvp", "linearize"]

Function = Callable[..., Any]


def with_tangents(t: Any, tangents: Directions, level: Level) -> Any:  # noqa: ANN401 - a tensor
    """The memory of `t` with these tangents at `level`."""
    made = alike(t, level.outside(alias, t))
    level.give(made, tangents)
    return made


def without(t: Any, level: Level) -> Any:  # noqa: ANN401 - a leaf of a result
    """What of a result is left when the level is over."""
    if not isinstance(t, TensorBase):
        return t
    found: Any = level.primal(t)
    return level.outside(alias, found) if is_grad_enabled() and found.requires_grad else found


def tangents_of(t: Any, level: Level, count: int) -> Directions:  # noqa: ANN401 - a tensor
    """Its tangents at `level`; zeros if it has none."""
    found = level.tangents(t)
    return [zeros_like(t) for _ in range(count)] if found is None else found


def _level(given: Sequence[Any], further: int = 0) -> Level:
    """A level for a transform of tensors, numbered as PyTorch does: one more than those around it."""
    return Level(1 + further + max(map(depth, given), default=0))


def jvp(
    func: Function,
    primals: Any,  # noqa: ANN401 - a tuple of tensors, or nests
    tangents: Any,  # noqa: ANN401 - a nest like the primals
    *,
    strict: bool = False,
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """`func(*primals)`, and the Jacobian times `tangents`; if `strict`, every result must depend on the primals."""
    name = "jvp(f, primals, tangents)"
    _check_directions(primals, tangents, name)
    given = leaves(primals)
    level = _level(given)
    level.enter()
    try:
        for t, tangent in zip(given, leaves(tangents), strict=True):
            check_dual(t, tangent)
        duals = [with_tangents(t, [tangent], level) for t, tangent in zip(given, leaves(tangents), strict=True)]
        output, aux = split_off(func(*rebuilt(primals, duals)), name, has_aux=has_aux)
        results = leaves(output)
        check_tensors(results, name)
        if strict and any(level.tangents(t) is None for t in results):
            raise TorchRuntimeError(
                "jvp(f, primals, tangents, strict=True): The output of f is independent of the inputs. This is not "
                "allowed with strict=True."
            )
        pushed = rebuilt(output, [tangents_of(t, level, 1)[0] for t in results])
        value, further = (rebuilt(nest, [without(t, level) for t in leaves(nest)]) for nest in (output, aux))
    finally:
        level.leave()
    return (value, pushed, further) if has_aux else (value, pushed)


def _check_directions(primals: Any, tangents: Any, name: str) -> None:  # noqa: ANN401 - nests
    """Raise PyTorch's RuntimeError unless both are tuples of one structure, of tensors only."""
    if not isinstance(primals, tuple):
        raise TorchRuntimeError(f"{name}: Expected primals to be a tuple. E.g. it should be valid to call f(*primals).")
    if outline(primals) != outline(tangents):
        raise TorchRuntimeError(
            f"{name}: Expected primals and tangents to have the same python structure. For example, if primals is a "
            f"tuple of 3 tensors, tangents also must be. Got primals with structure {structure(primals)} and tangents "
            f"with structure {structure(tangents)}"
        )
    for what, nest in (("primals", primals), ("tangents", tangents)):
        found = leaves(nest)
        if not found:
            raise TorchRuntimeError(f"{name}: Expected {what} to contain at least one Tensor.")
        for t in found:
            if not isinstance(t, TensorBase):
                raise TorchRuntimeError(f"{name}: Expected {what} to only contain Tensors, got {type(t)}")


def basis(sources: Sequence[Any]) -> list[list[Any]]:
    """For each of `sources` its tangents in all directions: one for each element of each source."""
    count = sum(t.numel() for t in sources)
    found, start = [], 0
    for t in sources:
        meta = meta_of(t)
        directions = [filled(meta, 0) for _ in range(count)]
        for k in range(t.numel()):
            values = np.zeros(t.numel())
            values[k] = 1
            directions[start + k] = (
                type(directions[0]).wrap(ARRAYS[meta.dtype].of(values.reshape(meta.shape)))
                if meta.shape
                else filled(meta, 1)
            )
        found.append(directions)
        start += t.numel()
    return found


def blocks_of(output: Any, sources: Sequence[Any], level: Level, *, last: bool) -> list[Any]:  # noqa: ANN401 - a tensor
    """The Jacobian of one output with respect to each source; columns are stacked in the `last` dimension, or moved."""
    columns = tangents_of(output, level, sum(t.numel() for t in sources))
    blocks, start = [], 0
    for t in sources:
        blocks.append(level.outside(_block, columns[start : start + t.numel()], output, t, last=last))
        start += t.numel()
    return blocks


def _block(columns: Directions, output: Any, source: Any, *, last: bool) -> Any:  # noqa: ANN401 - tensors
    shape = (*output.shape, *source.shape)
    if not columns:
        return output.new_zeros(shape)
    if last:
        return stack(list(columns), dim=-1).view(shape)
    return stack(list(columns), dim=0).movedim(0, -1).reshape(shape)


def forward_jacobian(func: Function, inputs: Any) -> Any:  # noqa: ANN401 - tensors; a tensor or a nest of them
    """The Jacobian as `torch.autograd.functional` gives it: lists by output and by input if the inputs are a tuple."""
    several_in, sources = sequence_of_tensors(inputs, "inputs", "jacobian")
    if dual_level.get() is not None:
        raise TorchRuntimeError(NESTED)
    level = Level()
    level.enter()
    try:
        duals = []
        for t, directions in zip(sources, basis(sources), strict=True):
            check_dual(t, directions[0] if directions else t)
            duals.append(with_tangents(t, directions, level))
        several_out, outputs = sequence_of_tensors(func(*duals), "outputs", "None")
        found = [blocks_of(t, sources, level, last=False) for t in outputs]
    finally:
        level.leave()
    if not several_in:
        return tuple(block for (block,) in found) if several_out else found[0][0]
    return found if several_out else found[0]


def jacfwd(func: Function, argnums: Places = 0, has_aux: bool = False, *, randomness: str = "error") -> Function:  # noqa: ARG001
    """A function that gives the Jacobian of `func`; `randomness` only concerns how PyTorch would compute it."""

    @wraps(func)
    def jacobian(*args: Any) -> Any:  # noqa: ANN401 - the function's own
        places = chosen(args, argnums)
        check_real(args, "jacfwd", "inputs")
        picked = [args[place] for place in places]
        sources = leaves(picked)
        level = _level(sources, 1)
        level.enter()
        try:
            for t, directions in zip(sources, basis(sources), strict=True):
                check_dual(t, directions[0] if directions else t)
            duals = [with_tangents(t, d, level) for t, d in zip(sources, basis(sources), strict=True)]
            given = list(args)
            for place, nest in zip(places, rebuilt(picked, duals), strict=True):
                given[place] = nest
            output, aux = split_off(func(*given), "jvp(f, primals, tangents)", has_aux=has_aux)
            results = leaves(output)
            check_tensors(results, "jvp(f, primals, tangents)")
            check_real(results, "jacfwd", "outputs")
            blocks = [rebuilt(picked, blocks_of(t, sources, level, last=True)) for t in results]
            further = rebuilt(aux, [without(t, level) for t in leaves(aux)])
        finally:
            level.leave()
        nests = [tuple(block) if isinstance(argnums, tuple) else block[0] for block in blocks]
        found = rebuilt(output, nests)
        return (found, further) if has_aux else found

    return jacobian


def hessian(func: Function, argnums: Places = 0) -> Function:
    """A function that gives the Hessian of `func`: the forward derivative of its gradient."""
    return jacfwd(jacrev(func, argnums), argnums)


def linearize(func: Function, *primals: Any) -> tuple[Any, Function]:  # noqa: ANN401 - tensors, or nests
    """`func(*primals)`, and a function from tangents to the Jacobian times them, which does not call `func` again."""
    with enable_grad():
        given, _ = replaced(primals, range(len(primals)))
        output = func(*given)
        results, sources = leaves(output), leaves(given)
        own = [t for t in results if isinstance(t, TensorBase)]
        seeds = [zeros_like(t, requires_grad=True) for t in own]
        pulled = gradients(own, sources, seeds)

    def jvp_fn(*tangents: Any) -> Any:  # noqa: ANN401 - a nest like the primals; one like the output
        _check_like(tangents, primals)
        with enable_grad():
            found = gradients(pulled, seeds, leaves(tangents))
        return released(rebuilt(output, found), [*sources, *seeds])

    jvp_fn.__qualname__ = "linearize.<locals>.jvp_fn"
    return released(output, sources), jvp_fn


def _check_like(tangents: Any, primals: Any) -> None:  # noqa: ANN401 - nests
    """Raise PyTorch's RuntimeError unless the tangents are such as the primals were."""
    if outline(tangents) != outline(primals):
        raise TorchRuntimeError(
            f"Expected the tangents {structure(tangents)} to have the same argspec as the primals {structure(primals)}"
        )
    for k, (tangent, primal) in enumerate(zip(leaves(tangents), leaves(primals), strict=True)):
        for fact in ("shape", "dtype"):
            found, wanted = getattr(tangent, fact), getattr(primal, fact)
            if found != wanted:
                raise TorchRuntimeError(
                    f"tangent:{k} with {fact} {found} in flattened pytree doesn't match the {fact} {wanted} of the "
                    "corresponding primal."
                )
