"""Calling an operation by name: which overload the arguments mean, and PyTorch's words when they fit none."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from autodiff.dtypes import dtype
from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase
from autodiff.engine.scalar_path import unary
from autodiff.errors import TorchTypeError
from autodiff.ops.op import REQUIRED, Elementwise, Op, Parameter

__all__ = ["bound_call", "carry", "function", "method"]

_OTHER_NAMES: Final = {"axis": "dim", "keepdims": "keepdim", "input": "self", "x": "self", "x1": "self", "x2": "other"}
"""What PyTorch accepts besides the parameter's own name."""
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
    short = _short_way(overloads)

    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        return apply(*bound_call(name, overloads, args, kwargs, called_as_method=called_as_method))

    def call_short(first: Any = None, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        if first.__class__ is TensorBase.plain and not (args or kwargs):
            return short(first)  # type: ignore[misc] # only made if there is one
        given = args if first is None else (first, *args)
        return apply(*bound_call(name, overloads, given, kwargs, called_as_method=called_as_method))

    made = call if short is None else call_short
    made.__name__ = made.__qualname__ = name
    made.__doc__ = overloads[0].doc
    return made


def bound_call(
    name: str,
    overloads: tuple[Op, ...],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    called_as_method: bool = True,
) -> tuple[Op, list[Any], dict[str, Any]]:
    """The overload the arguments mean, its inputs and its attributes. Raises PyTorch's TypeError if they fit none."""
    for op in overloads:
        bound = _bind(op.signature, args, kwargs)
        if bound is not None:
            return op, *bound
    raise _explanation(name, overloads, args, kwargs, called_as_method=called_as_method)


def _short_way(overloads: tuple[Op, ...]) -> Callable[[Any], Any] | None:
    op = overloads[0]
    if isinstance(op, Elementwise) and len(op.signature) == 1 and op.derivatives:
        return unary(op)
    return None


def _bind(
    signature: tuple[Parameter, ...], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]] | None:
    """The arguments by parameter, tensors apart; None if they do not fit the signature."""
    places = [p for p in signature if not p.keyword_only]
    args = _gathered(places, args)
    if len(args) > len(places):
        return None
    given = dict(zip((p.name for p in places), args, strict=False))
    names = {p.name for p in signature}
    for name, value in kwargs.items():
        own = name if name in names else _OTHER_NAMES.get(name, name)
        if own not in names or own in given:
            return None
        given[own] = value
    inputs: list[Any] = []
    attributes: dict[str, Any] = {}
    for p in signature:
        value = given.get(p.name, p.default)
        if value is REQUIRED or not (_fits(p.kind, value) or (value is None and p.default is None)):
            return None
        if p.kind in _TENSORS:
            inputs.append(value)
        else:
            attributes[p.name] = _plain(p.kind, value)
    if not any(isinstance(x, (TensorBase, list, tuple)) for x in inputs) and inputs:
        return None
    return inputs, attributes


def _gathered(places: Sequence[Parameter], args: Sequence[Any]) -> Sequence[Any]:
    """`x.view(2, 3)` means `x.view((2, 3))`: the last place takes several integers, or several tensors."""
    if places and places[-1].kind == "Variadic" and isinstance(args[-1] if args else None, TensorBase):
        return [*args[: len(places) - 1], list(args[len(places) - 1 :])]
    if not places or (places[-1].kind != "ints" and "ints" not in [p.kind for p in places]):
        return args
    k = next(i for i, p in enumerate(places) if p.kind == "ints")
    several = len(args) > k and _is_index(args[k]) and places[k].default is REQUIRED and len(places) == k + 1
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
        return _is_index(value)
    if kind == "ints":
        return _is_index(value) or (isinstance(value, (list, tuple)) and all(_is_index(v) for v in value))
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "pair":
        return isinstance(value, (list, tuple))
    if kind == "dtype":
        return isinstance(value, dtype)
    return isinstance(value, str)


def _is_index(value: Any) -> bool:  # noqa: ANN401
    """An int, or an integer tensor of one element."""
    if isinstance(value, TensorBase):
        return not value.dtype.is_differentiable and not value._data.shape and value.dtype.category > 0
    return isinstance(value, int) and not isinstance(value, bool)


def _plain(kind: str, value: Any) -> Any:  # noqa: ANN401
    if kind == "int" and isinstance(value, TensorBase):
        return value.item()
    if kind == "ints" and isinstance(value, (list, tuple)):
        return tuple(v.item() if isinstance(v, TensorBase) else v for v in value)
    return value


# ------------------------------------------------------------------ when nothing fits


def _explanation(
    name: str, overloads: tuple[Op, ...], args: Sequence[Any], kwargs: Mapping[str, Any], *, called_as_method: bool
) -> Exception:
    """PyTorch's TypeError for arguments that fit no overload."""
    hidden = 1 if called_as_method else 0
    if len(overloads) > 1:
        types = [_type_name(a) for a in args[hidden:]] + [f"{k}={_type_name(v)}" for k, v in kwargs.items()]
        expected = "".join(f" * ({_shown(op.signature[hidden:])})\n" for op in overloads)
        return TorchTypeError(
            f"{name}() received an invalid combination of arguments - got ({', '.join(types)}), "
            f"but expected one of:\n{expected}"
        )
    signature = overloads[0].signature
    places = [p for p in signature if not p.keyword_only]
    if len(args) > len(places):
        count = len(places) - hidden
        words = f"{count} positional argument{'s' if count != 1 else ''}"
        verb = "was" if len(args) - hidden == 1 else "were"
        return TorchTypeError(f"{name}() takes {words} but {len(args) - hidden} {verb} given")
    given = dict(zip((p.name for p in places), args, strict=False)) | {
        _OTHER_NAMES.get(k, k): v for k, v in kwargs.items()
    }
    unknown = [k for k in kwargs if _OTHER_NAMES.get(k, k) not in {p.name for p in signature}]
    if unknown:
        return TorchTypeError(f"{name}() got an unexpected keyword argument '{unknown[0]}'")
    missing = [f'"{_public(p.name)}"' for p in signature if p.name not in given and p.default is REQUIRED]
    if missing:
        return TorchTypeError(f"{name}() missing {len(missing)} required positional arguments: {', '.join(missing)}")
    wrong = next(p for p in signature if p.name in given and not _fits(p.kind, given[p.name]))
    where = "" if wrong.name in kwargs else f" (position {places.index(wrong) + 1 - hidden})"
    return TorchTypeError(
        f"{name}(): argument '{_public(wrong.name)}'{where} must be {_KIND_NAMES.get(wrong.kind, wrong.kind)}, "
        f"not {_type_name(given[wrong.name])}"
    )


_KIND_NAMES: Final = {"Mask": "Tensor", "Operand": "Tensor", "Tensors": "tuple of Tensors", "Scalar": "Number",
                      "ints": "tuple of ints", "dtype": "torch.dtype"}  # fmt: skip


def _public(name: str) -> str:
    return "input" if name == "self" else name


def _type_name(value: Any) -> str:  # noqa: ANN401
    return "Tensor" if isinstance(value, TensorBase) else type(value).__name__


def _shown(signature: Sequence[Parameter]) -> str:
    parts, starred = [], False
    for p in signature:
        if p.keyword_only and not starred:
            parts.append("*")
            starred = True
        default = "" if p.default is REQUIRED else f" = {p.default}"
        parts.append(f"{_KIND_NAMES.get(p.kind, p.kind)} {_public(p.name)}{default}")
    return ", ".join(parts)
