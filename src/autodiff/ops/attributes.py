"""What a tensor answers to a dot without a call: `x.T`, `x.real` and so on, as operations of the table."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from autodiff.ops import order
from autodiff.ops.complex import imag, real

__all__ = ["ATTRIBUTES"]

ATTRIBUTES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "T": order.transposed,
    "mT": order.matrix_transposed,
    "mH": order.matrix_adjoint,
    "H": order.hermitian,
    "real": real.compute,
    "imag": imag.compute,
}
"""How each is computed of a tensor."""
