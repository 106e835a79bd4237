"""The published table: which functions, attributes and constants a user can name."""

import math
from collections import ChainMap
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from autodiff import dtypes
from autodiff.engine import create, ranges
from autodiff.engine.call import function
from autodiff.engine.methods import METHODS
from autodiff.ops.table import found_in, names_in

__all__ = ["ATTRIBUTES", "CONSTANTS", "CREATORS", "FUNCTIONAL", "functions", "language_functions", "tensor_methods"]

CONSTANTS: Final[Mapping[str, Any]] = MappingProxyType(
    {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan} | {d.name: d for d in dtypes.DTYPES}
    | {
        "float": dtypes.float32, "double": dtypes.float64, "half": dtypes.float16, "int": dtypes.int32,
        "long": dtypes.int64, "short": dtypes.int16, "cfloat": dtypes.complex64, "cdouble": dtypes.complex128,
    }
)  # fmt: skip
"""PyTorch's constants and dtypes, by name."""

CREATORS: Final[Mapping[str, Any]] = MappingProxyType(
    {name: getattr(module, name) for module in (create, ranges) for name in module.__all__}
)
"""The functions that make tensors."""

ATTRIBUTES: Final = frozenset(
    [
        "T",
        "H",
        "mT",
        "mH",
        "real",
        "imag",
        "data",
        "grad",
        "grad_fn",
        "requires_grad",
        "is_leaf",
        "retains_grad",
        "shape",
        "dtype",
        "ndim",
        "values",
        "indices",
    ]
)
"""What may be read of a tensor with a dot, besides methods."""

_OWN_METHODS: Final = frozenset(
    [
        "backward",
        "detach",
        "detach_",
        "requires_grad_",
        "retain_grad",
        "item",
        "tolist",
        "size",
        "dim",
        "numel",
        "nelement",
        "to",
        "float",
        "double",
        "int",
        "long",
        "bool",
        "half",
        "bfloat16",
        "type_as",
        "is_floating_point",
        "is_complex",
    ]
)


class _Functions(Mapping[str, Any]):
    """The functions of a place by their names there, made when they are asked for."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._names = {name.removeprefix(f"{place}_"): name for name in names_in(place)}
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a function
        if name not in self._made:
            full = self._names[name]
            self._made[name] = function(full, found_in(self._place)[full])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@cache
def functions_in(place: str) -> Mapping[str, Any]:
    """The functions of the table in a place (see `Op.places`), by their names there."""
    return _Functions(place)


@cache
def functions() -> Mapping[str, Any]:
    """Every function of the table, by name."""
    return ChainMap(dict(CREATORS), functions_in("function"))  # type: ignore[arg-type] # nobody writes to it


@cache
def language_functions() -> Mapping[str, Any]:
    """Every function an expression can call: also those that PyTorch keeps in `torch.nn.functional`."""
    places = map(functions_in, ("function", "language", "functional"))
    return ChainMap(dict(CREATORS), *places)  # type: ignore[arg-type] # nobody writes to it


@cache
def tensor_methods() -> frozenset[str]:
    """Every method an expression can call."""
    return METHODS | _OWN_METHODS


FUNCTIONAL: Final = names_in("functional")
"""The names in `torch.nn.functional`."""
