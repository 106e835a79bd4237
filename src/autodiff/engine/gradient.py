"""Gradients as tensors: zeros, copies, and the fit of a gradient to its input.

No derivative rule mentions broadcasting or the gradient's dtype: both are undone here.
"""

from __future__ import annotations

from autodiff.dtypes import Category
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.graph import Meta
from autodiff.errors import TorchRuntimeError
from autodiff.late import late_module
from autodiff.numbers.array import ARRAYS, Array, np, numpy_dtype
from autodiff.numbers.scalar import SCALARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autodiff.engine import apply as general
    from autodiff.engine import memory, ownership
    from autodiff.numbers import layout
    from autodiff.numbers.scalar import Scalar
    from autodiff.ops import cast, reduction
    from autodiff.ops import complex as complexes
    from autodiff.ops import shape as shapes
else:
    general = late_module("autodiff.engine.apply")
    cast = late_module("autodiff.ops.cast")
    complexes = late_module("autodiff.ops.complex")
    layout = late_module("autodiff.numbers.layout")
    memory = late_module("autodiff.engine.memory")
    ownership = late_module("autodiff.engine.ownership")
    reduction = late_module("autodiff.ops.reduction")
    shapes = late_module("autodiff.ops.shape")

__all__ = ["added_in_place", "copy_for", "filled", "fitted", "meta_of", "own_copy", "recorded_copy", "refuse_misfit"]


def meta_of(t: TensorBase) -> Meta:
    """What a gradient of `t` must fit."""
    return Meta(tuple(t._data.shape), t.dtype)


def filled(meta: Meta, number: complex) -> Any:  # noqa: ANN401 - a Tensor
    """A tensor with the same number everywhere."""
    if not meta.shape:
        return plain(SCALARS[meta.dtype].of(number))
    return plain(ARRAYS[meta.dtype].of(np.full(meta.shape, number, dtype=numpy_dtype(meta.dtype))))


def fitted(gradient: Any, meta: Meta) -> Any:  # noqa: ANN401 - a tensor or a number; a tensor
    """`gradient` in the shape and dtype of the input it belongs to.

    A plain number is that number everywhere; what was broadcast is summed; a real input takes the real part.
    """
    if not isinstance(gradient, TensorBase):
        return filled(meta, gradient)
    g = gradient
    if tuple(g._data.shape) != meta.shape:
        g = _summed_to(g, meta.shape)
    if g.dtype is not meta.dtype:
        if g.dtype.is_complex and meta.dtype.category != Category.COMPLEX:
            g = complexes.real(g)
        g = g if g.dtype is meta.dtype else general.apply(cast.to_copy, (g,), {"dtype": meta.dtype})
    return g


def refuse_misfit(name: str, index: int, own: Sequence[int], got: Sequence[int]) -> None:
    """Raise PyTorch's RuntimeError if a gradient that node `name` gave cannot be summed to the shape `own`."""
    if len(got) < len(own) or any(a not in (1, b) for a, b in zip(own[::-1], got[::-1], strict=False)):
        raise TorchRuntimeError(
            f"Function {name} returned an invalid gradient at index {index} - got {list(got)} but expected shape "
            f"compatible with {list(own)}"
        )


