"""Views that do not share memory: `permute_copy` and its like, each with the derivative of its view."""

from typing import Any

from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import wrapped
from autodiff.ops.op import Structural
from autodiff.ops.order import permute, t, transpose
from autodiff.ops.shape import alias, expand, squeeze, squeeze_dim, squeeze_dims, unsqueeze, view
from autodiff.ops.slicing import select, slice_, slice_backward, unbind, unfold
from autodiff.ops.splitting import split, split_with_sizes
from autodiff.ops.striding import as_strided

__all__: list[str] = []


def _copied(values: Any) -> Any:  # noqa: ANN401 - an array, or several
    return (
        [np.array(v, order="C") for v in values] if isinstance(values, (list, tuple)) else np.array(values, order="C")
    )


def _copy(of: Structural, name: str | None = None, *, real: bool = False) -> Structural:
    """The operation that copies what the view `of` shows."""
    return Structural(
        name or f"{of.name}_copy",
        f"{of.doc}; a copy",
        of.schema,
        array=lambda self, **attributes: _copied(of.array(self, **attributes)),
        derivatives=of.derivatives,
        differentiable=of.differentiable,
        node=f"{of.node_name}_copy",
        real=real,
        places="function",
        samples=of.samples or (([0.5, -1.5],),),
    )


alias_copy = _copy(alias)
detach_copy = Structural(
    "detach_copy",
    "the values of self; a copy without a derivative",
    array=_copied,
    node="NotImplemented",
    places="function",
)
as_strided_copy = _copy(as_strided)
expand_copy = _copy(expand)
permute_copy = _copy(permute)
select_copy = _copy(select, real=True)
slice_copy = _copy(slice_, real=True)
squeeze_copy = _copy(squeeze)
squeeze_dim_copy = _copy(squeeze_dim)
squeeze_dims_copy = _copy(squeeze_dims)
t_copy = _copy(t)
transpose_copy = _copy(transpose)
unbind_copy = _copy(unbind)
unfold_copy = _copy(unfold)
unsqueeze_copy = _copy(unsqueeze)
split_copy = _copy(split)
split_with_sizes_copy = _copy(split_with_sizes, "split_with_sizes_copy")
view_copy = _copy(view)


narrow_copy = Structural(
    "narrow_copy",
    "length entries of dimension dim from start; a copy",
    "self, int dim, int start, int length",
    array=lambda self, dim, start, length: _narrowed(self, dim, start, length),
    derivatives={
        "self": lambda g, self_shape, dim, start, length: slice_backward(
            g, input_sizes=self_shape, dim=dim, start=start, end=start + length, step=1
        )
    },
    places="function",
    samples=(([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], 1, 1, 2), ([1.0, 2.0, 3.0], 0, -3, 2)),
)


def _narrowed(self: Values, dim: int, start: int, length: int) -> Values:
    if not self.ndim:
        raise TorchRuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if dim >= self.ndim:
        raise TorchRuntimeError(
            "Expected dim < static_cast<int64_t>(self_sizes.size()) to be true, but got false.  (Could this error "
            "message be improved?  If so, please report an enhancement request to PyTorch.)"
        )
    axis = wrapped(dim, self.ndim)
    size = self.shape[axis]
    if not -size <= start <= size:
        raise TorchIndexError(f"start out of range (expected to be in range of [{-size}, {size}], but got {start})")
    first = start + size if start < 0 else start
    if length < 0 or first + length > size:
        raise TorchRuntimeError(f"start ({first}) + length ({length}) exceeds dimension size ({size}).")
    return _copied(np.take(self, np.arange(first, first + length), axis=axis))
