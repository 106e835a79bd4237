"""Functions of expressions: which operation of the table a call in a program means, and what it gives."""

from __future__ import annotations

from autodiff.errors import TorchAttributeError, TorchTypeError
from autodiff.expression import Expr, Unwritten
from autodiff.expression.applied import applied
from autodiff.expression.number import is_fraction
from autodiff.late import late_module
from autodiff.ops.signature import REQUIRED
from autodiff.ops.table import OVERLOADS
from autodiff.session.prefix import Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Final

    from autodiff.expression import Algebra
    from autodiff.ops.op import Op
    from autodiff.session import published
else:
    published = late_module("autodiff.session.published")

__all__ = ["apply", "constant", "of_module", "of_numbers"]

_TENSORS: Final = frozenset({"Tensor", "Operand", "Mask"})
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "torch": ("function",),
    "torch.nn.functional": ("functional",),
    "torch.special": ("special",),
    "torch.linalg": ("linalg",),
}
_ANYWHERE: Final = ("function", "functional", "language")
_ALIASES: Final = {"torch": "torch", "math": "torch", "F": "torch.nn.functional", "special": "torch.special"}
_CONSTANTS: Final = frozenset({"pi", "e", "inf", "nan"})


def of_module(name: str) -> Module | None:
    """The module a name stands for, `torch`, Python's `math`, `F` or `special`; None if it is none."""
    return Module(_ALIASES[name]) if name in _ALIASES else None


def constant(owner: Any, name: str) -> Any:  # noqa: ANN401
    """`owner.name` that is not called: a module, or the name of a constant. Raises AttributeError otherwise."""
    if not isinstance(owner, Module):
        if not isinstance(owner, Expr):
            raise TorchAttributeError(f"'{type(owner).__name__}' object has no attribute '{name}'")
        unwritten = Unwritten(f"the attribute .{name} is not a function of numbers", name)
        unwritten.hint = "give the names shapes, as in A:2x3 x:3" if name in ("T", "mT") else None
        raise unwritten
    inner = f"{owner.path}.{name}"
    if inner in _PLACES or inner == "torch.nn":
        return Module(inner)
    if owner.path == "torch" and name in _CONSTANTS:
        return name
    raise TorchAttributeError(f"module '{owner.path}' has no attribute '{name}'")


def apply(
    callee: Any,  # noqa: ANN401 - a name, or an owner and a name
    given: Sequence[Any],
    keywords: Sequence[str],
    algebra: Algebra,
    note: Callable[[str], object] = lambda _: None,
    act: Callable[..., Expr] | None = None,
) -> Expr:
    """The call's value; the last arguments are those given by keyword. `note` is told the operation's name.

    `act` computes it, given the operation, its operands and its attributes; the default knows numbers only.

    Raises NameError, AttributeError, or NotImplementedError that names the operation.
    """
    first = len(given) - len(keywords)
    operands, named = list(given[:first]), dict(zip(keywords, given[first:], strict=True))
    owner, name = callee if isinstance(callee, tuple) else (None, callee)
    if owner is not None and not isinstance(owner, Module):
        operands.insert(0, owner)
    if not isinstance(name, str):
        raise TorchTypeError("what is called here is not a function")
    for op in _overloads(owner, name):
        bound = _bound(op, operands, named)
        if bound is not None:
            tensors, attributes = bound
            note(op.name)
            return (act or of_numbers)(op, tensors, attributes, algebra)
    if act is not None:
        raise Unwritten(f"the derivative of {name}() with these arguments is not written down", name)
    kinds = ", ".join("a list" if isinstance(o, list) else "a number" for o in operands)
    raise Unwritten(f"{name}({kinds}) is not a function of numbers that `diff` can write down", name)


def of_numbers(op: Op, tensors: list[Any], attributes: dict[str, Any], algebra: Algebra) -> Expr:
    """An operation of expressions, number by number. Raises Unwritten if it is no function of numbers."""
    if not any(isinstance(each, Expr) for each in (*tensors, *attributes.values())):
        tensors = [each if each is None else algebra.expression(each) for each in tensors]
    try:
        return applied(op, tensors, attributes)
    except Unwritten:
        raise
    except (AttributeError, TypeError, NotImplementedError) as error:  # it asks for what only tensors have
        raise Unwritten(f"{op.name}() is not a function of numbers that `diff` can write down", op.name) from error


def _overloads(owner: Any, name: str) -> tuple[Op, ...]:  # noqa: ANN401
    """The operations of this name where it is looked for. Raises NameError or AttributeError if there are none."""
    if isinstance(owner, Module):
        places = _PLACES.get(owner.path, ())
        prefixed = OVERLOADS.get(f"{owner.path.rpartition('.')[2]}_{name}", ())
    else:
        places = ("method",) if owner is not None else _ANYWHERE
        prefixed = ()
    ops = OVERLOADS.get(name, ())
    found = (*prefixed, *(op for op in ops if not op.places_of(name).isdisjoint(places)))
    if found:
        return found
    close = published.guess(name, OVERLOADS)
    hint = f"did you mean {close}?" if close else "`autodiff ops` lists the functions"
    if isinstance(owner, Module):
        raise TorchAttributeError(f"module '{owner.path}' has no attribute '{name}'")
    if owner is not None:
        raise TorchAttributeError(f"a number has no method '{name}'")
    raise published.UnknownName(f"name '{name}' is not defined", hint)


def _bound(op: Op, operands: list[Any], named: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]] | None:
    """The operands of `op` and its attributes; None if they do not fit its signature."""
    values = dict(zip((p.name for p in op.signature if not p.keyword_only), operands, strict=False))
    if len(values) < len(operands) or values.keys() & named.keys():
        return None
    values |= {"self" if name == "input" else name: value for name, value in named.items()}
    if values.keys() - {p.name for p in op.signature}:
        return None
    tensors, attributes = [], {}
    for parameter in op.signature:
        value = values.get(parameter.name, parameter.default)
        if value is REQUIRED:
            return None
        if parameter.kind in _TENSORS:
            if value is not None and not (isinstance(value, (Expr, int, float)) or is_fraction(value)):
                return None
            tensors.append(value)
        elif isinstance(value, Expr):
            return None
        else:
            attributes[parameter.name] = float(value) if is_fraction(value) else value
    return tensors, attributes
