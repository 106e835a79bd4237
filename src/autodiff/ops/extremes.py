"""The largest and smallest elements, and where they are.

Of the whole tensor, equal extremes share the gradient; along a dimension with indices, the first one takes it all.
"""

from collections.abc import Callable
from typing import Any

from autodiff.dtypes import Category, int64
from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import wrapped, wrapped_all
from autodiff.ops.gathering import scatter_src
from autodiff.ops.masking import masked_fill_tensor
from autodiff.ops.op import Composite, Structural, any_of, not_implemented, refused
from autodiff.ops.pairwise import maximum, minimum
from autodiff.ops.selection import isnan
from autodiff.ops.shape import new_zeros, unsqueeze, view

__all__: list[str] = []

_BOOL, _COMPLEX = Category.BOOL, Category.COMPLEX
_VECTOR, _MATRIX = [0.5, -1.5, 2.0], [[1.0, 2.0, 3.0], [4.0, 8.0, 7.0]]
Pick = Callable[..., Any]

# ------------------------------------------------------------------ how gradients come back


def shared_evenly(g: Any, self: Any, out: Any) -> Any:  # noqa: ANN401 - tensors
    """The gradient split evenly among the elements that equal the result (are nan, if that is)."""
    mask = isnan(self) if bool(isnan(out)) else self == out
    return masked_fill_tensor(new_zeros(g, size=self.shape), mask, g / mask.sum())


def shared_along(g: Any, self: Any, out: Any, dim: Any, *, keepdim: bool) -> Any:  # noqa: ANN401 - tensors
    """The same along some dimensions."""
    axes = wrapped_all(dim, len(self.shape))
    if self.shape and not keepdim:
        shape = tuple(1 if k in axes else n for k, n in enumerate(self.shape))
        g, out = view(g, size=shape), view(out, size=shape)
    mask = out == self
    return (g * mask) / (mask.sum(axes, keepdim=True) if self.shape else mask.sum())


def at_indices(g: Any, shape: tuple[int, ...], indices: Any, dim: int, *, keepdim: bool = True) -> Any:  # noqa: ANN401
    """Zeros, with the gradient where the chosen elements were."""
    if shape and not keepdim:
        g, indices = unsqueeze(g, dim=dim), unsqueeze(indices, dim=dim)
    return scatter_src(new_zeros(g, size=shape), indices, g, dim=dim)


# ------------------------------------------------------------------ values


