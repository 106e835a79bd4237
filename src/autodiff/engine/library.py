"""What PyTorch builds upon its engine: Jacobians, transforms, checks, random numbers, further ways to make tensors."""

from types import ModuleType
from typing import Any

from autodiff.engine import (
    checking,
    construction,
    device,
    forward_ad,
    interchange,
    jacobians,
    limits,
    mapping,
    random,
    transforms,
)

__all__ = ["autograd_names", "torch_names"]


def _module(name: str, doc: str, members: dict[str, Any]) -> ModuleType:
    module = ModuleType(name, doc)
    vars(module).update(members)
    return module


def _all(*modules: ModuleType) -> dict[str, Any]:
    return {name: getattr(module, name) for module in modules for name in module.__all__}


def autograd_names() -> dict[str, Any]:
    """Further names in `torch.autograd`."""
    functional = _module("torch.autograd.functional", "Jacobians and products with them.", _all(jacobians))
    duals = _module("torch.autograd.forward_ad", "Tensors that carry a derivative.", forward_ad.names())
    return {
        "functional": functional,
        "forward_ad": duals,
        "gradcheck": checking.gradcheck,
        "gradgradcheck": checking.gradgradcheck,
    }


def torch_names() -> dict[str, Any]:
    """Further names in `torch`."""
    func = _module("torch.func", "Functions made from functions.", _all(transforms, mapping))
    return {
        "func": func,
        "vmap": mapping.vmap,
        "newaxis": None,
        **_all(random, interchange, limits, construction, device),
    } | construction.typed_tensors()
