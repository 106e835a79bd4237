"""Calling an operation by name: which overload the arguments mean, and PyTorch's words when they fit none."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autodiff.dtypes import dtype
from autodiff.engine.apply import apply
from autodiff.engine.arguments import OTHER_NAMES, is_index
from autodiff.engine.core import TensorBase
from autodiff.engine.create import tensor
from autodiff.engine.device import check_available, device
from autodiff.engine.output import check_out, written_into
from autodiff.engine.scalar_path import unary
from autodiff.ops.op import REQUIRED, Elementwise, Op, Parameter
from autodiff.ops.rounding import sgn

__all__ = ["bound_call", "carry", "function", "method"]

_OF_NUMBERS: Final = frozenset({"add", "sub", "mul", "div", "floor_divide"})
"""What PyTorch computes of two numbers, too."""
_TENSORS: Final = frozenset({"Tensor", "Mask", "Operand", "Tensors", "Variadic"})


def carry(op: Op, operands: Sequence[Any], attributes: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Apply an operation as the rules write it: everything fits, numbers may stand for tensors."""
    inputs: list[Any] = []
    given = dict(attributes)
    positional = iter(operands)
    for parameter in op.signature:
        name = parameter.name
        value = given.pop(name) if name in given else next(positional, parameter.default)
        if parameter.kind in _TENSORS:
            inputs.append(value)
        else:
            given[parameter.name] = value
    return apply(op, inputs, {p.name: given[p.name] for p in op.signature if p.kind not in _TENSORS})


def method(name: str, overloads: tuple[Op, ...]) -> Callable[..., Any]:
    """The tensor method `name`: the first parameter is the tensor."""
    return _caller(name, overloads, called_as_method=True)


def function(name: str, overloads: tuple[Op, ...]) -> Callable[..., Any]:
    """The function `name`."""
    return _caller(name, overloads, called_as_method=False)


