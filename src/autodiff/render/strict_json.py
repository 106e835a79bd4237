"""Reports as strict JSON: no NaN literal, and the shortest digits that give each value back."""

from __future__ import annotations

from _json import encode_basestring_ascii as quoted  # that of `json`, whose other half imports `re`

from autodiff.render.digits import digits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from autodiff.session.diff.report import Derivative, Differentiation
    from autodiff.session.report import Facts, Failure, Matrix, Operation, Report, Warned

__all__ = ["SCHEMA", "derivatives", "failure_text", "json", "object_text", "operations", "tensor_text"]

SCHEMA = "autodiff/1"


def json(report: Report) -> str:
    """The report as one object on one line; what is of higher order is there if it was asked for."""
    calls = [_tensors(call) for call in report.backward]
    backward = ", ".join([object_text({"grads": call}) for call in calls])
    last = report.backward[-1] if report.backward else None
    members = {
        "schema": quoted(SCHEMA),
        "expression": quoted(report.expression),
        "inputs": _tensors(report.inputs),
        "values": _tensors(report.values),
        "backward": f"[{backward}]",
        "grads": calls[-1] if report.grads is last else _tensors(report.grads),
        **({"derivatives": _tensors(report.derivatives)} if report.derivatives else {}),
        **{name: _matrix(matrix) for name, matrix in report.matrices.items()},
        "warnings": f"[{', '.join(map(_warning, report.warnings))}]",
        "error": "null" if report.error is None else failure_text(report.error),
    }
    return f"{object_text(members)}\n"


def derivatives(found: Differentiation) -> str:
    """The derivatives as one object on one line."""
    members = {
        "schema": quoted(SCHEMA),
        "expression": quoted(found.expression),
        "named": f"[{', '.join(_named(name, text) for name, text in found.named)}]",
        "derivatives": f"[{', '.join(_derivative(each) for each in found.derivatives)}]",
        "target": _value(found.target),
        "emitted": _value(found.emitted),
        "error": "null" if found.error is None else failure_text(found.error),
    }
    return f"{object_text(members)}\n"


def operations(listed: Iterable[Operation]) -> str:
    """The operations as one array on one line."""
    from json import dumps

    return f"{dumps([{**each._asdict(), 'spellings': list(each.spellings)} for each in listed])}\n"


def _named(name: str, text: str) -> str:
    return object_text({"name": quoted(name), "text": quoted(text)})


def _derivative(each: Derivative) -> str:
    return object_text(
        {
            "wrt": _value(each.wrt),
            "component": _value(each.component),
            "order": str(len(each.wrt)),
            "text": quoted(each.text),
            "value": _value(each.value, "float64"),
            "shape": _value(each.shape),
        }
    )


def object_text(members: Mapping[str, str]) -> str:
    """An object of members that are JSON already."""
    return f"{{{', '.join([f'{quoted(name)}: {text}' for name, text in members.items()])}}}"


def _tensors(named: Mapping[str, Facts | None]) -> str:
    return object_text({name: "null" if facts is None else tensor_text(facts) for name, facts in named.items()})


def tensor_text(facts: Facts) -> str:
    """A value as an object, with the digits its dtype has."""
    value, dtype, shape, requires_grad, is_leaf, grad_fn, text = facts
    return (  # written out: there are several in every line of a stream
        f'{{"value": {_value(value, dtype)}, "dtype": {"null" if dtype is None else quoted(dtype)}, '
        f'"shape": [{", ".join(map(str, shape))}], "requires_grad": {"true" if requires_grad else "false"}, '
        f'"is_leaf": {"true" if is_leaf else "false"}, "grad_fn": {"null" if grad_fn is None else quoted(grad_fn)}, '
        f'"repr": {quoted(text)}}}'
    )


def _matrix(matrix: Matrix) -> str:
    return object_text(
        {
            "rows": _value(matrix.rows),
            "columns": _value(matrix.columns),
            "values": _value(matrix.values, matrix.dtype),
            "dtype": quoted(matrix.dtype),
        }
    )


def _value(value: Any, dtype: str | None = None) -> str:  # noqa: ANN401 - a number, nested lists, None or a text
    if isinstance(value, list | tuple):
        return f"[{', '.join([_value(element, dtype) for element in value])}]"
    if isinstance(value, complex):
        return object_text({"real": _value(value.real, dtype), "imag": _value(value.imag, dtype)})
    if isinstance(value, float):
        text = digits(value, dtype)
        return f'"{text}"' if text in {"nan", "inf", "-inf"} else text
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return int.__repr__(value) if isinstance(value, int) else quoted(value)


def _warning(each: Warned) -> str:
    return object_text({"category": quoted(each.category), "message": quoted(each.message)})


def failure_text(error: Failure) -> str:
    """An error as an object."""
    names = ("type", "message", "hint", "line", "column")
    return object_text({name: _value(getattr(error, name)) for name in names})
