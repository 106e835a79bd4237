# ruff: noqa: ANN401 - values of a program are of any kind
"""How a program reaches what `reachable.py` lists: names, members of modules, attributes and methods of values."""

import math
from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Final

from autodiff import dtypes, engine
from autodiff.engine import Node, Size, Tensor
from autodiff.engine.grad_mode import inference_mode, is_inference_mode_enabled
from autodiff.errors import TooLarge, TorchAttributeError
from autodiff.session.prefix import Module
from autodiff.session.program.builtin import ERRORS, FUNCTIONS, LISTS, TYPES
from autodiff.session.program.reachable import ATTRIBUTES, BUILTINS, LIMITS, METHODS, MODULES, RESULTS, SETTABLE
from autodiff.session.program.values import MOST_ELEMENTS, Closure, Function, Kind, Scope, type_name
from autodiff.session.published import UnknownName, guess, hinted

__all__ = ["attribute", "builtin", "member", "published", "settable", "unknown"]


# ------------------------------------------------------------------ names


@cache
def builtin(name: str) -> Any:
    """What a name means without an import; None if it means nothing. `print` is the machine's."""
    if name in FUNCTIONS:
        return Function(name, FUNCTIONS[name])
    if name == "__name__":
        return "__main__"
    return TYPES.get(name) or ERRORS.get(name) or (Module("torch") if name == "torch" else None)


def unknown(name: str, scope: Scope | None) -> Exception:
    """The NameError for a name that means nothing, with what was probably meant."""
    names: list[str] = []
    while scope is not None:
        names += scope.names
        scope = scope.parent
    close = guess(name, [*names, *BUILTINS])
    hint = f"did you mean {close}?" if close else None
    if hint is None and name in engine.language_functions():
        hint = f"write torch.{name}, or begin with: from torch import {name}"
    return UnknownName(f"name '{name}' is not defined", hint)


# ------------------------------------------------------------------ modules


@cache
def member(path: str, name: str) -> Any:
    """`path.name`. Raises AttributeError for what is not published."""
    inner = f"{path}.{name}"
    if inner in MODULES:
        return Module(inner)
    if path == "math":
        if name in MODULES[path]:
            return published(getattr(math, name), name)
    elif path == "torch" and name in engine.CONSTANTS:
        return engine.CONSTANTS[name]
    elif name in _functions(path):
        return published(_functions(path)[name], name)
    elif name in MODULES[path] or (path == "torch" and name.endswith("_") and name[:-1] in _functions(path)):
        return published(_loaded(path, name), name)
    close = guess(name, [*_functions(path), *MODULES[path]])
    hint = f"did you mean {path}.{close}?" if close else _INSTEAD.get(name)
    raise hinted(TorchAttributeError(f"module '{path}' has no attribute '{name}'"), hint)


_INSTEAD: Final = {
    "Module": "write a function of the parameters: classes are not part of the language",
    "Linear": "write x @ w.T + b, or torch.nn.functional.linear(x, w, b)",
    "optim": "write the step: with torch.no_grad(): w -= rate * w.grad",
    "Function": "classes are not part of the language: write the operation with others",
    "from_numpy": "write torch.tensor([...])",
    "save": "a program cannot write files: print the tensor",
    "load": "a program cannot read files: write torch.tensor([...])",
}


def _functions(path: str) -> Mapping[str, Any]:
    """The functions of the table of operations in a module."""
    if path == "torch":
        return engine.functions()
    place = {"torch.nn.functional": "functional", "torch.linalg": "linalg", "torch.special": "special"}.get(path)
    return {} if place is None else engine.functions_in(place)


_AT_HAND: Final[Mapping[str, Any]] = {
    "Size": Size,
    "Tensor": Tensor,
    "dtype": dtypes.dtype,
    "enable_grad": engine.enable_grad,
    "inference_mode": inference_mode,
    "is_grad_enabled": engine.is_grad_enabled,
    "is_inference_mode_enabled": is_inference_mode_enabled,
    "no_grad": engine.no_grad,
    "set_grad_enabled": engine.set_grad_enabled,
}
"""What needs no more of the engine than tensors do."""


