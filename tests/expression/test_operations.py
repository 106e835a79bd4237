"""Every operation of numbers in the table: its derivative, written down, is the one that backward finds."""

from typing import Any, Final

import pytest

import autodiff as torch
from autodiff.errors import Deliberate
from autodiff.expression import write
from autodiff.ops.op import Composite, Elementwise, Op
from autodiff.ops.table import all_operations
from autodiff.session.bind import value_of
from autodiff.session.diff.derivatives import Wanted, derived
from autodiff.session.scenario import Located

UNWRITTEN: Final = {
    "complex", "polar", "rrelu", "atleast_1d", "atleast_2d", "atleast_3d", "heaviside", "floor_divide", "zeta",
    "dropout", "to", "type", "type_as",
}  # fmt: skip
"""Operations on numbers that have no derivative in writing: complex numbers, chance, changes of shape or dtype."""


def _called(op: Op, sample: tuple[Any, ...]) -> tuple[str, dict[str, float]]:
    """A call of the operation with names for its numbers, and their values."""
    values: dict[str, float] = {}
    arguments = []
    for parameter, value in zip(op.signature, sample, strict=False):
        text = repr(value)
        if parameter.kind in ("Tensor", "Operand") and isinstance(value, float):
            text = "xyzw"[len(values)]
            values[text] = value
        arguments.append(f"{parameter.name}={text}" if parameter.keyword_only else text)
    return f"{_spelled(op)}({', '.join(arguments)})", values


def _spelled(op: Op) -> str:
    """Where the language finds it; `special_round` is `round` in torch.special (see `Op`)."""
    if op.name.startswith("special_"):
        return f"torch.special.{op.name.removeprefix('special_')}"
    return op.name if op.places & {"function", "functional", "language"} else f"torch.special.{op.name}"


def calls() -> list[tuple[str, dict[str, float]]]:
    """Calls of every differentiable operation that takes numbers as they are, with the values of their names."""
    found = {}
    for op in all_operations():
        kinds = {parameter.kind for parameter in op.signature}
        if not op.public or not isinstance(op, (Elementwise, Composite)) or kinds & {"Tensors", "Variadic"}:
            continue
        if not (op.derivatives or isinstance(op, Composite)) or op.places == {"method"} or op.name in UNWRITTEN:
            continue
        for sample in op.samples:
            text, values = _called(op, sample)
            if values and not any(isinstance(value, list) for value in sample):
                found[text, tuple(values.items())] = (text, values)
    return list(found.values())


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize(("text", "values"), [pytest.param(*call, id=call[0]) for call in calls()])
def test_the_written_derivative_is_that_of_backward(text: str, values: dict[str, float]) -> None:
    """In float64, within 1e-9, at the operation's own samples."""
    leaves = {n: torch.tensor(v, dtype=torch.float64, requires_grad=True) for n, v in values.items()}
    try:
        value_of(text, leaves).backward()
    except (Deliberate, AttributeError) as error:  # a call of numbers that the language does not have
        pytest.skip(str(error))
    _, found = derived(Wanted(text, tuple(values)))
    for each in found:
        gradient = leaves[each.names[0]].grad
        expected = 0.0 if gradient is None else float(gradient)
        value = value_of(write(each.expression), leaves)
        value = value.item() if isinstance(value, torch.Tensor) else value
        assert value == pytest.approx(expected, rel=1e-9, abs=1e-12, nan_ok=True), write(each.expression)


def test_there_are_many() -> None:
    """Most of the table's functions of numbers are among them."""
    assert len({text.partition("(")[0] for text, _ in calls()}) > 100


@pytest.mark.parametrize("name", ["heaviside", "floor_divide"])
def test_what_is_not_written_says_so(name: str) -> None:
    """It is named, not silently zero."""
    with pytest.raises(Located, match=f"the derivative of {name}"):
        derived(Wanted(f"{name}(x, y)"))
