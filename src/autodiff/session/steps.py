"""One step of an evaluation for each kind of instruction that is no operator: names, indices, statements."""

from __future__ import annotations

import operator

from autodiff.engine import Tensor
from autodiff.errors import TorchAttributeError, TorchTypeError, TorchValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final, TypeAlias

    from autodiff.session.evaluate import Evaluation

__all__ = ["APPLYING", "IN_PLACE", "STEPS"]

IN_PLACE: Final = {
    "add": operator.iadd,
    "sub": operator.isub,
    "mul": operator.imul,
    "div": operator.itruediv,
    "floor_divide": operator.ifloordiv,
    "remainder": operator.imod,
    "pow": operator.ipow,
    "matmul": operator.imatmul,
}
_SETTABLE: Final = frozenset({"grad", "requires_grad", "data"})

_Step: TypeAlias = "Callable[[Evaluation, list[Any], Any], Any]"


def _attribute(value: Any, name: str) -> Any:  # noqa: ANN401
    from autodiff.session.published import attribute

    return attribute(value, name)


def _index(evaluation: Evaluation, arguments: list[Any], _: object) -> Any:  # noqa: ANN401
    value = arguments[0][arguments[1]]
    return evaluation.measured(value) if isinstance(value, (list, tuple, str)) else value


def _slice(_: Evaluation, arguments: list[Any], given: Any) -> slice:  # noqa: ANN401 - three bools
    bounds = iter(arguments)
    return slice(*[next(bounds) if each else None for each in given])


def _assign(evaluation: Evaluation, arguments: list[Any], name: Any) -> None:  # noqa: ANN401
    evaluation.store(name, arguments[0])


def _assign_tuple(evaluation: Evaluation, arguments: list[Any], names: Any) -> None:  # noqa: ANN401
    if not isinstance(arguments[0], list | tuple | Tensor):
        raise TorchTypeError(f"cannot unpack non-iterable {type(arguments[0]).__name__} object")
    values = list(arguments[0])
    if len(values) < len(names):
        raise TorchValueError(f"not enough values to unpack (expected {len(names)}, got {len(values)})")
    if len(values) > len(names):
        raise TorchValueError(f"too many values to unpack (expected {len(names)})")
    for name, value in zip(names, values, strict=True):
        evaluation.store(name, value)


def _changed(evaluation: Evaluation, kind: str, value: Any, other: Any) -> Any:  # noqa: ANN401
    """`value op= other`: in place for a tensor, a new value otherwise."""
    if isinstance(value, Tensor):
        return IN_PLACE[kind](value, other)  # type: ignore[no-untyped-call] # operators of any operands
    return evaluation.operate(kind, [value, other])


def _augment(evaluation: Evaluation, arguments: list[Any], payload: Any) -> None:  # noqa: ANN401
    kind, name = payload
    before = evaluation.load(name)
    evaluation.store(name, _changed(evaluation, kind, before, arguments[0]))


def _assign_index(_: Evaluation, arguments: list[Any], __: object) -> None:
    value, index, new = arguments
    if not isinstance(value, Tensor):
        raise TorchTypeError(f"'{type(value).__name__}' object does not support item assignment")
    value[index] = new


def _augment_index(evaluation: Evaluation, arguments: list[Any], payload: Any) -> None:  # noqa: ANN401
    value, index, other = arguments
    new = _changed(evaluation, payload[0], value[index], other)
    _assign_index(evaluation, [value, index, new], None)


def _assign_attribute(_: Evaluation, arguments: list[Any], name: Any) -> None:  # noqa: ANN401
    value, new = arguments
    if not isinstance(value, Tensor) or name not in _SETTABLE:
        raise TorchAttributeError(f"attribute '{name}' of '{type(value).__name__}' objects is not writable")
    setattr(value, name, new)


def _augment_attribute(evaluation: Evaluation, arguments: list[Any], payload: Any) -> None:  # noqa: ANN401
    kind, name = payload
    value, other = arguments
    new = _changed(evaluation, kind, _attribute(value, name), other)
    _assign_attribute(evaluation, [value, new], name)


STEPS: Final[Mapping[str, _Step]] = {
    "name": lambda evaluation, _, name: evaluation.load(name),
    "string": lambda _, __, text: text,
    "constant": lambda _, __, value: value,
    "attribute": lambda _, arguments, name: _attribute(arguments[0], name),
    "index": _index,
    "slice": _slice,
    "list": lambda evaluation, arguments, _: evaluation.measured(arguments),
    "tuple": lambda evaluation, arguments, _: evaluation.measured(tuple(arguments)),
    "call": lambda evaluation, arguments, keywords: evaluation.call(arguments, keywords),
    "assign": _assign,
    "assign_tuple": _assign_tuple,
    "augment": _augment,
    "assign_index": _assign_index,
    "augment_index": _augment_index,
    "assign_attribute": _assign_attribute,
    "augment_attribute": _augment_attribute,
}
APPLYING: Final = frozenset(
    {"call", "index", "attribute", "augment", "assign_index", "augment_index", "assign_attribute", "augment_attribute"}
)
"""The kinds that hand the user's values to an operator or a function of the engine."""
