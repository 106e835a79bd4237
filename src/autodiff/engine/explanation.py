"""PyTorch's TypeErrors for arguments that fit no signature (after torch/csrc/utils/python_arg_parser.cpp)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from autodiff.dtypes import dtype
from autodiff.engine.arguments import OTHER_NAMES, is_index
from autodiff.engine.core import TensorBase
from autodiff.engine.overloads import listed
from autodiff.errors import TorchTypeError
from autodiff.ops.op import REQUIRED, Op, Parameter

__all__ = ["misfit", "type_name"]


class Shown(NamedTuple):
    """A parameter as PyTorch writes it."""

    kind: str
    name: str
    required: bool
    keyword_only: bool


def misfit(
    name: str, overloads: Sequence[Op], args: Sequence[Any], kwargs: Mapping[str, Any], *, called_as_method: bool
) -> Exception:
    """The TypeError for arguments (of a method, without the tensor itself) that fit no overload."""
    signatures = listed(name, called_as_method=called_as_method)
    if not signatures:
        own = [_written(op.signature, called_as_method=called_as_method) for op in overloads]
        if len(own) == 1:
            only = _read(own[0])
            return _refusal(name, only, args, kwargs) if only or not called_as_method else _takes_none(name, args)
        signatures = own
    count = len(args) + len(kwargs)
    plausible = [shown for shown in map(_read, signatures) if sum(p.required for p in shown) <= count <= len(shown)]
    if len(plausible) == 1:
        return _refusal(name, plausible[0], args, kwargs)
    got = f"{name}() received an invalid combination of arguments - got ({_described(args, kwargs)}), but expected"
    if len(signatures) == 1:
        marked = _marked(signatures[0], args, kwargs)
        if marked:
            got = got.replace(f"({_described(args, kwargs)})", marked)
        return TorchTypeError(f"{got} {signatures[0]}")
    return TorchTypeError(f"{got} one of:\n{''.join(_option(text, args, kwargs) for text in signatures)}")


# ------------------------------------------------------------------ one signature


def _takes_none(name: str, args: Sequence[Any]) -> Exception:
    """What Python itself says of a method in C without parameters."""
    what = f"no arguments ({len(args)} given)" if args else "no keyword arguments"
    return TorchTypeError(f"TensorBase.{name}() takes {what}")


def _refusal(name: str, signature: Sequence[Shown], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Exception:
    """What is wrong with the arguments by a single signature: too many, too few, one of another kind, unknown ones."""
    places = [p for p in signature if not p.keyword_only]
    several = bool(places) and places[0].kind.startswith("tuple of") and all(map(is_index, args))
    if len(args) > len(places) and not several:
        return TorchTypeError(f"{name}() {_too_many(len(args), len(places), sum(p.required for p in signature))}")
    given = dict(zip((p.name for p in places), args, strict=False))
    named: dict[str, Any] = {**{OTHER_NAMES.get(k, k): v for k, v in kwargs.items()}, **kwargs, **given}
    for parameter in signature:
        if parameter.name in named:
            if not _is_a(parameter, named[parameter.name]):
                place = places.index(parameter) + 1 if parameter.name in given else None
                return _wrong(name, parameter, named[parameter.name], place)
        elif parameter.required:
            missing = [f'"{p.name}"' for p in signature if p.required and p.name not in named]
            plural = "s" if len(missing) == 1 else ""  # as PyTorch has it
            count = f"{len(missing)} required positional argument{plural}"
            return TorchTypeError(f"{name}() missing {count}: {', '.join(missing)}")
    known = {p.name for p in signature}
    for key in kwargs:
        if OTHER_NAMES.get(key, key) in given or key in given:
            return TorchTypeError(f"{name}() got multiple values for argument '{key}'")
        if OTHER_NAMES.get(key, key) not in known and key not in known:
            return TorchTypeError(f"{name}() got an unexpected keyword argument '{key}'")
    return TorchTypeError(f"{name}() cannot take these arguments together")


def _wrong(name: str, parameter: Shown, value: Any, place: int | None) -> Exception:  # noqa: ANN401 - the user's
    if parameter.kind == "tuple of Tensors" and isinstance(value, (list, tuple)):
        at = next(k for k, v in enumerate(value) if not isinstance(v, TensorBase))
        return TorchTypeError(
            f"expected Tensor as element {at} in argument {(place or 1) - 1}, but got {type_name(value[at])}"
        )
    position = "" if place is None else f" (position {place})"
    return TorchTypeError(f"{name}(): argument '{parameter.name}'{position} must be {_wanted(parameter, value)}")


def _too_many(got: int, most: int, least: int) -> str:
    if most != least:
        return f"takes from {least} to {most} positional arguments but {got} were given"
    return f"takes {most} positional argument{'' if most == 1 else 's'} but {got} {'was' if got == 1 else 'were'} given"


def _wanted(parameter: Shown, value: Any) -> str:  # noqa: ANN401 - the user's
    kind = parameter.kind
    if kind.startswith("tuple of") and isinstance(value, (list, tuple)):
        element = kind.removeprefix("tuple of ").removesuffix("s")
        at = next(k for k, v in enumerate(value) if not _is_a(parameter._replace(kind=element), v))
        return f"{kind}, but found element of type {type_name(value[at])} at pos {at}"
    return f"{kind}, not {type_name(value)}"


def _is_a(parameter: Shown, value: Any) -> bool:  # noqa: ANN401 - the user's
    kind = parameter.kind
    if value is None:
        return not parameter.required
    if kind == "Tensor":
        return isinstance(value, TensorBase)
    if kind.startswith("tuple of"):
        element = parameter._replace(kind=kind.removeprefix("tuple of ").removesuffix("s"))
        parts = value if isinstance(value, (list, tuple)) else [value] if element.kind == "int" else [None]
        return all(v is not None and _is_a(element, v) for v in parts)
    if kind == "int":
        return is_index(value)
    if kind in ("Number", "Scalar", "float"):
        return isinstance(value, (int, float, complex)) or (isinstance(value, TensorBase) and not value.shape)
    if kind == "torch.dtype":
        return isinstance(value, dtype)
    return kind not in ("bool", "str") or type(value).__name__ == kind


# ------------------------------------------------------------------ several signatures


def _option(text: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """One line of the list; for as many arguments as the text has words, another one says which do not match."""
    line, marked = f" * {text}\n", _marked(text, args, kwargs)
    if not marked:
        return line
    unknown = [k for k in kwargs if k not in _names(text)]
    if unknown:
        return f"{line}      didn't match because some of the keywords were incorrect: {', '.join(unknown)}\n"
    return f"{line}      didn't match because some of the arguments have invalid types: {marked}\n"


def _names(text: str) -> Sequence[str]:
    return [part.rpartition(" ")[2] for part in text[1:-1].split(", ")]


def _marked(text: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """The types of the arguments, `!…!` where they differ from the words of a signature; nothing if the counts do."""
    parts, names = text[1:-1].split(", "), _names(text)
    if len(parts) != len(args) + len(kwargs):
        return ""
    values = [(part.rpartition(" ")[0], "", v) for part, v in zip(parts, args, strict=False)]
    kinds = {name: part.rpartition(" ")[0] for name, part in zip(names, parts, strict=True)}
    values += [(kinds.get(k, ""), f"{k}=", v) for k, v in kwargs.items()]
    marked = (f"{k}{type_name(v)}" if kind == type_name(v) else f"{k}!{_whole_type(v)}!" for kind, k, v in values)
    return f"({', '.join(marked)})"


def _described(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    return ", ".join([*map(type_name, args), *(f"{k}={type_name(v)}" for k, v in kwargs.items())])


def _whole_type(value: Any) -> str:  # noqa: ANN401
    """The type of a value with those of its elements, if it has some."""
    if not isinstance(value, (list, tuple)):
        return type_name(value)
    inner = ", ".join(map(type_name, value))
    if isinstance(value, list):
        return f"list of [{inner}]"
    return f"{type_name(value)} of ({inner}{',' if len(value) == 1 else ''})"


def type_name(value: Any) -> str:  # noqa: ANN401 - the user's
    """What PyTorch's messages call the type of a value."""
    if isinstance(value, dtype):
        return "torch.dtype"
    kind = type(value)
    if kind.__module__ == "torch.return_types" or kind.__name__ == "Size":
        return f"{kind.__module__}.{kind.__name__}"
    return "Tensor" if isinstance(value, TensorBase) else kind.__name__


