"""`torch.autograd.functional`: Jacobians and Hessians of a function, and their products with vectors.

Rows come from one backward walk each. A Jacobian times a vector is the derivative of a vector times the Jacobian
with respect to that vector, so `jvp` and `hvp` walk back twice.
"""

from collections.abc import Callable, Sequence
from typing import Any

from autodiff.engine.core import TensorBase
from autodiff.engine.create import zeros_like
from autodiff.engine.forward_transforms import forward_jacobian
from autodiff.engine.functional import grad
from autodiff.engine.grad_mode import enable_grad, is_grad_enabled, set_grad_enabled
from autodiff.engine.strictness import (
    NO_VECTOR_FOR_INPUT,
    NO_VECTOR_FOR_OUTPUT,
    check_dependence,
    check_one_element,
    filled_in,
    row_or_zeros,
    sequence_of_tensors,
    vectors,
)
from autodiff.errors import TorchRuntimeError
from autodiff.ops.joining import stack

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Function = Callable[..., Any]
Tensors = tuple[Any, ...]
_OUTPUTS = "outputs of the user-provided function"


def jacobian(
    func: Function,
    inputs: Any,  # noqa: ANN401 - a tensor or a tuple of them
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:  # noqa: ANN401 - a tensor, or tuples of them by output and by input
    """The Jacobian of `func`: of each output (its dimensions first) with respect to each input.

    With `create_graph` it can be differentiated again; `strict` refuses outputs that do not depend on an input.
    `vectorize` and `strategy` only say how PyTorch would compute it. Raises PyTorch's TypeError and RuntimeError.
    """
    _check_strategy(strategy, create_graph=create_graph, strict=strict, vectorize=vectorize)
    if strategy == "forward-mode":
        return forward_jacobian(func, inputs)
    with enable_grad():
        several_in, given = sequence_of_tensors(inputs, "inputs", "jacobian")
        sources = _sources(given, create_graph=create_graph)
        several_out, outputs = sequence_of_tensors(func(*sources), _OUTPUTS, "jacobian")
        check_dependence(outputs, "outputs", strict=strict)
        rows = [
            _jacobian_of(k, output, sources, create_graph=create_graph, strict=strict)
            for k, output in enumerate(outputs)
        ]
    found = tuple(_finished(row, create_graph=create_graph) for row in rows)
    return _unpacked(tuple(_unpacked(row, several_in) for row in found), several_out)


def _check_strategy(strategy: str, *, create_graph: bool, strict: bool, vectorize: bool) -> None:
    """Raise PyTorch's errors for combinations it does not offer."""
    name = "torch.autograd.functional.jacobian"
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs '
            'than inputs, "forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".'
        )
    if strategy == "forward-mode" and create_graph:
        raise NotImplementedError(
            f'{name}: `create_graph=True` and `strategy="forward-mode"` are not supported together (yet). '
            'Please either set `create_graph=False` or `strategy="reverse-mode"`.'
        )
    if strategy == "forward-mode" and strict:
        raise TorchRuntimeError(
            f'{name}: `strict=True` and `strategy="forward-mode"` are not supported together (yet). '
            'Please either set `strict=False` or `strategy="reverse-mode"`.'
        )
    if strategy == "forward-mode" and not vectorize:
        raise NotImplementedError(
            "Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for "
            "`vectorize=True`."
        )
    if vectorize and strict:
        raise TorchRuntimeError(
            f"{name}: `strict=True` and `vectorized=True` are not supported together. "
            "Please either set `strict=False` or `vectorize=False`."
        )


def _jacobian_of(number: int, output: Any, sources: Tensors, *, create_graph: bool, strict: bool) -> Tensors:  # noqa: ANN401
    """The Jacobian of one output with respect to each input, row by row."""
    if not output.numel():
        raise TorchRuntimeError("stack expects a non-empty TensorList")
    rows: list[list[Any]] = [[] for _ in sources]
    for j in range(output.numel()):
        gradients = _gradients((output.reshape(-1)[j],), sources, create_graph=create_graph, keep=True)
        for k, (g, source) in enumerate(zip(gradients, sources, strict=True)):
            rows[k].append(row_or_zeros(g, source, number, k, create_graph=create_graph, strict=strict))
    shapes = [(*output.shape, *source.shape) for source in sources]
    return tuple(stack(parts, dim=0).view(shape) for parts, shape in zip(rows, shapes, strict=True))


