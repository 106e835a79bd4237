"""`torch.func`: functions made from functions, by differentiating them backwards.

A result keeps its history only where it leads to a tensor outside the transformed function.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from autodiff.engine import functional
from autodiff.engine.core import TensorBase
from autodiff.engine.create import zeros_like
from autodiff.engine.forward_level import carried, enclosing
from autodiff.engine.grad_mode import enable_grad, is_grad_enabled
from autodiff.engine.graph import edges_of, node_of
from autodiff.engine.mode import dual_level
from autodiff.engine.nest import leaves, outline, rebuilt
from autodiff.engine.protocol import tensor_repr
from autodiff.engine.tensors import Tensor
from autodiff.engine.view import current_edge
from autodiff.errors import TorchRuntimeError, TorchValueError
from autodiff.ops.joining import stack

__all__ = ["grad", "grad_and_value", "jacrev", "vjp"]

Function = Callable[..., Any]
Places = int | tuple[int, ...]


class GradTrackingTensor(Tensor):
    """What the transformed function is given: the tensor, marked as the one its result is differentiated by."""

    __slots__ = ("level",)
    level: int

    def __repr__(self) -> str:
        inside = [
            x for x in enclosing(dual_level.get()) if (x.number or 0) > self.level and x.tangents(self) is not None
        ]
        if inside:  # what is further in is shown further out
            return tensor_repr(self)
        inner = tensor_repr(carried(self, self.detach())).replace("\n", "\n    ")
        return f"GradTrackingTensor(lvl={self.level}, value=\n    {inner}\n)"


def _tracked(value: Any) -> Any:  # noqa: ANN401 - a tensor
    """A new tensor to differentiate by; it depends on the old one, if that may be differentiated by itself."""
    if not isinstance(value, TensorBase):
        raise TorchValueError(f"Thing passed to transform API must be Tensor, got {type(value)}")
    if not value.dtype.is_differentiable:
        raise TorchRuntimeError("only Tensors of floating point dtype can require gradients")
    edge = current_edge(value)
    if edge is None:
        made: Any = carried(value, GradTrackingTensor.wrap(value._data))
        made.requires_grad_()
    else:
        copy = value.view_as(value)  # type: ignore[attr-defined] # a Tensor
        made = GradTrackingTensor.wrap(copy._data, copy._node)
        made.extra.view = copy.view_of
        carried(copy, made)
    made.level = 1 + depth(value)
    return made


def depth(t: Any) -> int:  # noqa: ANN401 - a tensor
    """How many transforms a tensor is inside of."""
    around = [x.number or 0 for x in enclosing(dual_level.get())]
    return max([t.level if isinstance(t, GradTrackingTensor) else 0, *around])


def released(nest: Any, own: Sequence[Any]) -> Any:  # noqa: ANN401 - a nest
    """The nest with plain tensors, without history where that leads only to `own`, the inputs of the transform."""
    ends = {node_of(edge) for edge in map(current_edge, own) if edge is not None and node_of(edge).leaf}
    return rebuilt(nest, [_freed(t, ends) for t in leaves(nest)])


def _freed(t: Any, ends: set[Any]) -> Any:  # noqa: ANN401 - a leaf of a nest
    if not isinstance(t, TensorBase):
        return t
    edge = current_edge(t)
    if edge is None or not is_grad_enabled() or not _leads_beyond(node_of(edge), ends):
        made = Tensor.wrap(t._data)
        for level in enclosing(dual_level.get()):
            found = level.tangents(t)
            if found is not None:
                level.give(made, [_freed(tangent, ends) for tangent in found])
        return made
    return t


def _leads_beyond(root: Any, ends: set[Any]) -> bool:  # noqa: ANN401 - a node
    """Whether a leaf other than `ends` can be reached."""
    seen, waiting = {root}, [root]
    while waiting:
        node = waiting.pop()
        if node.leaf:
            if node not in ends:
                return True
            continue
        for edge in edges_of(node):
            after = node_of(edge)
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def chosen(args: Sequence[Any], argnums: Any) -> tuple[int, ...]:  # noqa: ANN401 - an int or a tuple of them
    """The places as numbers from the front. Raises PyTorch's RuntimeError for places there are not."""
    if not isinstance(argnums, (int, tuple)):
        raise TorchRuntimeError(f"argnums must be int or Tuple[int, ...], got: {type(argnums)}")
    places = argnums if isinstance(argnums, tuple) else (argnums,)
    for place in places:
        if not isinstance(place, int):
            raise TorchRuntimeError(f"argnum must be int, got: {type(place)}")
        if not -len(args) <= place < len(args):
            raise TorchRuntimeError(f"Got argnum={place}, but only {len(args)} positional inputs")
    found = tuple(place % len(args) for place in places)
    if not found:
        raise TorchRuntimeError("argnums must be non-empty")
    if len(set(found)) != len(found):
        raise TorchRuntimeError(f"argnums elements must be unique, got {found}")
    return found


def replaced(args: Sequence[Any], places: Sequence[int]) -> tuple[list[Any], list[Any]]:
    """The arguments with tracked tensors at `places`, and those of them (nests)."""
    given = list(args)
    for place in places:
        given[place] = rebuilt(given[place], [_tracked(t) for t in leaves(given[place])])
    return given, [given[place] for place in places]


def gradients(outputs: Sequence[Any], sources: Sequence[Any], seeds: Sequence[Any] | None = None) -> list[Any]:
    """Differentiable gradients, zeros where an output does not depend on a source."""
    pairs = [(t, None if seeds is None else seeds[k]) for k, t in enumerate(outputs) if t.requires_grad]
    if not pairs:
        return [zeros_like(t) for t in sources]
    results, given = zip(*pairs, strict=True)
    found = functional.grad(results, sources, given, retain_graph=True, create_graph=True, allow_unused=True)
    return [zeros_like(t) if g is None else g for g, t in zip(found, sources, strict=True)]


