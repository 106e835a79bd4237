"""PyTorch's modules, as far as the engine reaches: `torch`, `torch.autograd`, `torch.nn.functional` and more."""

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from autodiff import dtypes
from autodiff.engine import (
    anomaly,
    convert,
    functional,
    grad_mode,
    gradient_edge,
    in_place_functions,
    library,
    names,
    ranges,
    saved_hooks,
    settings,
)
from autodiff.engine.function import Function, FunctionNode
from autodiff.engine.function_results import once_differentiable
from autodiff.engine.parameter import Parameter
from autodiff.engine.size import Size
from autodiff.engine.tensors import Tensor
from autodiff.engine.variable import Variable

__all__ = ["torch_module"]


def _module(name: str, doc: str, members: Mapping[str, Any]) -> ModuleType:
    module = ModuleType(name, doc)
    for key, value in members.items():
        setattr(module, key, value)
    return module


def _graph_names() -> dict[str, Any]:
    """The names in `torch.autograd.graph`."""
    edges = ("GradientEdge", "get_gradient_edge", "increment_version")
    found = {name: getattr(gradient_edge, name) for name in edges} | {"Node": gradient_edge.GraphNode}
    return found | {name: getattr(saved_hooks, name) for name in saved_hooks.__all__}


def _modes() -> dict[str, Any]:
    """What switches recording on and off."""
    return {name: getattr(grad_mode, name) for name in grad_mode.SWITCHES}


def _autograd() -> ModuleType:
    function = {"Function": Function, "FunctionCtx": FunctionNode, "once_differentiable": once_differentiable}
    members = {
        "grad": functional.grad,
        "backward": functional.backward,
        **_modes(),
        "Function": Function,
        "function": _module("torch.autograd.function", "Operations whose derivative the user writes.", function),
        "detect_anomaly": anomaly.detect_anomaly,
        "set_detect_anomaly": anomaly.set_detect_anomaly,
        "grad_mode": _module("torch.autograd.grad_mode", "Recording, on and off.", _modes()),
        **library.autograd_names(),
        "Variable": Variable,
        "graph": _module("torch.autograd.graph", "The graph behind tensors.", _graph_names()),
    }
    return _module("torch.autograd", "Gradients of tensors.", members)


def _nn() -> ModuleType:
    plain = names.functions_in("functional")
    functions = {**plain, **in_place_functions.flagged_names(plain), **in_place_functions.functional_names()}
    members = {
        "functional": _module("torch.nn.functional", "Functions of neural networks.", functions),
        "Parameter": Parameter,
    }
    return _module("torch.nn", "Neural networks: functions and parameters.", members)


@cache
def torch_module() -> ModuleType:
    """The module `torch`."""
    members: dict[str, Any] = dict(names.functions())
    members |= {d.name: d for d in dtypes.DTYPES} | dict(names.CONSTANTS) | _modes()
    members |= {name: getattr(convert, name) for name in convert.__all__}
    members |= {name: getattr(settings, name) for name in settings.__all__}
    members |= dict(names.CREATORS) | {"range": ranges.range}
    members |= library.torch_names()
    members |= {
        "Tensor": Tensor,
        "Size": Size,
        "dtype": dtypes.dtype,
        "is_anomaly_enabled": anomaly.is_anomaly_enabled,
        "is_anomaly_check_nan_enabled": anomaly.is_anomaly_check_nan_enabled,
        "is_grad_enabled": grad_mode.is_grad_enabled,
        "is_inference_mode_enabled": grad_mode.is_inference_mode_enabled,
        "autograd": _autograd(),
        "nn": _nn(),
        "linalg": _module("torch.linalg", "Linear algebra.", names.functions_in("linalg")),
        "special": _module("torch.special", "Special functions.", names.functions_in("special")),
        "__getattr__": library.late_name,
    }
    return _module("torch", "PyTorch's names.", library.with_outputs(members))
