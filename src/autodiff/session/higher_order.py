"""Higher derivatives of an output that has been evaluated: `--order`, `--jacobian`, `--hessian`.

They are taken from the graph that is there, so that options such as `--detach` have had their say. Where no path
leads to an input the derivative is zero, as in `torch.autograd.functional`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import product
from typing import Any, Final, NamedTuple

from autodiff.dtypes import promote_types
from autodiff.engine import Tensor, grad, zeros_like
from autodiff.engine.display import element_texts
from autodiff.engine.messages import NO_GRAD
from autodiff.engine.strictness import check_one_element, sequence_of_tensors
from autodiff.errors import Deliberate, TooLarge, TorchRuntimeError, TorchTypeError
from autodiff.language import Program
from autodiff.session.facts import facts_of
from autodiff.session.published import hinted
from autodiff.session.report import Facts, Matrix
from autodiff.session.scenario import Scenario, UsageProblem

__all__ = ["Output", "check", "derivatives", "matrices"]

_MOST_CELLS: Final = 1_000_000
"""Of a matrix: 1 000 inputs have a Hessian of as many, and each row is a walk through the graph."""
_OUTPUTS: Final = "outputs of the user-provided function"


class Output(NamedTuple):
    """What is differentiated: a value under its name, and by what: leaves that require a gradient, by name."""

    name: str
    value: Any
    program: Program
    sources: Mapping[str, Any]


def check(scenario: Scenario, output: Output) -> None:
    """Raise what can be known before anything is differentiated: UsageProblem, or PyTorch's errors."""
    name = output.name
    if not output.sources:
        raise TorchRuntimeError(NO_GRAD)
    if scenario.gradient is not None and not isinstance(output.value, Tensor):
        raise UsageProblem(f"--gradient goes with one tensor, and {name} is none", "leave --gradient out")
    if scenario.jacobian:
        _check_size("jacobian", _values("jacobian", output), output.sources)
    if scenario.hessian:
        value = _values("hessian", output)
        try:
            check_one_element(value, "hessian", several=not isinstance(output.value, Tensor))
        except Deliberate as error:
            one = f"sum it, {name}.sum()," if isinstance(output.value, Tensor) else f"take one, {name}[0],"
            raise hinted(error, f"{one} or ask for --jacobian") from None
        _check_size("hessian", output.sources.values(), output.sources)


def _values(kind: str, output: Output) -> Sequence[Any]:
    """The tensors that are differentiated. Raises PyTorch's TypeError for anything else."""
    try:
        return sequence_of_tensors(_tupled(output.value), _OUTPUTS, kind)[1]
    except Deliberate as error:
        other = next(name for name, value in _outputs(output) if not isinstance(value, Tensor))
        raise hinted(error, f"{other} is no tensor, and has no derivatives") from None


def _tupled(value: Any) -> Any:  # noqa: ANN401 - any value of the language
    """The language's lists are meant as the tuples a Python function would return."""
    return tuple(value) if isinstance(value, list) else value


def _check_size(kind: str, rows: Iterable[Any], sources: Mapping[str, Any]) -> None:
    height, width = (sum(t.numel() for t in tensors) for tensors in (rows, sources.values()))
    if height * width > _MOST_CELLS:
        raise hinted(
            TooLarge(f"the {kind} would have {height} rows and {width} columns, more than {_MOST_CELLS} elements"),
            "leave inputs out with --wrt, or differentiate fewer elements",
        )


# ------------------------------------------------------------------ derivatives in turn


def derivatives(output: Output, order: int, gradient: Any = None) -> Iterator[tuple[str, Facts]]:  # noqa: ANN401
    """The derivatives by each input, first to last, each with its label: `dout/dx`, `d2out/dx2`.

    Each is `grad(previous.sum(), x, create_graph=True)`, the first `grad(out, x, gradient, create_graph=True)`.
    """
    for name, value in _outputs(output):
        if not isinstance(value, Tensor):
            raise hinted(
                TorchTypeError(f"'{type(value).__name__}' object is not iterable"),
                f"{name} is no tensor, and has no derivatives",
            )
        for source, leaf in output.sources.items():
            found = _derivative(value, leaf, gradient)
            yield f"d{name}/d{source}", facts_of(found)
            for k in range(2, order + 1):
                total = found.sum() if found.shape else found  # of a number, a view would cost the import of NumPy
                found = _derivative(total, leaf) if total.requires_grad else zeros_like(leaf)
                yield f"d{k}{name}/d{source}{k}", facts_of(found)


