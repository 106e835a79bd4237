"""What PyTorch builds upon its engine: Jacobians, transforms, checks, random numbers, further ways to make tensors."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

from autodiff.engine import (
    checking,
    construction,
    device,
    forward_ad,
    forward_transforms,
    generator_state,
    in_place_functions,
    interchange,
    jacobians,
    limits,
    mapping,
    random,
    sampling,
    shapes,
    transforms,
)
from autodiff.engine.output import accepting_out
from autodiff.engine.tensors import Tensor
from autodiff.numbers.generator import current_generator

__all__ = ["autograd_names", "late_name", "torch_names", "with_outputs"]


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
    func = _module("torch.func", "Functions made from functions.", _all(transforms, forward_transforms, mapping))
    states = {name: getattr(generator_state, name) for name in ("get_rng_state", "set_rng_state")}
    seeds = {name: getattr(random, name) for name in ("Generator", "initial_seed", "manual_seed", "seed")}
    seeds["fork_rng"] = generator_state.fork_rng
    return {
        "func": func,
        "vmap": mapping.vmap,
        "newaxis": None,
        "random": _module("torch.random", "The default generator.", {**seeds, **states}),
        **states,
        **_all(random, sampling, interchange, limits, construction, device, shapes),
        **device.modules(),
        **in_place_functions.torch_names(Tensor),
    } | construction.typed_tensors()


_MADE: Final = "arange bernoulli empty eye full linspace logspace normal ones rand randint randn randperm range zeros"


def with_outputs(members: Mapping[str, Any]) -> dict[str, Any]:
    """`members`, in which the functions that make tensors may write into one the user has."""
    made = _MADE.split()
    return {name: accepting_out(name, value) if name in made else value for name, value in members.items()}


def late_name(name: str) -> Any:  # noqa: ANN401 - a Generator
    """`torch.default_generator`, which is made when first asked for. Raises AttributeError for other names."""
    if name == "default_generator":
        return current_generator()
    raise AttributeError(f"module 'torch' has no attribute '{name}'")
