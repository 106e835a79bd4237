"""Statements that were run, as strict JSON: one object on one line each."""

from json import dumps

from autodiff.render.strict_json import failure_text, object_text, tensor_text
from autodiff.session.program.executed import Executed

__all__ = ["executed"]


def executed(record: Executed) -> str:
    """The record as one object on one line."""
    members = {
        "line": dumps(record.line),
        "text": dumps(record.text),
        "output": dumps(record.output),
        "value": dumps(record.value),
        "names": object_text({name: tensor_text(facts) for name, facts in record.names.items()}),
        "warnings": dumps([{"category": each.category, "message": each.message} for each in record.warnings]),
        "error": "null" if record.error is None else failure_text(record.error),
    }
    return f"{object_text(members)}\n"
