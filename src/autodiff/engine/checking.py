"""`gradcheck` and `gradgradcheck`: what backward computes, compared with differences of values.

The numerical Jacobian is (f(x + eps) - f(x - eps)) / (2 eps), entry by entry, computed in the dtypes of the inputs.
Of a complex output the imaginary part is checked first, then the real part.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from autodiff.dtypes import complex128, float64, promote_types
from autodiff.engine.convert import allclose
from autodiff.engine.core import TensorBase
from autodiff.engine.create import zeros, zeros_like
from autodiff.engine.differences import numerical_jacobian
from autodiff.engine.forward_checking import forward_jacobian
from autodiff.engine.functional import grad
from autodiff.engine.random import uniform
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError, TorchValueError
from autodiff.ops.complex import imag, real
from autodiff.ops.joining import stack
from autodiff.ops.reduction import any_all

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]

Function = Callable[..., Any]
Tensors = tuple[Any, ...]


class GradcheckError(TorchRuntimeError):  # type: ignore[misc, valid-type] # a class made by a function
    """Backward and the differences of values disagree."""

    __module__ = "torch.autograd.gradcheck"


def gradcheck(
    func: Function,
    inputs: Any,  # noqa: ANN401 - a tensor or a sequence of arguments
    *,
    eps: float = 1e-06,
    atol: float = 1e-05,
    rtol: float = 0.001,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,  # noqa: ARG001 - an undefined gradient is one of zeros here, always checked
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,  # noqa: ARG001 - batches are walked one by one, by the walk that is checked
    check_batched_forward_grad: bool = False,  # noqa: ARG001 - as above
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,  # noqa: ARG001 - every entry is compared, always
    masked: bool | None = None,  # noqa: ARG001 - for sparse tensors
) -> bool:
    """Whether the gradients of `func` at `inputs` (and its tangents) agree with differences of its values.

    Raises GradcheckError where they do not, or returns False without `raise_exception`; ValueError if no input
    requires a gradient. `eps` is the step; entries a and n agree if |a - n| <= atol + rtol * |n|.
    """
    if not (check_backward_ad or check_forward_ad):
        raise AssertionError("Expected at least one of check_forward_ad or check_backward_ad to be True")
    given = _tuple(inputs)
    try:
        _check_inputs(given)
        if check_backward_ad:
            _check(func, given, (eps, atol, rtol), nondet_tol=nondet_tol, dtypes=check_grad_dtypes)
        if check_forward_ad:
            _check_forward(func, given, (eps, atol, rtol))
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Function,
    inputs: Any,  # noqa: ANN401 - a tensor or a sequence of arguments
    grad_outputs: Any = None,  # noqa: ANN401 - a tensor or a sequence of them
    *,
    gen_non_contig_grad_outputs: bool = False,  # noqa: ARG001 - the layout of memory changes no value
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    **options: Any,  # noqa: ANN401 - those of gradcheck
) -> bool:
    """Whether the gradients of the gradients of `func` at `inputs` agree with differences of the gradients.

    `grad_outputs` are the seeds; without them they are random numbers between -1 and 1. Raises as `gradcheck` does.
    """
    if check_fwd_over_rev or not check_rev_over_rev:
        raise TorchNotImplementedError("gradgradcheck compares backward only: check_fwd_over_rev is not supported")
    given = _tuple(inputs)
    seeds = _random_seeds(func, given) if grad_outputs is None else _tuple(grad_outputs)
    wanted = [k for k, t in enumerate(given) if _requires_grad(t)]

    def gradients(*args: Any) -> Tensors:  # noqa: ANN401 - inputs, then seeds
        sources, own = args[: -len(seeds)], args[-len(seeds) :]
        outputs = _differentiable(func(*sources))
        targets = [sources[k] for k in wanted]
        found = grad(outputs, targets, own, create_graph=True, allow_unused=True)
        return tuple(g for g in found if g is not None)

    return gradcheck(gradients, (*given, *seeds), **options)


def _random_seeds(func: Function, given: Tensors) -> Tensors:
    outputs = _differentiable(func(*given))
    return tuple(uniform(tuple(t.shape), -1, 1, t.dtype).requires_grad_() for t in outputs)


def _tuple(value: Any) -> Tensors:  # noqa: ANN401
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _requires_grad(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, TensorBase) and value.requires_grad  # type: ignore[attr-defined] # a Tensor


def _differentiable(outputs: Any) -> Tensors:  # noqa: ANN401
    return tuple(t for t in _tuple(outputs) if t.requires_grad)


# ------------------------------------------------------------------ the check


def _check(
    func: Function, inputs: Tensors, tolerances: tuple[float, float, float], *, nondet_tol: float, dtypes: bool
) -> None:
    results = _tuple(func(*inputs))
    outputs = _differentiable(results)
    complex_outputs = [k for k, t in enumerate(outputs) if t.is_complex()]
    parts = ((imag, "imaginary"), (real, "real")) if any(t.is_complex() for t in results) else ((None, ""),)
    for part, name in parts:

        def one(*args: Any, part: Any = part) -> Tensors:  # noqa: ANN401 - the outputs' parts
            found = _tuple(func(*args))
            return found if part is None else tuple(part(t) if t.is_complex() else t for t in found)

        prefixes = {
            k: f"While considering the {name} part of complex outputs only, "
            for k in complex_outputs
            if part is not None
        }
        _compare(one, inputs, tolerances, prefixes, nondet_tol=nondet_tol, dtypes=dtypes)
    _check_linear_in_seeds(outputs, inputs)


def _check_forward(func: Function, inputs: Tensors, tolerances: tuple[float, float, float]) -> None:
    """Compare forward mode with differences. Raises GradcheckError, or NotImplementedError for complex inputs."""
    if any(_requires_grad(t) and t.is_complex() for t in inputs):
        raise TorchNotImplementedError("gradcheck compares forward mode for real inputs only")
    eps, atol, rtol = tolerances
    results = _tuple(func(*inputs))
    numerical = [numerical_jacobian(func, inputs, k, eps, results) for k, t in enumerate(inputs) if _requires_grad(t)]
    outputs = [k for k, t in enumerate(results) if t.requires_grad]
    analytical = forward_jacobian(func, inputs) if outputs else []
    for i, k in enumerate(outputs):
        for j, row in enumerate(analytical):
            start = f"Jacobian computed with forward mode mismatch for output {i} "
            _agree(row[i], numerical[j][k], atol, rtol, f"{start}with respect to input {j}")


def _agree(a: Any, n: Any, atol: float, rtol: float, where: str) -> None:  # noqa: ANN401 - tensors
    """Raise GradcheckError, which says `where`, if two Jacobians differ."""
    common = promote_types(a.dtype, n.dtype)
    if not allclose(a.to(common), n.to(common), rtol, atol):
        raise GradcheckError(f"{where},\nnumerical:{n}\nanalytical:{a}\n")


def _check_inputs(inputs: Tensors) -> None:
    """Warn of inputs of low precision. Raises ValueError if none requires a gradient."""
    for k, t in enumerate(inputs):
        if not _requires_grad(t):
            continue
        if t.dtype not in (float64, complex128):
            warnings.warn(
                f"Input #{k} requires gradient and is not a double precision floating point or complex. This check "
                "will likely fail if all the inputs are not of double precision floating point or complex. ",
                UserWarning,
                stacklevel=4,
            )
        if any(step == 0 and length > 1 for step, length in zip(t.stride(), t.shape, strict=True)):
            raise TorchRuntimeError(
                f"The {k}th input has a dimension with stride 0. gradcheck only supports inputs that are "
                "non-overlapping to be able to compute the numerical gradients correctly. You should call .contiguous "
                "on the input before passing it to gradcheck."
            )
    if not any(map(_requires_grad, inputs)):
        raise TorchValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )


def _compare(
    func: Function,
    inputs: Tensors,
    tolerances: tuple[float, float, float],
    prefixes: dict[int, str],
    *,
    nondet_tol: float,
    dtypes: bool,
) -> None:
    """Compare the two Jacobians of every output that has a gradient. Raises GradcheckError."""
    eps, atol, rtol = tolerances
    results = _tuple(func(*inputs))
    numerical = [numerical_jacobian(func, inputs, k, eps, results) for k, t in enumerate(inputs) if _requires_grad(t)]
    outputs = [k for k, t in enumerate(results) if t.requires_grad]
    if not outputs:
        if any(bool((block != 0).any()) for blocks in numerical for block in blocks):
            raise GradcheckError("Numerical gradient for function expected to be zero")
        return
    for i, k in enumerate(outputs):
        analytical = _analytical(results[k], inputs, nondet_tol=nondet_tol, dtypes=dtypes)
        for j, a in enumerate(analytical):
            start = f"{prefixes.get(i, '')}Jacobian mismatch for output {i} "
            _agree(a, numerical[j][k], atol, rtol, f"{start}with respect to input {j}")


# ------------------------------------------------------------------ the Jacobian by backward


def _analytical(output: Any, inputs: Tensors, *, nondet_tol: float, dtypes: bool) -> list[Any]:  # noqa: ANN401
    """The Jacobian of one output with respect to each input, by backward; walked twice, since it must repeat itself."""
    sources = [t for t in inputs if _requires_grad(t)]
    first, second = (_rows(output, sources) for _ in range(2))
    if dtypes and any(
        g is not None and g.dtype is not t.dtype for row in first for g, t in zip(row, sources, strict=True)
    ):
        raise GradcheckError("Gradient has dtype mismatch")
    found, again = ([_block(rows, k, t) for k, t in enumerate(sources)] for rows in (first, second))
    for a, b in zip(found, again, strict=True):
        if a.numel() and (a - b).abs().max().item() > nondet_tol:
            raise GradcheckError(
                "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times "
                "gives different values, although analytical gradient matches numerical gradient."
                f"The tolerance for nondeterminism was {nondet_tol}."
            )
    return found


def _rows(output: Any, sources: Sequence[Any]) -> list[tuple[Any, ...]]:  # noqa: ANN401 - a tensor
    """The gradients of each element of the output."""
    found = []
    for j in range(output.numel()):
        seed = zeros_like(output.detach().reshape(-1))
        seed[j] = 1
        seed = seed.reshape(output.shape)
        found.append(grad(output, sources, seed, retain_graph=True, allow_unused=True))
    return found


def _block(rows: Sequence[tuple[Any, ...]], number: int, source: Any) -> Any:  # noqa: ANN401 - tensors
    """The gradients with respect to one source, as the columns of a matrix."""
    columns = [zeros_like(source) if row[number] is None else row[number] for row in rows]
    if not columns:
        return zeros(source.numel(), 0, dtype=source.dtype)
    return stack([column.detach().reshape(-1) for column in columns], dim=1)


def _check_linear_in_seeds(outputs: Tensors, inputs: Tensors) -> None:
    """A backward from zeros must give zeros. Raises GradcheckError."""
    if not outputs:
        return
    sources = [t for t in inputs if _requires_grad(t)]
    for g in grad(outputs, sources, [zeros_like(t) for t in outputs], retain_graph=True, allow_unused=True):
        if g is not None and any_all(g).item():
            raise GradcheckError("backward not multiplied by grad_output")