def _derivative(value: Any, leaf: Any, seed: Any = None) -> Any:  # noqa: ANN401 - tensors
    (found,) = grad(value, leaf, seed, create_graph=True, allow_unused=True)
    return zeros_like(leaf) if found is None else found


# ------------------------------------------------------------------ matrices


def matrices(output: Output, scenario: Scenario) -> Iterator[tuple[str, Matrix]]:
    """The matrices that are asked for, by name."""
    if scenario.jacobian:
        yield "jacobian", _matrix(_outputs(output), output.sources)
    if scenario.hessian:
        yield "hessian", _matrix(_slopes(output), output.sources)


def _slopes(output: Output) -> list[tuple[str, Any]]:
    """The first derivative by each input, as something to differentiate again."""
    leaves = list(output.sources.values())
    value = output.value
    if not value.requires_grad:
        return [(name, zeros_like(leaf)) for name, leaf in output.sources.items()]
    found = grad(value, leaves, create_graph=True, allow_unused=True)
    return [
        (name, zeros_like(leaf) if slope is None else slope)
        for (name, leaf), slope in zip(output.sources.items(), found, strict=True)
    ]


def _matrix(rows: Sequence[tuple[str, Any]], sources: Mapping[str, Any]) -> Matrix:
    """The derivatives of each element of `rows` by each element of the inputs."""
    leaves = list(sources.values())
    values = [row for _, value in rows for row in _rows(value, leaves)]
    columns = [label for name, leaf in sources.items() for label in _labels(name, leaf)]
    kind = reduce(promote_types, [leaf.dtype for leaf in leaves])
    texts = iter(element_texts([number for row in values for number in row], kind))
    return Matrix(
        tuple(label for name, value in rows for label in _labels(name, value)),
        tuple(columns),
        tuple(values),
        kind.name,
        tuple(tuple(next(texts) for _ in columns) for _ in values),
    )


def _rows(value: Any, leaves: list[Any]) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - tensors
    """For each element of `value` its derivatives by all elements of the leaves."""
    if not value.numel():
        raise hinted(TorchRuntimeError("stack expects a non-empty TensorList"), "there is no element to differentiate")
    elements = value.reshape(-1) if value.shape else [value]  # as above
    for k in range(value.numel()):
        slopes: Sequence[Any] = [None] * len(leaves)
        if value.requires_grad:
            slopes = grad(elements[k], leaves, retain_graph=True, allow_unused=True)
        parts = [zeros_like(leaf) if g is None else g for g, leaf in zip(slopes, leaves, strict=True)]
        yield tuple(number for part in parts for number in _numbers(part))


def _numbers(tensor: Any) -> list[Any]:  # noqa: ANN401 - a Tensor
    """Its elements in order."""
    if not tensor.shape:
        return [tensor.item()]
    found: list[Any] = tensor.tolist()
    for _ in tensor.shape[1:]:
        found = [number for part in found for number in part]
    return found


# ------------------------------------------------------------------ names


def _outputs(output: Output) -> list[tuple[str, Any]]:
    """The output under its name, or the elements of a list: under theirs where they are names, else `out[0]`."""
    value, name = output.value, output.name
    if not isinstance(value, list | tuple):
        return [(name, value)]
    instructions = output.program.instructions
    written = instructions[instructions[-1].operands[-1]]
    parts = [instructions[k] for k in written.operands] if written.kind in {"list", "tuple"} else []
    named = [str(part.payload) if part.kind == "name" else None for part in parts]
    if len(named) != len(value):
        named = [None] * len(value)
    return [(own or f"{name}[{k}]", element) for k, (own, element) in enumerate(zip(named, value, strict=True))]


def _labels(name: str, tensor: Any) -> list[str]:  # noqa: ANN401 - a Tensor
    """A name for each element: `x`, `x[0]`, `A[0,1]`; without spaces, which separate columns."""
    if not tensor.shape:
        return [name]
    return [f"{name}[{','.join(map(str, index))}]" for index in product(*map(range, tensor.shape))]