def _summed_to(g: TensorBase, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 - a tensor
    """The sum over what broadcasting repeated; a smaller gradient is expanded."""
    own = tuple(g._data.shape)
    extra = len(own) - len(shape)
    if extra < 0 or any(a == 1 < b for a, b in zip(own[extra:], shape, strict=True)):
        return general.apply(shapes.expand, (g,), {"size": shape, "implicit": False})
    if not shape:  # of everything, PyTorch takes the other sum
        return general.apply(reduction.sum_, (g,), {"dtype": None})
    repeated = [k for k, length in enumerate(own) if k < extra or shape[k - extra] != length]
    if repeated:
        g = general.apply(reduction.sum_dim, (g,), {"dim": repeated, "keepdim": True, "dtype": None})
    return g if tuple(g._data.shape) == shape else general.apply(shapes.view, (g,), {"size": shape})


def own_copy(g: TensorBase) -> Any:  # noqa: ANN401 - a Tensor
    """The same values in memory of their own, without history."""
    data = g._data
    if isinstance(data, Array):
        return plain(ARRAYS[g.dtype].of(np.array(data.value, order="C")))
    return plain(SCALARS[g.dtype].of(data.read()))


def recorded_copy(g: TensorBase) -> Any:  # noqa: ANN401 - a Tensor
    """The same values in memory of their own, with their history."""
    from autodiff.ops.memory import copied

    return general.apply(copied, (g,), {})


def copy_for(leaf: TensorBase | None, g: TensorBase) -> Any:  # noqa: ANN401 - a Tensor
    """The first gradient of `leaf` in memory of its own, laid out as the leaf is unless `g` could be kept as it is."""
    own, got = (None if leaf is None else leaf._data), g._data
    if not isinstance(own, Array) or (own.value.flags.c_contiguous and own.shape == got.shape):
        return own_copy(g)
    if obeys(got, own):
        return plain(ARRAYS[g.dtype].of(layout.copy_alike(got.value))) if isinstance(got, Array) else own_copy(g)
    _refuse_wider(own.shape, got.shape)
    dense = layout.is_dense(own.value)
    laid_out = np.empty_like(own.value, order="K" if dense else "C", dtype=numpy_dtype(g.dtype))
    laid_out[...] = got.value if isinstance(got, Array) else got.read()
    return plain(ARRAYS[g.dtype].of(laid_out))


def obeys(g: Scalar | Array, own: Scalar | Array) -> bool:
    """Whether a gradient is laid out as its leaf is, by PyTorch's rule, which does not compare their shapes."""
    if not isinstance(g, Array):
        return True
    if not isinstance(own, Array):
        return True
    if not layout.is_dense(own.value):
        return bool(g.value.flags.c_contiguous)
    triples = zip(g.shape, memory.steps(g), memory.steps(own), strict=False)
    return all(step != 0 if length == 1 else step == wanted for length, step, wanted in triples)


def added_in_place(leaf: TensorBase | None, total: TensorBase, g: TensorBase) -> None:
    """Add `g` to the accumulated gradient of `leaf`, in its own memory."""
    own, got = total._data, g._data
    if own.shape != got.shape:
        _refuse_wider(own.shape, got.shape)
    if isinstance(own, Array):
        if ownership.same_kind(total, g):
            ownership.add_into(total, g)
        else:
            own.write(own.value + (got.value if isinstance(got, Array) else got.read()))
        if leaf is not None and not obeys(own, leaf._data):
            from autodiff.ops.warning import warn_once

            warn_once(_layout(own, leaf._data), stacklevel=6)
    else:
        own.write(own.read() + got.read())


def _refuse_wider(own: Sequence[int], got: Sequence[int]) -> None:
    """Raise PyTorch's RuntimeError unless values of shape `got` can be written into the shape `own`."""
    from autodiff.engine.shapes import broadcast_shape

    common = broadcast_shape([own, got])
    if common != tuple(own):
        raise TorchRuntimeError(f"output with shape {list(own)} doesn't match the broadcast shape {list(common)}")


def _layout(g: Array, own: Scalar | Array) -> str:
    sides = [(name, list(x.shape), list(memory.steps(x))) for name, x in (("grad", g), ("param", own))]
    said = "\n".join(f"{name}.sizes() = {shape}, strides() = {strides}" for name, shape, strides in sides)
    return (
        "grad and param do not obey the gradient layout contract. This is not an error, but may impair performance.\n"
        f"{said} (Triggered internally at /__w/pytorch/pytorch/torch/csrc/autograd/functions/accumulate_grad.h:252.)"
    )
