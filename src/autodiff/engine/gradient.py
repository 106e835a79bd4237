"""Gradients as tensors: zeros, copies, and the fit of a gradient to its input.

No derivative rule mentions broadcasting or the gradient's dtype: both are undone here.
"""

from sys import getrefcount
from typing import Any, Final

from autodiff.dtypes import Category
from autodiff.engine.apply import apply
from autodiff.engine.core import TensorBase, plain
from autodiff.engine.elements import FLOATS
from autodiff.engine.graph import Meta
from autodiff.numbers.array import ARRAYS, Array, np, numpy_dtype
from autodiff.numbers.quiet import quietly
from autodiff.numbers.scalar import SCALARS
from autodiff.ops.cast import to_copy
from autodiff.ops.complex import real
from autodiff.ops.memory import copied
from autodiff.ops.reduction import sum_, sum_dim
from autodiff.ops.shape import expand, view

__all__ = ["added_in_place", "filled", "fitted", "is_ours", "meta_of", "own_copy", "recorded_copy", "same_kind"]


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
        if g.dtype.is_complex and meta.dtype.category is not Category.COMPLEX:
            g = real(g)
        g = g if g.dtype is meta.dtype else apply(to_copy, (g,), {"dtype": meta.dtype})
    return g


def _summed_to(g: TensorBase, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 - a tensor
    """The sum over what broadcasting repeated; a smaller gradient is expanded."""
    own = tuple(g._data.shape)
    extra = len(own) - len(shape)
    if extra < 0 or any(a == 1 < b for a, b in zip(own[extra:], shape, strict=True)):
        return apply(expand, (g,), {"size": shape, "implicit": False})
    if not shape:  # of everything, PyTorch takes the other sum
        return apply(sum_, (g,), {"dtype": None})
    repeated = [k for k, length in enumerate(own) if k < extra or shape[k - extra] != length]
    if repeated:
        g = apply(sum_dim, (g,), {"dim": repeated, "keepdim": True, "dtype": None})
    return g if tuple(g._data.shape) == shape else apply(view, (g,), {"size": shape})


def own_copy(g: TensorBase) -> Any:  # noqa: ANN401 - a Tensor
    """The same values in memory of their own, without history."""
    data = g._data
    if isinstance(data, Array):
        return plain(type(data).of(np.array(data.value, order="C")))
    return plain(SCALARS[g.dtype].of(data.read()))


def recorded_copy(g: TensorBase) -> Any:  # noqa: ANN401 - a Tensor
    """The same values in memory of their own, with their history."""
    return apply(copied, (g,), {})


def added_in_place(total: TensorBase, g: TensorBase) -> None:
    """Add `g` to an accumulated gradient, in its own memory."""
    if same_kind(total, g):
        memory: Any = total._data
        quietly(np.add, memory.value, g._data.value, memory.value)
        memory.storage.version += 1
    elif isinstance(total._data, Array) and isinstance(g._data, Array):
        total._data.write(total._data.value + g._data.value)
    else:
        total._data.write(total._data.read() + g._data.read())


def same_kind(a: TensorBase, b: TensorBase) -> bool:
    """Whether two tensors are float arrays of one dtype and shape."""
    return a._data.__class__ is b._data.__class__ in FLOATS and a._data.shape == b._data.shape


def is_ours(only: list[Any]) -> bool:
    """Whether a gradient is a float array that nobody has but this list, its memory neither viewed nor a view.

    Such a one may be changed, or become a leaf's `.grad`, where PyTorch does not copy either.
    """
    if getattr(only[0], "_data", None).__class__ not in FLOATS:
        return False
    alone = getrefcount(only[0]) == getrefcount(only[0]._data) == getrefcount(only[0]._data.value) == _ONE_HOLDER
    return alone and only[0]._data.value.base is None and only[0]._data.value.flags.c_contiguous


_ONE_HOLDER: Final = 2
"""What is counted of an object with one holder: that, and the argument."""