def _caller(name: str, overloads: tuple[Op, ...], *, called_as_method: bool) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        if "out" in kwargs and not called_as_method:
            return _call_into(name, overloads, args, kwargs)
        return apply(*bound_call(name, overloads, args, kwargs, called_as_method=called_as_method))

    def call_long(first: Any = None, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        return call(*args, **kwargs) if first is None else call(first, *args, **kwargs)

    made = unary(overloads[0], call_long) if _has_short_way(overloads[0]) else call  # type: ignore[arg-type] # it says so
    made.__name__ = made.__qualname__ = name
    made.__doc__ = overloads[0].doc
    return made


def _call_into(name: str, overloads: tuple[Op, ...], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The function's result, written into the tensor `out`."""
    rest = dict(kwargs)
    out = rest.pop("out")
    op, inputs, attributes = bound_call(name, overloads, args, rest, called_as_method=False)
    if out is None:
        return apply(op, inputs, attributes)
    check_out(name, op, inputs, out)
    return written_into(op, out, apply(op, inputs, attributes))


def bound_call(
    name: str,
    overloads: tuple[Op, ...],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    called_as_method: bool = True,
) -> tuple[Op, list[Any], dict[str, Any]]:
    """The overload the arguments mean, its inputs and its attributes. Raises PyTorch's TypeError if they fit none."""
    for given, named in ((args, kwargs), _with_numbers(args, kwargs)):
        for op in overloads:
            bound = _bind(op, _as_called(op, called_as_method=called_as_method), given, named)
            if bound is not None:
                return op, *bound
    from autodiff.engine.explanation import misfit  # the words for a mistake are many

    raise misfit(name, overloads, args[1:] if called_as_method else args, kwargs, called_as_method=called_as_method)


def _with_numbers(args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """The arguments with numbers for 0-d tensors (but the first): PyTorch takes those where it needs numbers."""
    return [*args[:1], *map(_as_number, args[1:])], {name: _as_number(value) for name, value in kwargs.items()}


def _as_number(value: Any) -> Any:  # noqa: ANN401 - the user's
    plain = isinstance(value, TensorBase) and not value._data.shape and value._node is None
    return value.item() if plain else value


def _as_called(op: Op, *, called_as_method: bool) -> tuple[Parameter, ...]:
    """The signature in the order of the arguments: a method's tensor comes first (`x.where(condition, other)`)."""
    if not called_as_method or op.signature[0].name == "self":
        return op.signature
    return tuple(sorted(op.signature, key=lambda p: p.name != "self"))


def _has_short_way(op: Op) -> bool:
    """Whether it is a function of one tensor, and has a gradient that is a number if the result is one."""
    return isinstance(op, Elementwise) and len(op.signature) == 1 and bool(op.derivatives) and op is not sgn


def _bind(
    op: Op, signature: tuple[Parameter, ...], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]] | None:
    """The arguments by parameter, tensors apart; None if they do not fit the signature."""
    places = [p for p in signature if not p.keyword_only]
    args = _gathered(places, args)
    if len(args) > len(places):
        return None
    given = dict(zip((p.name for p in places), args, strict=False))
    names = {p.name for p in signature}
    for name, value in kwargs.items():
        own = name if name in names else OTHER_NAMES.get(name, name)
        if own not in names or own in given:
            return None
        given[own] = value
    inputs: list[Any] = []
    attributes: dict[str, Any] = {}
    for p in op.signature:
        value = given.get(p.name, p.default)
        if value is REQUIRED or not (_fits(p.kind, value) or (value is None and p.optional)):
            return None
        if p.kind in _TENSORS:
            inputs.append(value)
        else:
            attributes[p.name] = _plain(p.kind, value)
    if inputs and not any(isinstance(x, (TensorBase, list, tuple)) for x in inputs):
        if op.name not in _OF_NUMBERS:
            return None
        inputs[0] = tensor(inputs[0])
    return inputs, attributes


def _gathered(places: Sequence[Parameter], args: Sequence[Any]) -> Sequence[Any]:
    """`x.view(2, 3)` means `x.view((2, 3))`: the last place takes several integers, or several tensors."""
    if places and places[-1].kind == "Variadic" and isinstance(args[-1] if args else None, TensorBase):
        return [*args[: len(places) - 1], list(args[len(places) - 1 :])]
    if not places or (places[-1].kind != "ints" and "ints" not in [p.kind for p in places]):
        return args
    k = next(i for i, p in enumerate(places) if p.kind == "ints")
    several = len(args) > k and is_index(args[k]) and places[k].default is REQUIRED and len(places) == k + 1
    return [*args[:k], tuple(args[k:])] if several else args


def _fits(kind: str, value: Any) -> bool:  # noqa: ANN401 - one answer a kind
    if kind in ("Tensor", "Mask"):
        return isinstance(value, TensorBase)
    if kind == "Operand":
        return isinstance(value, (TensorBase, int, float, complex))
    if kind in ("Tensors", "Variadic"):
        return isinstance(value, (list, tuple)) and all(isinstance(t, TensorBase) for t in value)
    if kind in ("Number", "Scalar"):
        return isinstance(value, (int, float, complex))
    if kind == "int":
        return is_index(value)
    if kind == "ints":
        return is_index(value) or (isinstance(value, (list, tuple)) and all(is_index(v) for v in value))
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "pair":
        return isinstance(value, (list, tuple))
    if kind == "dtype":
        return isinstance(value, dtype)
    return isinstance(value, str) or (kind == "device" and isinstance(value, device))


def _plain(kind: str, value: Any) -> Any:  # noqa: ANN401
    if kind == "device":
        check_available(value)
    if kind == "int" and isinstance(value, TensorBase):
        return value.item()
    if kind == "ints" and isinstance(value, (list, tuple)):
        return tuple(v.item() if isinstance(v, TensorBase) else v for v in value)
    return value