def hessian(
    func: Function,
    inputs: Any,  # noqa: ANN401 - a tensor or a tuple of them
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:  # noqa: ANN401 - a tensor, or tuples of tuples of them, by input and by input
    """The Hessian of `func`, which returns one element. Raises PyTorch's TypeError and RuntimeError."""
    several, _ = sequence_of_tensors(inputs, "inputs", "hessian")
    if outer_jacobian_strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError('Expected strategy to be either "forward-mode" or "reverse-mode".')

    def single(*sources: Any) -> Any:  # noqa: ANN401 - tensors
        several_out, outputs = sequence_of_tensors(func(*sources), _OUTPUTS, "hessian")
        check_dependence(outputs, "outputs", strict=strict)
        check_one_element(outputs, "hessian", several=several_out)
        return outputs[0].squeeze()

    def slope(*sources: Any) -> Tensors:  # noqa: ANN401
        if outer_jacobian_strategy == "forward-mode":
            sources = tuple(t.requires_grad_() for t in sources)
        found: Tensors = jacobian(single, sources, create_graph=True)
        check_dependence(found, "jacobian", strict=strict)
        return found

    found = jacobian(slope, inputs, create_graph, strict, vectorize, outer_jacobian_strategy)
    return found if several else found[0]


def vjp(
    func: Function,
    inputs: Any,  # noqa: ANN401 - a tensor or a tuple of them
    v: Any = None,  # noqa: ANN401
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """`func(*inputs)`, and `v` times the Jacobian; `v` may be left out if there is one output element."""
    with enable_grad():
        several_in, given = sequence_of_tensors(inputs, "inputs", "vjp")
        sources = _sources(given, create_graph=create_graph)
        several_out, outputs = sequence_of_tensors(func(*sources), _OUTPUTS, "vjp")
        check_dependence(outputs, "outputs", strict=strict)
        seeds = vectors(v, outputs, "vjp", several=several_out, missing=NO_VECTOR_FOR_OUTPUT)
        if seeds is not None:
            seeds = _sources(seeds, create_graph=create_graph, needed=False)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = filled_in(
            _gradients(outputs, sources, seeds, create_graph=create_graph),
            sources,
            "back",
            strict=strict,
            create_graph=create_graph,
        )
    return _both(outputs, found, (several_out, several_in), create_graph=create_graph)


def jvp(
    func: Function,
    inputs: Any,  # noqa: ANN401 - a tensor or a tuple of them
    v: Any = None,  # noqa: ANN401
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """`func(*inputs)`, and the Jacobian times `v`; `v` may be left out if there is one input element."""
    with enable_grad():
        several_in, given = sequence_of_tensors(inputs, "inputs", "jvp")
        sources = _sources(given, create_graph=create_graph)
        direction = _direction(v, sources, "jvp", several=several_in, create_graph=create_graph)
        several_out, outputs = sequence_of_tensors(func(*sources), _OUTPUTS, "jvp")
        check_dependence(outputs, "outputs", strict=strict)
        seeds = tuple(zeros_like(output, requires_grad=True) for output in outputs)
        pulled = _gradients(outputs, sources, seeds, create_graph=True)
        check_dependence(pulled, "grad_inputs", strict=strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = filled_in(
            _gradients(pulled, seeds, direction, create_graph=create_graph),
            outputs,
            "back_trick",
            strict=strict,
            create_graph=create_graph,
        )
    return _both(outputs, found, (several_out, several_out), create_graph=create_graph)


def vhp(
    func: Function,
    inputs: Any,  # noqa: ANN401 - a tensor or a tuple of them
    v: Any = None,  # noqa: ANN401
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """`func(*inputs)`, one element, and `v` times its Hessian."""
    with enable_grad():
        several_in, sources, direction, outputs, slope = _slope(
            "vhp", func, inputs, v, create_graph=create_graph, strict=strict
        )
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = filled_in(
            _gradients(slope, sources, direction, create_graph=create_graph),
            sources,
            "double_back",
            strict=strict,
            create_graph=create_graph,
        )
    return _both(outputs, found, (False, several_in), create_graph=create_graph)


def hvp(
    func: Function,
    inputs: Any,  # noqa: ANN401 - a tensor or a tuple of them
    v: Any = None,  # noqa: ANN401
    create_graph: bool = False,
    strict: bool = False,
) -> tuple[Any, Any]:
    """`func(*inputs)`, one element, and its Hessian times `v`."""
    with enable_grad():
        several_in, sources, direction, outputs, slope = _slope(
            "hvp", func, inputs, v, create_graph=create_graph, strict=strict
        )
        seeds = tuple(zeros_like(source, requires_grad=True) for source in sources)
        pulled = _gradients(slope, sources, seeds, create_graph=True)
        check_dependence(slope, "hessian", strict=strict)
    with set_grad_enabled(create_graph or is_grad_enabled()):
        found = filled_in(
            _gradients(pulled, seeds, direction, create_graph=create_graph),
            sources,
            "double_back_trick",
            strict=strict,
            create_graph=create_graph,
        )
    return _both(outputs, found, (False, several_in), create_graph=create_graph)


def _slope(
    name: str,
    func: Function,
    inputs: Any,  # noqa: ANN401
    v: Any,  # noqa: ANN401
    *,
    create_graph: bool,
    strict: bool,
) -> tuple[bool, Tensors, Tensors | None, Tensors, Tensors]:
    """Whether the inputs are a tuple, the inputs, the vector, the output, and its differentiable gradient."""
    several_in, given = sequence_of_tensors(inputs, "inputs", name)
    sources = _sources(given, create_graph=create_graph)
    direction = _direction(v, sources, name, several=several_in, create_graph=create_graph)
    several_out, outputs = sequence_of_tensors(func(*sources), _OUTPUTS, name)
    check_dependence(outputs, "outputs", strict=strict)
    check_one_element(outputs, name, several=several_out)
    slope = _gradients(outputs, sources, create_graph=True)
    check_dependence(slope, "jacobian", strict=strict)
    return several_in, sources, direction, outputs, slope


def _direction(v: Any, sources: Tensors, name: str, *, several: bool, create_graph: bool) -> Tensors | None:  # noqa: ANN401
    found = vectors(v, sources, name, several=several, missing=NO_VECTOR_FOR_INPUT)
    return found if found is None else _sources(found, create_graph=create_graph, needed=False)


def _sources(given: Sequence[Any], *, create_graph: bool, needed: bool = True) -> Tensors:
    """New tensors of the same memory: what the function captures by itself is not what it was given."""
    return tuple(t.view_as(t) if create_graph and t.requires_grad else t.detach().requires_grad_(needed) for t in given)


def _gradients(
    outputs: Tensors, sources: Tensors, seeds: Tensors | None = None, *, create_graph: bool, keep: bool | None = None
) -> tuple[Any, ...]:
    """The gradients of those outputs that have any; None where there is none."""
    pairs = [
        (output, seed)
        for output, seed in zip(outputs, seeds or (None,) * len(outputs), strict=True)
        if isinstance(output, TensorBase) and output.requires_grad  # type: ignore[attr-defined] # a Tensor
    ]
    if not pairs:
        return (None,) * len(sources)
    results, given = zip(*pairs, strict=True)
    return grad(results, sources, given, retain_graph=keep, create_graph=create_graph, allow_unused=True)


def _finished(found: Tensors, *, create_graph: bool) -> Tensors:
    """Results without a history nobody asked for."""
    return found if create_graph else tuple(t.detach() for t in found)


def _unpacked(found: Tensors, several: bool) -> Any:  # noqa: ANN401 - the only one of a tuple nobody asked for
    return found if several else found[0]


def _both(outputs: Tensors, found: Tensors, several: tuple[bool, bool], *, create_graph: bool) -> tuple[Any, Any]:
    return (
        _unpacked(_finished(outputs, create_graph=create_graph), several[0]),
        _unpacked(_finished(found, create_graph=create_graph), several[1]),
    )
