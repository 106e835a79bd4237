"""The engine: tensors, the graph they leave behind, and the walk back along it."""

from __future__ import annotations

from autodiff.engine.create import empty, eye, full, full_like, ones, ones_like, tensor, zeros, zeros_like
from autodiff.engine.functional import backward, grad
from autodiff.engine.graph import AccumulateGrad, Node
from autodiff.engine.size import Size
from autodiff.engine.tensors import Tensor
from autodiff.late import late_names as _late_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from autodiff.engine.grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
    from autodiff.engine.names import (
        ATTRIBUTES,
        CONSTANTS,
        functions,
        functions_in,
        language_functions,
        tensor_methods,
    )
    from autodiff.engine.ranges import arange, linspace

__all__ = [
    "ATTRIBUTES",
    "CONSTANTS",
    "AccumulateGrad",
    "Node",
    "Size",
    "Tensor",
    "arange",
    "backward",
    "empty",
    "enable_grad",
    "eye",
    "full",
    "full_like",
    "functions",
    "functions_in",
    "grad",
    "is_grad_enabled",
    "language_functions",
    "linspace",
    "no_grad",
    "ones",
    "ones_like",
    "set_grad_enabled",
    "tensor",
    "tensor_methods",
    "zeros",
    "zeros_like",
]

_NAMES = ("ATTRIBUTES", "CONSTANTS", "functions", "functions_in", "language_functions", "tensor_methods")
__getattr__ = _late_names(
    __name__,
    {
        "grad_mode": ("enable_grad", "is_grad_enabled", "no_grad", "set_grad_enabled"),
        "names": _NAMES,
        "ranges": ("arange", "linspace"),
    },
)
