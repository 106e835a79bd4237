"""The published table: which functions, attributes and constants a user can name."""

import math
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from autodiff import dtypes
from autodiff.engine import create, ranges
from autodiff.engine.call import function
from autodiff.engine.methods import METHODS
from autodiff.ops.table import found_in

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


@cache
def functions_in(place: str) -> Mapping[str, Any]:
    """The functions of the table in a place (see `Op.places`), by their names there."""
    found = found_in(place).items()
    return MappingProxyType({name.removeprefix(f"{place}_"): function(name, ops) for name, ops in found})


@cache
def functions() -> Mapping[str, Any]:
    """Every function of the table, by name."""
    return MappingProxyType(dict(functions_in("function")) | dict(CREATORS))


@cache
def language_functions() -> Mapping[str, Any]:
    """Every function an expression can call: also those that PyTorch keeps in `torch.nn.functional`."""
    return MappingProxyType({**functions_in("functional"), **functions_in("language"), **functions()})


@cache
def tensor_methods() -> frozenset[str]:
    """Every method an expression can call."""
    return METHODS | _OWN_METHODS


FUNCTIONAL: Final = tuple(found_in("functional"))
"""The names in `torch.nn.functional`."""