def need_elements(name: str, self: Values, dim: Any, error: type[Exception] = TorchRuntimeError) -> None:  # noqa: ANN401
    """Raise PyTorch's error where an extreme of nothing is asked for."""
    if self.size:
        return
    if dim in (None, ()):
        how = " Specify the reduction dim with the 'dim' argument." if error is TorchRuntimeError else ""
        raise error(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.{how}")
    for axis in wrapped_all(dim, self.ndim):
        if self.shape[axis] == 0:
            raise TorchIndexError(f"{name}(): Expected reduction dim {axis} to have non-zero size.")


def _whole(name: str, pick: str, doc: str) -> Structural:
    def extreme(self: Values) -> Any:  # noqa: ANN401 - a number
        need_elements(name, self, None)
        return getattr(self, pick)()

    return Structural(
        name,
        f"the {doc} element; equal ones share the gradient",
        overload=1,
        array=extreme,
        scalar=lambda self: self,
        refuses=any_of(not_implemented(f"{name}_all"), _COMPLEX),
        derivatives={"self": shared_evenly},
        samples=((1.5,), (_VECTOR,), (_MATRIX,)),
    )


def _along(name: str, pick: str, doc: str) -> Structural:
    def extremes(self: Values, dim: int, keepdim: bool) -> tuple[Values, Values]:
        axis = wrapped(dim, self.ndim)
        if not self.ndim:
            return self.copy(), np.zeros((), dtype=np.int64)
        need_elements(name, self, dim)
        indices = getattr(self, pick)(axis=axis, keepdims=True)
        values = np.take_along_axis(self, indices, axis)
        return (values, indices) if keepdim else (values.squeeze(axis), indices.squeeze(axis))

    return Structural(
        name,
        f"the {doc} elements along dim, and where they are (the first of equal ones)",
        "self, int dim, bool keepdim=False",
        array=extremes,
        scalar=lambda self, dim, keepdim: (self, wrapped(dim, 0)),
        outputs=("values", "indices"),
        further_dtypes=(int64,),
        refuses=any_of(refused(f"{name}(): does not support complex input"), _COMPLEX),
        derivatives={
            "self": lambda g, self_shape, indices, dim, keepdim: at_indices(
                g[0], self_shape, indices, dim, keepdim=keepdim
            )
        },
        samples=((_VECTOR, 0), (_MATRIX, 1), (_MATRIX, 0, True)),
    )


def _of_two(name: str, doc: str, operation: Any) -> Composite:  # noqa: ANN401 - an operation
    return Composite(
        name,
        f"the {doc} of two elements, at each position",
        "self, Tensor other",
        compute=lambda self, other: operation(self, other),
        samples=((_VECTOR, [1.0, -2.0, 0.25]),),
    )


def _reduced(name: str, pick: str, doc: str, kernel: str) -> Structural:
    def extremes(self: Values, dim: Any, keepdim: bool) -> Any:  # noqa: ANN401
        axes = wrapped_all(dim, self.ndim)
        need_elements(name, self, dim)
        return getattr(self, pick)(axis=axes, keepdims=keepdim)

    return Structural(
        name,
        f"the {doc} elements along some dimensions; equal ones share the gradient",
        "self, ints? dim=(), bool keepdim=False",
        array=extremes,
        refuses=any_of(not_implemented(kernel), _COMPLEX),
        derivatives={"self": lambda g, self, out, dim, keepdim: shared_along(g, self, out, dim, keepdim=keepdim)},
        samples=((_VECTOR,), (_MATRIX, 1), (_MATRIX, (0, 1), True)),
    )


def _position(name: str, doc: str) -> Structural:
    def positions(self: Values, dim: int | None, keepdim: bool) -> Any:  # noqa: ANN401
        need_elements(name, self, dim, TorchIndexError)
        axis = None if dim is None or not self.ndim else wrapped(dim, self.ndim)
        if dim is not None:
            wrapped(dim, self.ndim)
        return getattr(self, name)(axis=axis, keepdims=keepdim)

    return Structural(
        name,
        f"where the {doc} element is (the first of equal ones)",
        "self, int dim=None, bool keepdim=False",
        array=positions,
        dtypes=lambda d: (d, int64),
        refuses={
            _COMPLEX: refused(f"{name}(): does not support complex input"),
            _BOOL: refused(f"{name}(): does not support bool input"),
        },
    )


max_all, min_all = _whole("max", "max", "largest"), _whole("min", "min", "smallest")
max_two, min_two = _of_two("max", "larger", maximum), _of_two("min", "smaller", minimum)
max_dim, min_dim = _along("max", "argmax", "largest"), _along("min", "argmin", "smallest")
amax = _reduced("amax", "max", "largest", "max_values_cpu")
amin = _reduced("amin", "min", "smallest", "min_values_cpu")
argmax, argmin = _position("argmax", "largest"), _position("argmin", "smallest")


def _aminmax(self: Values, dim: int | None, keepdim: bool) -> tuple[Any, Any]:
    if not (self.size if dim is None else (self.shape or (1,))[wrapped(dim, self.ndim)]):
        raise TorchRuntimeError(
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity."
        )
    axes = wrapped_all(dim, self.ndim)
    return self.min(axis=axes, keepdims=keepdim), self.max(axis=axes, keepdims=keepdim)


aminmax = Structural(
    "aminmax",
    "the smallest and the largest elements",
    "self, *, int dim=None, bool keepdim=False",
    array=_aminmax,
    outputs=("min", "max"),
    differentiable=0,
    refuses=any_of(not_implemented("aminmax_cpu"), _COMPLEX),
    derivatives={
        "self": lambda g, self, min, max, dim, keepdim: (
            shared_along(g[0], self, min, dim, keepdim=keepdim) + shared_along(g[1], self, max, dim, keepdim=keepdim)
        )
    },
    samples=((_VECTOR,),),
)
