"""The functions that change their first argument in place: `torch.sin_(x)` is `x.sin_()`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from autodiff.engine.core import TensorBase
from autodiff.engine.inplace import in_place_method
from autodiff.errors import TorchTypeError
from autodiff.ops.table import OVERLOADS

__all__ = ["flagged_names", "functional_names", "torch_names"]

_TORCH: Final = """
    abs_ acos_ acosh_ addmv_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ asin_ asinh_ atan_ atanh_ ceil_ celu_
    clamp_ clamp_max_ clamp_min_ clip_ conj_physical_ cos_ cosh_ deg2rad_ detach_ erf_ erfc_ exp2_ exp_ expm1_ fill_
    fix_ floor_ frac_ gcd_ i0_ index_put_ lcm_ ldexp_ log10_ log1p_ log2_ log_ logit_ nan_to_num_ neg_ negative_
    rad2deg_ reciprocal_ relu_ round_ rsqrt_ selu_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ threshold_ trunc_
    xlogy_ zero_
"""
_FUNCTIONAL: Final = "celu_ elu_ hardtanh_ leaky_relu_ relu_ selu_ threshold_"


def torch_names(tensor: type) -> Mapping[str, Callable[..., Any]]:
    """Those of `torch`, as far as the tensor has the method."""
    return {name: _function(name, getattr(tensor, name)) for name in _TORCH.split() if hasattr(tensor, name)}


def functional_names() -> Mapping[str, Callable[..., Any]]:
    """Those of `torch.nn.functional`, some of which are no methods."""
    names = [name for name in _FUNCTIONAL.split() if name.removesuffix("_") in OVERLOADS]
    return {name: _function(name, in_place_method(name.removesuffix("_"))) for name in names}


_FLAGGED: Final = {
    "celu": 2, "dropout": 3, "elu": 2, "hardsigmoid": 1, "hardswish": 1, "hardtanh": 3, "leaky_relu": 2, "mish": 1,
    "relu": 1, "relu6": 1, "rrelu": 4, "selu": 1, "silu": 1, "threshold": 3,
}  # fmt: skip
"""The functions of `torch.nn.functional` with a flag `inplace`, and how many parameters there are before it."""


def flagged_names(functions: Mapping[str, Callable[..., Any]]) -> Mapping[str, Callable[..., Any]]:
    """Those of `functions` that have a flag `inplace`, with it."""
    return {name: _flagged(name, functions[name], place) for name, place in _FLAGGED.items() if name in functions}


def _flagged(name: str, function: Callable[..., Any], place: int) -> Callable[..., Any]:
    changing = in_place_method(name)

    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        if "inplace" not in kwargs and len(args) <= place:
            return function(*args, **kwargs)
        inplace = kwargs.pop("inplace", False) if len(args) <= place else args[place]
        if not inplace:
            return function(*args[:place], **kwargs)
        self = args[0] if args else kwargs.pop("input")
        return changing(self, *args[1:place], **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = function.__doc__
    return call


def _function(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    def call(input: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        if not isinstance(input, TensorBase):
            raise TorchTypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
        return method(input, *args, **kwargs)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = method.__doc__
    return call