# ------------------------------------------------------------------ signatures as text

_KIND_NAMES: Final = {"Mask": "Tensor", "Operand": "Tensor", "Tensors": "tuple of Tensors", "Scalar": "Number",
                      "Variadic": "tuple of Tensors", "ints": "tuple of ints", "dtype": "torch.dtype"}  # fmt: skip


def _written(signature: Sequence[Parameter], *, called_as_method: bool) -> str:
    parts: list[str] = []
    for p in signature:
        if called_as_method and p.name == "self":
            continue
        if p.keyword_only and "*" not in parts:
            parts.append("*")
        default = "" if p.default is REQUIRED else f" = {p.default}"
        parts.append(f"{_KIND_NAMES.get(p.kind, p.kind)} {'input' if p.name == 'self' else p.name}{default}")
    return f"({', '.join(parts)})"


def _read(text: str) -> Sequence[Shown]:
    """The parameters of a signature PyTorch shows."""
    parts = text[1:-1].split(", ") if text != "()" else []
    star = parts.index("*") if "*" in parts else len(parts)
    found = []
    for k, part in enumerate(parts):
        declared, default, _ = part.partition(" = ")
        kind, _, name = declared.rpartition(" ")
        if part != "*":
            found.append(Shown(kind, name, not default, k > star))
    return found