def split_off(output: Any, name: str, *, has_aux: bool) -> tuple[Any, Any]:  # noqa: ANN401
    """The output, and what the function returned besides."""
    if not has_aux:
        return output, None
    if not (isinstance(output, tuple) and len(output) == 2):
        raise TorchRuntimeError(f"{name}: output of function f should be a tuple: (output, aux) if has_aux is True")
    return output


def grad_and_value(func: Function, argnums: Places = 0, has_aux: bool = False) -> Function:
    """A function that gives the gradient of `func`, which returns one number, and that number."""

    @wraps(func)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:  # noqa: ANN401 - the function's own
        places = chosen(args, argnums)
        name = "grad_and_value(f)(*args)"
        with enable_grad():
            given, picked = replaced(args, places)
            output, aux = split_off(func(*given, **kwargs), name, has_aux=has_aux)
            if not isinstance(output, TensorBase):
                raise TorchRuntimeError(f"{name}: Expected f(*args) to return a Tensor, got {type(output)}")
            if output.shape:
                raise TorchRuntimeError(
                    f"{name}: Expected f(*args) to return a scalar Tensor, got tensor with {len(output.shape)} dims. "
                    "Maybe you wanted to use the vjp or jacrev APIs instead?"
                )
            sources = leaves(picked)
            found = rebuilt(picked, gradients([output], sources))
        slope, value, further = released((found, output, aux), sources)
        slope = tuple(slope) if isinstance(argnums, tuple) else slope[0]
        return (slope, (value, further)) if has_aux else (slope, value)

    return both


def grad(func: Function, argnums: Places = 0, has_aux: bool = False) -> Function:
    """A function that gives the gradient of `func`, which returns one number."""
    both = grad_and_value(func, argnums, has_aux)

    @wraps(func)
    def slope(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the function's own
        found, value = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return slope


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:  # noqa: ANN401 - tensors, or nests
    """`func(*primals)`, and a function from a vector to that vector times the Jacobian."""
    name = "vjp(f, *primals)"
    with enable_grad():
        given, _ = replaced(primals, range(len(primals)))
        output, aux = split_off(func(*given), name, has_aux=has_aux)
        results = leaves(output)
        check_tensors(results, name)
    sources = leaves(given)

    def pull(*cotangents: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a nest like the output
        seeds = cotangents[0] if len(cotangents) == 1 else cotangents
        if outline(seeds) != outline(output):
            raise TorchRuntimeError(
                "Expected pytree structure of cotangents to be the same as pytree structure of outputs to the function."
            )
        with enable_grad():
            found = gradients(results, sources, leaves(seeds))
        return tuple(released(rebuilt(given, found), sources))

    value, further = released((output, aux), sources)
    return (value, pull, further) if has_aux else (value, pull)


def check_tensors(results: Sequence[Any], name: str) -> None:
    """Raise PyTorch's RuntimeError unless a function returned tensors, and at least one."""
    if not results or (len(results) == 1 and results[0] is None):
        raise TorchRuntimeError(
            f"{name}: Expected f to be a function that has non-empty output (got output = {list(results)})"
        )
    for t in results:
        if not isinstance(t, TensorBase):
            raise TorchRuntimeError(
                f"{name}: expected f(*primals) to return only tensors, got unsupported type {type(t)}"
            )


def jacrev(func: Function, argnums: Places = 0, *, has_aux: bool = False, chunk_size: int | None = None) -> Function:
    """A function that gives the Jacobian of `func`; `chunk_size` only says how PyTorch would compute it."""
    if chunk_size is not None and chunk_size <= 0:
        raise TorchValueError("jacrev: `chunk_size` should be greater than 0.")

    @wraps(func)
    def jacobian(*args: Any) -> Any:  # noqa: ANN401 - the function's own
        places = chosen(args, argnums)
        check_real(args, "jacrev", "inputs")
        with enable_grad():
            given, picked = replaced(args, places)
            output, aux = split_off(func(*given), "vjp(f, *primals)", has_aux=has_aux)
            results, sources = leaves(output), leaves(picked)
            check_tensors(results, "vjp(f, *primals)")
            check_real(results, "jacrev", "outputs")
            blocks = [rebuilt(picked, _block(t, sources)) for t in results]
        nests = [tuple(block) if isinstance(argnums, tuple) else block[0] for block in blocks]
        found, further = released((rebuilt(output, nests), aux), sources)
        return (found, further) if has_aux else found

    return jacobian


def _block(output: Any, sources: Sequence[Any]) -> list[Any]:  # noqa: ANN401 - a tensor
    """The Jacobian of one output with respect to each source."""
    rows = [gradients([output.reshape(-1)[j]], sources) for j in range(output.numel())]
    return [
        stack([row[k] for row in rows], dim=0).view((*output.shape, *source.shape))
        if rows
        else source.detach().new_zeros((*output.shape, *source.shape))
        for k, source in enumerate(sources)
    ]


def check_real(nest: Any, name: str, what: str) -> None:  # noqa: ANN401
    """Raise PyTorch's RuntimeError for a complex tensor."""
    for k, t in enumerate(leaves(nest)):
        if isinstance(t, TensorBase) and t.dtype.is_complex:
            raise TorchRuntimeError(
                f"{name}: Expected all {what} to be real but received complex tensor at flattened input idx: {k}"
            )
