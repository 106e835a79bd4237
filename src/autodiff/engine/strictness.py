"""What `torch.autograd.functional` accepts, and what its strict mode refuses, in PyTorch's words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from autodiff.engine.core import TensorBase
from autodiff.engine.create import zeros_like
from autodiff.errors import TorchRuntimeError, TorchTypeError

__all__ = [
    "NO_VECTOR_FOR_INPUT",
    "NO_VECTOR_FOR_OUTPUT",
    "check_dependence",
    "check_one_element",
    "filled_in",
    "row_or_zeros",
    "sequence_of_tensors",
    "vectors",
]

NO_VECTOR_FOR_OUTPUT: Final = (
    "The vector v can only be None if the user-provided function returns a single Tensor with a single element."
)
NO_VECTOR_FOR_INPUT: Final = (
    "The vector v can only be None if the input to the user-provided function is a single Tensor with a single element."
)
_REFUSED: Final = " This is not allowed in strict mode"

_INDEPENDENT: Final[Mapping[str, str]] = {
    "outputs": "Output {} of the user-provided function does not require gradients. The outputs must be computed in a "
    "differentiable manner from the input when running in strict mode.",
    "grad_inputs": "The gradient with respect to input {} is independent of the inputs of the user-provided function."
    + _REFUSED
    + ".",
    "jacobian": "While computing the hessian, found that the jacobian of the user-provided function with respect to "
    "input {} is independent of the input." + _REFUSED + ". You should ensure that your function is twice "
    "differentiable and that the jacobian depends on the inputs (this would be violated by a linear function for "
    "example).",
    "hessian": "The hessian of the user-provided function with respect to input {} is independent of the input."
    + _REFUSED
    + ". You should ensure that your function is thrice differentiable and that the hessian depends on the inputs.",
}
_MISSING: Final[Mapping[str, str]] = {
    "back": "The output of the user-provided function is independent of input {}." + _REFUSED + ".",
    "back_trick": "The gradient with respect to the input is independent of entry {} in the grad_outputs when using "
    "the double backward trick to compute forward mode gradients." + _REFUSED + ".",
    "double_back": "The jacobian of the user-provided function is independent of input {}." + _REFUSED + ".",
    "double_back_trick": "The hessian of the user-provided function is independent of entry {} in the grad_jacobian."
    + _REFUSED
    + " as it prevents from using the double backward trick to replace forward mode AD.",
}


def sequence_of_tensors(value: Any, what: str, name: str) -> tuple[bool, tuple[Any, ...]]:  # noqa: ANN401
    """Whether `value` is a tuple, and its tensors. Raises PyTorch's TypeError for anything else."""
    several = isinstance(value, tuple)
    found = value if several else (value,)
    for k, element in enumerate(found):
        if not isinstance(element, TensorBase):
            where = f"value at index {k}" if several else f"given {what}"
            raise TorchTypeError(
                f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the {where} has type "
                f"{type(element)}."
            )
    return several, found


def vectors(v: Any, others: Sequence[Any], name: str, *, several: bool, missing: str) -> tuple[Any, ...] | None:  # noqa: ANN401
    """The vector of a product, which has the shapes of `others`; None stands for the number 1."""
    if v is None:
        if len(others) != 1 or others[0].numel() != 1:
            raise TorchRuntimeError(missing)
        return None
    _, given = sequence_of_tensors(v, "v", name)
    if len(given) != len(others):
        if several:
            raise TorchRuntimeError(f"v is a tuple of invalid length: should be {len(others)} but got {len(given)}.")
        raise TorchRuntimeError("The given v should contain a single Tensor.")
    for k, (own, other) in enumerate(zip(given, others, strict=True)):
        if own.shape != other.shape:
            entry = f"Entry {k} in " if several else ""
            raise TorchRuntimeError(f"{entry}v has invalid size: should be {other.shape} but got {own.shape}.")
    return given


def check_one_element(outputs: Sequence[Any], name: str, *, several: bool) -> None:
    """Raise RuntimeError unless the function returned one tensor of one element."""
    if several:
        raise TorchRuntimeError(f"The function given to {name} should return a single Tensor")
    if outputs[0].numel() != 1:
        raise TorchRuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")


def check_dependence(tensors: Any, stage: str, *, strict: bool) -> None:  # noqa: ANN401 - a tensor or a tuple of them
    """In strict mode, raise RuntimeError for the first that does not depend on an input."""
    if not strict:
        return
    for k, t in enumerate(tensors if isinstance(tensors, tuple) else (tensors,)):
        if t is None:
            raise TorchRuntimeError(_MISSING["back"].format(k))
        if not t.requires_grad:
            raise TorchRuntimeError(_INDEPENDENT[stage].format(k))


def filled_in(
    gradients: Sequence[Any], like: Sequence[Any], stage: str, *, strict: bool, create_graph: bool
) -> tuple[Any, ...]:
    """The gradients, with zeros where there is none; in strict mode RuntimeError instead."""
    found = []
    for k, (g, own) in enumerate(zip(gradients, like, strict=True)):
        if g is None and strict:
            raise TorchRuntimeError(_MISSING[stage].format(k))
        if g is not None and strict and create_graph and not g.requires_grad:
            what = "hessian" if "double" in stage else "jacobian"
            raise TorchRuntimeError(_no_graph(what, k))
        found.append(zeros_like(own) if g is None else g)
    return tuple(found)


def row_or_zeros(g: Any, source: Any, output: int, number: int, *, create_graph: bool, strict: bool) -> Any:  # noqa: ANN401
    """A row of a Jacobian, zeros if there is none; in strict mode RuntimeError instead."""
    if g is None:
        if strict:
            raise TorchRuntimeError(
                f"Output {output} of the user-provided function is independent of input {number}.{_REFUSED}."
            )
        return zeros_like(source)
    if strict and create_graph and not g.requires_grad:
        raise TorchRuntimeError(_no_graph("jacobian", output))
    return g


def _no_graph(what: str, number: int) -> str:
    return (
        f"The {what} of the user-provided function is independent of input {number}.{_REFUSED} when create_graph=True."
    )
