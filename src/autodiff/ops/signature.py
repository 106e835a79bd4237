"""The signature of an operation, as a declaration writes it: `self, ints dim=None, *, dtype dtype=None`."""

from __future__ import annotations

from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final

__all__ = ["REQUIRED", "Parameter", "filled", "read_signature"]

REQUIRED: Final = object()
"""The default of a parameter that has none."""


class Parameter(NamedTuple):
    """One parameter of a signature.

    `kind` is Tensor, Operand (a tensor or a number), Mask (a tensor of bools), Tensors (a sequence of them),
    Variadic (a sequence, or several arguments),
    Number (takes part in promotion), Scalar (a number that does not), int, ints, bool, dtype, device or str. An
    `optional` one may be None, whatever its default (`ints?` in a signature).
    """

    name: str
    kind: str
    default: Any
    keyword_only: bool
    optional: bool = False


_CONSTANTS: Final = {"None": None, "True": True, "False": False, "inf": float("inf"), "()": ()}


def read_signature(text: str) -> tuple[Parameter, ...]:
    """The parameters of a signature; one without a type is a Tensor."""
    found, keyword_only = [], False
    for part in filter(None, (p.strip() for p in text.split(", "))):
        if part == "*":
            keyword_only = True
            continue
        declared, _, default = part.partition("=")
        kind, _, name = declared.rpartition(" ")
        value = _constant(default) if default else REQUIRED
        optional = value is None or kind.endswith("?")
        found.append(Parameter(name, kind.removesuffix("?") or "Tensor", value, keyword_only, optional))
    return tuple(found)


def _constant(text: str) -> Any:  # noqa: ANN401 - a default of any kind
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text.startswith("'"):
        return text.strip("'")
    if text.startswith("("):
        return tuple(map(int, text.strip("()").split(",")))
    return float(text) if "." in text or "e" in text else int(text)


def filled(signature: Sequence[Parameter], arguments: Sequence[Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by name, defaults included; a parameter that has none and got nothing is left out."""
    defaults = {p.name: p.default for p in signature if p.default is not REQUIRED}
    return defaults | dict(zip((p.name for p in signature), arguments, strict=False)) | dict(attributes)
