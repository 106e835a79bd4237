"""The operations of the table, as facts: what `autodiff ops` lists."""

from autodiff.ops.op import REQUIRED, Op, Parameter
from autodiff.ops.table import all_operations
from autodiff.session.report import Operation

__all__ = ["operations"]


def operations(pattern: str | None = None) -> tuple[Operation, ...]:
    """The operations users can name, sorted, whose name or spelling contains `pattern`, or matches its `*` and `?`."""
    found = (_described(op) for op in all_operations() if op.public and (pattern is None or _matches(op, pattern)))
    return tuple(sorted(found, key=lambda each: each.name))


def _matches(op: Op, pattern: str) -> bool:
    names = (op.name, *op.spellings)
    if any(sign in pattern for sign in "*?["):
        from fnmatch import fnmatchcase

        return any(fnmatchcase(name, pattern) for name in names)
    return any(pattern in name for name in names)


def _described(op: Op) -> Operation:
    node = op.node_name if op.derivatives or op.node else None
    return Operation(op.name, f"{op.name}({', '.join(_parameters(op))})", op.doc, node, op.spellings)


def _parameters(op: Op) -> list[str]:
    shown, starred = [], False
    for parameter in op.signature:
        if parameter.keyword_only and not starred:
            shown.append("*")
            starred = True
        shown.append(_parameter(parameter))
    return shown


def _parameter(parameter: Parameter) -> str:
    name = "input" if parameter.name == "self" else parameter.name
    return name if parameter.default is REQUIRED else f"{name}={parameter.default!r}"
