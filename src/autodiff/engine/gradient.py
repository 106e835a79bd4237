"""Gradients as tensors: zeros, copies, and the fit of a gradient to its input.

No derivative rule mentions broadcasting or the gradient's dtype: both are undone here.
"""

from __future__ import annotations

from autodiff.dtypes import Category
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.graph import Meta
from autodiff.late import late_module
from autodiff.numbers.array import ARRAYS, Array, np, numpy_dtype
from autodiff.numbers.scalar import SCALARS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from autodiff.engine import apply as general
    from autodiff.ops import cast, memory, reduction
    from autodiff.ops import complex as complexes
    from autodiff.ops import shape as shapes
else:
    general = late_module("autodiff.engine.apply")
    cast = late_module("autodiff.ops.cast")
    complexes = late_module("autodiff.ops.complex")
    memory = late_module("autodiff.ops.memory")
    reduction = late_module("autodiff.ops.reduction")
    shapes = late_module("autodiff.ops.shape")

__all__ = ["added_in_place", "filled", "fitted", "meta_of", "own_copy", "recorded_copy"]


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
        return plain(type(data).of(np.array(data.value, order="C")))
    return plain(SCALARS[g.dtype].of(data.read()))


def recorded_copy(g: TensorBase) -> Any:  # noqa: ANN401 - a Tensor
    """The same values in memory of their own, with their history."""
    return general.apply(memory.copied, (g,), {})


def added_in_place(total: TensorBase, g: TensorBase) -> None:
    """Add `g` to an accumulated gradient, in its own memory."""
    if isinstance(total._data, Array) and isinstance(g._data, Array):
        total._data.write(total._data.value + g._data.value)
    else:
        total._data.write(total._data.read() + g._data.read())
