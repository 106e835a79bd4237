"""An expression and its gradients as one program over rows."""

import math
import warnings
from collections.abc import Mapping
from contextvars import copy_context
from typing import Any, Final, NamedTuple

from autodiff import dtypes
from autodiff.dtypes import set_default_dtype
from autodiff.engine import Tensor, grad, tensor
from autodiff.errors import TorchNotImplementedError, TorchTypeError
from autodiff.language import Program as Text
from autodiff.rows.recording import Recorder
from autodiff.rows.steps import Operand, Program
from autodiff.session import UsageProblem
from autodiff.session.bind import value_of
from autodiff.session.evaluate import Evaluation
from autodiff.session.published import hinted

__all__ = ["Derived", "Inputs", "derive"]

_CLOSE: Final = 1e-6


class Inputs(NamedTuple):
    """What the names of an expression stand for.

    `columns` are names of columns, `constants` names with a number each; the gradient is taken by `wrt`. If it was not
    asked for (`insists` says so), it may be that there is none.
    """

    columns: tuple[str, ...]
    constants: tuple[tuple[str, str], ...]
    wrt: tuple[str, ...]
    kind: str = "float64"
    insists: bool = True


class Derived(NamedTuple):
    """The program, and its outputs by name; None for a gradient that is not there.

    `output` is the name of the value that was differentiated.
    """

    program: Program
    outputs: dict[str, Operand | None]
    output: str

    @property
    def present(self) -> dict[str, Operand]:
        """The outputs that are there."""
        return {name: operand for name, operand in self.outputs.items() if operand is not None}


def derive(text: Text, inputs: Inputs) -> Derived:
    """The program of an expression and its gradients. Raises Located and UsageProblem.

    It is checked at another sample row: the engine must give the same values there.
    """
    program = Program(inputs.kind)
    recorder = Recorder(program)
    with warnings.catch_warnings():  # they are about the sample
        warnings.simplefilter("ignore")
        found, output = copy_context().run(_run, text, inputs, _sample(inputs, 1), recorder)
        outputs = {name: None if t is None else recorder.operand(t) for name, t in found.items()}
        derived = Derived(program, outputs, output)
        _check(derived, text, inputs)
    return derived


def _sample(inputs: Inputs, turn: int) -> dict[str, float]:
    """A number between 0.3 and 0.9 for each column: inside the domain of nearly everything."""
    return {name: 0.3 + 0.6 * ((k * 0.618034 + turn * 0.414214) % 1.0) for k, name in enumerate(inputs.columns, 1)}


def _run(text: Text, inputs: Inputs, row: Mapping[str, float], recorder: Recorder | None) -> tuple[dict[str, Any], str]:
    """The values and gradients of one row as tensors, by the names of the outputs, and which was differentiated."""
    kind = getattr(dtypes, inputs.kind)
    set_default_dtype(kind)
    names: dict[str, Any] = {
        name: tensor(number, dtype=kind, requires_grad=name in inputs.wrt) for name, number in row.items()
    }
    if recorder is not None:
        for name, leaf in names.items():
            recorder.know(leaf, recorder.program.column(name))
    for name, value in inputs.constants:
        names[name] = _constant(name, value, kind, wanted=name in inputs.wrt)

    def evaluated() -> tuple[dict[str, Any], str]:
        found, output = _evaluated(text, names)
        if inputs.wrt and (inputs.insists or (isinstance(found[output], Tensor) and found[output].requires_grad)):
            found.update(_gradients(found[output], {name: names[name] for name in inputs.wrt}))
        return found, output

    return evaluated() if recorder is None else recorder.run(evaluated)


def _constant(name: str, text: str, kind: Any, *, wanted: bool) -> Any:  # noqa: ANN401 - a dtype; a tensor
    value = value_of(text)
    value = value.item() if isinstance(value, Tensor) and value.numel() == 1 else value
    if not isinstance(value, (int, float)):
        raise UsageProblem(f"{name} is the same number in all rows, not {text}")
    return tensor(value, dtype=kind, requires_grad=wanted)


def _evaluated(text: Text, names: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The values of a row by the names of the outputs, and the name of the last."""
    evaluation = Evaluation(text, dict(names))
    evaluation.run()
    found: dict[str, Any] = dict(evaluation.assigned)
    output = list(found)[-1] if found else "out"
    if text.instructions[-1].kind == "expression":
        output = "out"
        found.pop("out", None)
        found["out"] = evaluation.result
    if output not in found:
        raise UsageProblem("the expression gives no value", "end with an expression, or assign one to a name")
    for name, value in found.items():
        _refuse(name, value)
    return found, output


def _gradients(result: Any, leaves: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a tensor, or a number
    """The gradient of a value by each leaf, under the name that `eval` gives it."""
    if not isinstance(result, Tensor):
        raise TorchTypeError(f"a value of type {type(result).__name__} has no gradient: no column is in it")
    slopes = grad(result, list(leaves.values()), allow_unused=True)
    return {f"{name}.grad": slope for name, slope in zip(leaves, slopes, strict=True)}


def _shape(value: Any) -> str:  # noqa: ANN401 - a tensor
    return f"a tensor of shape {list(value.shape)}" if value.shape else "a complex number"


def _refuse(name: str, value: Any) -> None:  # noqa: ANN401 - any value of the language
    """Raise TypeError for what is not one real number."""
    if isinstance(value, Tensor) and not value.shape and not value.dtype.is_complex:
        return
    if isinstance(value, Tensor) or not isinstance(value, (bool, int, float)):
        said = _shape(value) if isinstance(value, Tensor) else f"a {type(value).__name__}"
        error = TorchTypeError(f"{name} is {said}, and each row gives one real number")
        raise hinted(error, "write one expression for each number: p = ...; q = ...")


# ------------------------------------------------------------------ the check


def _check(derived: Derived, text: Text, inputs: Inputs) -> None:
    """Raise NotImplementedError unless the program gives what the engine gives for another row.

    It does not where a value leaves the tensors, as in `x.item()`, and where numbers are random.
    """
    from autodiff.rows.kernel import Kernel

    row = _sample(inputs, 2)
    found, _ = copy_context().run(_run, text, inputs, row, None)
    values = Kernel(derived.program, list(derived.present.values())).of_row(row)
    close = _CLOSE if inputs.kind == "float64" else 1e-2
    numbers = {name: float(t.item() if isinstance(t, Tensor) else t) for name, t in found.items() if t is not None}
    size = max(1.0, *(abs(number) for number in numbers.values() if math.isfinite(number)), 0.0)
    for name, value in zip(derived.present, values, strict=True):
        if not _agree(float(value), numbers[name], close, size):
            error = TorchNotImplementedError(f"{name} is not a function of the row alone")
            raise hinted(error, "leave out random numbers, .item() and .tolist()")


def _agree(a: float, b: float, close: float, size: float) -> bool:
    """Whether two numbers are the same but for rounding, also where most of them cancelled."""
    return a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= close * (max(abs(a), abs(b)) + size / 1000)