def _loaded(path: str, name: str) -> Any:
    if name in _AT_HAND:
        return _AT_HAND[name]
    if name == "set_printoptions":
        return _print_options
    if path == "torch.autograd" and name in {"grad", "backward"}:
        return getattr(engine, name)
    from autodiff.engine.namespace import torch_module  # all of PyTorch's names

    module: Any = torch_module()
    for part in path.split(".")[1:]:
        module = getattr(module, part)
    return getattr(module, name)


def published(value: Any, name: str) -> Any:
    """The value as a program may have it: functions and types in covers that give nothing else away."""
    if isinstance(value, type):
        made = value if name in {"Parameter", "Size", "Tensor"} else None
        return Kind(value, made) if made or value is dtypes.dtype else Function(name, value)
    if callable(value) and not isinstance(value, (Tensor, Node, Function, Closure, Kind)):
        return value if hasattr(type(value), "__enter__") else Function(name, value)
    return value


# ------------------------------------------------------------------ attributes


def attribute(value: Any, name: str) -> Any:
    """`value.name`: an attribute, or a method as a function. Raises AttributeError for what is not published."""
    kind: Any = type(value)
    if kind is Module:
        return member(value.path, name)
    if _is_method(kind, name):
        found = partial(LISTS[name], value) if kind is list else getattr(value, name)
        return Function(name, partial(_listed, value) if name == "tolist" else found)
    if _is_attribute(kind, name):
        return published(getattr(value, name), name)
    candidates = [each for names in (*METHODS.values(), *ATTRIBUTES.values()) for each in names]
    if kind is str and name in _OF_STRINGS:
        raise hinted(TorchAttributeError(f"'str' object has no attribute '{name}'"), "write an f-string")
    close = guess(name, [each for each in candidates if _is_method(kind, each) or _is_attribute(kind, each)])
    hint = f"did you mean .{close}{'()' if close and _is_method(kind, close) else ''}?" if close else None
    said = f"type object '{value.__name__}'" if kind is Kind else f"'{type_name(value)}' object"
    raise hinted(TorchAttributeError(f"{said} has no attribute '{name}'"), hint)


@cache
def _is_method(kind: type[Any], name: str) -> bool:
    return hasattr(kind, name) and (
        any(name in names for base, names in METHODS.items() if issubclass(kind, base))
        or (name == "remove" and kind.__name__ == "RemovableHandle")
    )


@cache
def _is_attribute(kind: type[Any], name: str) -> bool:
    if any(name in names for base, names in ATTRIBUTES.items() if issubclass(kind, base)):
        return True
    if issubclass(kind, Node):
        return name.startswith("_saved_")
    return name in (RESULTS if kind.__module__ == "torch.return_types" else ()) or (
        name in LIMITS and kind.__name__ in {"finfo", "iinfo"}
    )


def _listed(value: Any) -> Any:
    """`value.tolist()`. Raises TooLarge for more elements than Python's lists can hold in reasonable memory."""
    if value.numel() > _MOST_LISTED:
        raise TooLarge(f"the list would have more than {_MOST_LISTED} elements")
    return value.tolist()


def _print_options(*args: Any, **options: Any) -> None:
    """`torch.set_printoptions`. Raises TooLarge for a text of more elements than a terminal can show."""
    from autodiff.engine.settings import set_printoptions

    threshold = options.get("threshold", args[1] if len(args) > 1 else None)
    if (threshold is not None and threshold > MOST_ELEMENTS) or "full" in (*args, options.get("profile")):
        raise TooLarge(f"at most {MOST_ELEMENTS} elements of a tensor can be shown: write threshold={MOST_ELEMENTS}")
    set_printoptions(*args, **options)


_MOST_LISTED: Final = 10_000_000
_OF_STRINGS: Final = frozenset({"format", "format_map"})


def settable(value: Any, name: str) -> bool:
    """Whether a program may assign to `value.name`."""
    return isinstance(value, Tensor) and name in SETTABLE
