"""Arguments meet parameters: the names a call of a program's function begins with, or Python's error."""

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.errors import TorchTypeError
from autodiff.session.program.values import Closure

__all__ = ["bound"]


def bound(callee: Closure, args: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with their values. Raises TypeError, in Python's words, for arguments that do not fit."""
    definition = callee.definition
    names = dict(zip((name for name, _ in definition.parameters), args, strict=False))
    if len(args) > len(definition.parameters):
        raise TorchTypeError(_too_many(callee, len(args)))
    for name, value in keywords.items():
        if name in names:
            raise TorchTypeError(f"{definition.name}() got multiple values for argument '{name}'")
        if not any(name == parameter for parameter, _ in definition.parameters):
            raise TorchTypeError(f"{definition.name}() got an unexpected keyword argument '{name}'")
        names[name] = value
    missing = []
    for name, _ in definition.parameters:
        if name not in names:
            if name in callee.defaults:
                names[name] = callee.defaults[name]
            else:
                missing.append(f"'{name}'")
    if missing:
        raise TorchTypeError(_missing(definition.name, missing))
    return names


def _too_many(callee: Closure, given: int) -> str:
    count, optional = len(callee.definition.parameters), len(callee.defaults)
    takes = f"from {count - optional} to {count}" if optional else str(count)
    plural = "s" if count != 1 or optional else ""
    verb = "was" if given == 1 else "were"
    return f"{callee.definition.name}() takes {takes} positional argument{plural} but {given} {verb} given"


def _missing(name: str, missing: Sequence[str]) -> str:
    *first, last = missing
    if not first:
        listed = last
    elif len(first) == 1:
        listed = f"{first[0]} and {last}"
    else:
        listed = f"{', '.join(first)}, and {last}"
    plural = "s" if first else ""
    return f"{name}() missing {len(missing)} required positional argument{plural}: {listed}"
