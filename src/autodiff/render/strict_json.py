"""Reports as strict JSON: no NaN literal, and the shortest digits that give each value back."""

from collections.abc import Iterable, Mapping
from json import dumps
from typing import Any

from autodiff.render.digits import digits
from autodiff.session.report import Derivative, Differentiation, Facts, Failure, Matrix, Operation, Report

__all__ = ["SCHEMA", "derivatives", "failure_text", "json", "object_text", "operations", "tensor_text"]

SCHEMA = "autodiff/1"


def json(report: Report) -> str:
    """The report as one object on one line; what is of higher order is there if it was asked for."""
    members = {
        "schema": dumps(SCHEMA),
        "expression": dumps(report.expression),
        "inputs": _tensors(report.inputs),
        "values": _tensors(report.values),
        "backward": f"[{', '.join(object_text({'grads': _tensors(call)}) for call in report.backward)}]",
        "grads": _tensors(report.grads),
        **({"derivatives": _tensors(report.derivatives)} if report.derivatives else {}),
        **{name: _matrix(matrix) for name, matrix in report.matrices.items()},
        "warnings": dumps([{"category": each.category, "message": each.message} for each in report.warnings]),
        "error": "null" if report.error is None else failure_text(report.error),
    }
    return f"{object_text(members)}\n"


def derivatives(found: Differentiation) -> str:
    """The derivatives as one object on one line."""
    members = {
        "schema": dumps(SCHEMA),
        "expression": dumps(found.expression),
        "named": dumps([{"name": name, "text": text} for name, text in found.named]),
        "derivatives": f"[{', '.join(_derivative(each) for each in found.derivatives)}]",
        "target": dumps(found.target),
        "emitted": dumps(found.emitted),
        "error": "null" if found.error is None else failure_text(found.error),
    }
    return f"{object_text(members)}\n"


def operations(listed: Iterable[Operation]) -> str:
    """The operations as one array on one line."""
    return f"{dumps([{**each._asdict(), 'spellings': list(each.spellings)} for each in listed])}\n"


def _derivative(each: Derivative) -> str:
    return object_text(
        {
            "wrt": dumps(list(each.wrt)),
            "component": dumps(each.component),
            "order": dumps(len(each.wrt)),
            "text": dumps(each.text),
            "value": _value(each.value, "float64"),
            "shape": dumps(list(each.shape)),
        }
    )


def object_text(members: Mapping[str, str]) -> str:
    """An object of members that are JSON already."""
    return f"{{{', '.join(f'{dumps(name)}: {text}' for name, text in members.items())}}}"


def _tensors(named: Mapping[str, Facts | None]) -> str:
    return object_text({name: "null" if facts is None else tensor_text(facts) for name, facts in named.items()})


def tensor_text(facts: Facts) -> str:
    """A value as an object, with the digits its dtype has."""
    return object_text(
        {
            "value": _value(facts.value, facts.dtype),
            "dtype": dumps(facts.dtype),
            "shape": dumps(list(facts.shape)),
            "requires_grad": dumps(facts.requires_grad),
            "is_leaf": dumps(facts.is_leaf),
            "grad_fn": dumps(facts.grad_fn),
            "repr": dumps(facts.repr),
        }
    )


def _matrix(matrix: Matrix) -> str:
    return object_text(
        {
            "rows": dumps(matrix.rows),
            "columns": dumps(matrix.columns),
            "values": _value(matrix.values, matrix.dtype),
            "dtype": dumps(matrix.dtype),
        }
    )


def _value(value: Any, dtype: str | None) -> str:  # noqa: ANN401 - a number, nested lists, None or a text
    if isinstance(value, list | tuple):
        return f"[{', '.join([_value(element, dtype) for element in value])}]"
    if isinstance(value, complex):
        return object_text({"real": _value(value.real, dtype), "imag": _value(value.imag, dtype)})
    if isinstance(value, float):
        text = digits(value, dtype)
        return f'"{text}"' if text in {"nan", "inf", "-inf"} else text
    return dumps(value)


def failure_text(error: Failure) -> str:
    """An error as an object."""
    return dumps(
        {"type": error.type, "message": error.message, "hint": error.hint, "line": error.line, "column": error.column}
    )
