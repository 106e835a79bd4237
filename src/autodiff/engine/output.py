"""The argument `out`: a result is written into a tensor the user has, which takes on its shape."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Final

from autodiff.engine.core import TensorBase
from autodiff.engine.mode import mode
from autodiff.engine.results import named
from autodiff.engine.view import requires_grad
from autodiff.errors import TorchRuntimeError, TorchTypeError
from autodiff.numbers.array import Array, array_of
from autodiff.ops.op import Composite, Elementwise, Op, Structural

__all__ = ["accepting_out", "check_out", "written_into"]

_WITHOUT: Final = """
    adjoint argwhere as_strided atleast_1d atleast_2d atleast_3d bincount block_diag broadcast_tensors broadcast_to
    cartesian_prod cdist celu chunk clone combinations conj constant_pad_nd corrcoef count_nonzero cov
    cumulative_trapezoid det diag_embed diagonal dist dropout einsum embedding flatten flip fliplr flipud imag
    index_fill index_put isclose isfinite isinf isnan isreal logdet masked_fill masked_scatter matrix_exp meshgrid
    moveaxis movedim narrow pairwise_distance permute pinverse positive ravel real relu repeat_interleave reshape
    resolve_conj resolve_neg roll rot90 rsub select select_scatter selu split split_with_sizes squeeze std_mean
    swapaxes swapdims t tensor_split tile trace transpose trapezoid trapz unbind unflatten unique unsqueeze vander
    var_mean view_as_complex view_as_real
"""
"""The functions of the table that have no such argument."""
_NO_DERIVATIVE: Final = (
    "{}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires "
    "grad."
)
_RESIZED: Final = (
    "An output with one or more elements was resized since it had shape {}, which does not match the required output "
    "shape {}. This behavior is deprecated, and in a future PyTorch release outputs will not be resized unless they "
    "have zero elements. You can explicitly reuse an out tensor t by resizing it, inplace, to zero elements with "
    "t.resize_(0). (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/Resize.cpp:30.)"
)
_RANGE_RESIZED: Final = (
    "The number of elements in the out tensor of shape {} is {} which does not match the computed number of elements "
    "{}. Note that this may occur as a result of rounding error. The out tensor will be resized to a tensor of shape "
    "({},). (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/RangeFactories.cpp:199.)"
)


# ------------------------------------------------------------------ operations of the table


def check_out(name: str, op: Op, inputs: Sequence[Any], out: Any) -> None:  # noqa: ANN401 - the user's
    """Whether `out` may be given at all. Raises PyTorch's TypeError or RuntimeError."""
    if name in _WITHOUT.split():
        raise TorchTypeError(f"{name}() got an unexpected keyword argument 'out'")
    names = _names(op)
    outs = out if isinstance(out, (tuple, list)) and names else [out]
    if not all(isinstance(t, TensorBase) for t in outs):
        kind = "tuple of Tensors" if names else "Tensor"
        raise TorchTypeError(f"{name}(): argument 'out' must be {kind}, not {type(out).__name__}")
    given = [t for x in (*inputs, *outs) for t in (x if isinstance(x, (tuple, list)) else [x])]
    if mode.get().recording and any(isinstance(t, TensorBase) and requires_grad(t) for t in given):
        raise TorchRuntimeError(_NO_DERIVATIVE.format(op.name))


def written_into(op: Op, out: Any, result: Any) -> Any:  # noqa: ANN401 - a tensor, or a tuple of them
    """`out`, which has the values of `result` now. Raises PyTorch's RuntimeError if its dtype cannot take them."""
    if not isinstance(result, tuple):
        return _written(op, out, result)
    for target, values in zip(out, result, strict=True):
        _written(op, target, values)
    return named(f"{op.name}_out", _names(op), tuple(out)) if _names(op) else tuple(out)


def _names(op: Op) -> tuple[str, ...]:
    """What the results are called, if there are several with names."""
    return op.outputs if isinstance(op, (Structural, Composite)) else ()


def _written(op: Op, out: TensorBase, result: TensorBase) -> TensorBase:
    own, got = out.dtype, result.dtype
    casts = isinstance(op, Elementwise) or any(p.kind == "dtype" for p in op.signature)
    if not casts and own is not got:
        raise TorchRuntimeError(f"Expected out tensor to have dtype {got.cpp}, but got {own.cpp} instead")
    if got.category > own.category:
        raise TorchRuntimeError(f"result type {got.title} can't be cast to the desired output type {own.title}")
    if out.shape != result.shape and out.shape.numel():
        warnings.warn(_RESIZED.format(list(out.shape), list(result.shape)), UserWarning, stacklevel=5)
    _put(out, result)
    return out


def _put(out: TensorBase, result: TensorBase) -> None:
    """The values of `result` in the memory of `out`, or, if the shapes differ, in new memory."""
    data, new = out._data, result._data
    if data.shape != new.shape:
        version = data.version
        out._data = type(data).of(new.value) if isinstance(data, Array) and isinstance(new, Array) else _as(new, data)
        out._data.set_version(version + 1)
    elif isinstance(new, Array):
        data.write(array_of(new, data.dtype))
    else:
        data.write(new.read())


def _as(new: Any, data: Any) -> Any:  # noqa: ANN401 - data of tensors
    from autodiff.engine.create import tensor  # a scalar that becomes an array, or the reverse

    return tensor(new.read(), dtype=data.dtype)._data


# ------------------------------------------------------------------ functions that make tensors


def accepting_out(name: str, make: Callable[..., Any]) -> Callable[..., Any]:
    """`make`, a function that makes tensors, with an argument `out`, whose dtype it takes."""

    @wraps(make)
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the user's
        if "out" not in kwargs:
            return make(*args, **kwargs)
        rest: Mapping[str, Any] = {key: value for key, value in kwargs.items() if key != "out"}
        out = kwargs["out"]
        if out is None:
            return make(*args, **rest)
        return _made_into(name, out, make, args, rest)

    return call


def _made_into(
    name: str,
    out: Any,  # noqa: ANN401 - the user's
    make: Callable[..., Any],
    args: Sequence[Any],
    rest: Mapping[str, Any],
) -> Any:  # noqa: ANN401 - a Tensor
    if not isinstance(out, TensorBase):
        raise TorchTypeError(f"{name}(): argument 'out' must be Tensor, not {type(out).__name__}")
    if mode.get().recording and requires_grad(out):
        raise TorchRuntimeError(_NO_DERIVATIVE.format(f"aten::{name}"))
    kind = rest.get("dtype")
    if kind not in (None, out.dtype):
        raise TorchRuntimeError(f"dtype {kind.title} does not match dtype of out parameter ({out.dtype.title})")
    result = make(*args, **{**rest, "dtype": out.dtype})
    count = out.shape.numel()
    if name == "arange" and count and count != len(result):
        found = len(result)
        warnings.warn(_RANGE_RESIZED.format(list(out.shape), count, found, found), UserWarning, stacklevel=4)
    _put(out, result)
    return out
