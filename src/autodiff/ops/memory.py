"""Writing into memory: copy, fill and zero, and views that a tensor turns itself into."""

from collections.abc import Mapping, Sequence
from typing import Any

from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import wrapped
from autodiff.ops.op import Structural
from autodiff.ops.order import t, transpose
from autodiff.ops.shape import reshape, squeeze_dim
from autodiff.ops.warning import DISCARDED, warn_once

__all__: list[str] = []

copied = Structural(
    "copied",
    "a copy that says it was copied",
    array=lambda self: np.array(self, order="C"),
    scalar=lambda self: self,
    node="CopyBackwards",
    derivatives={"self": lambda g: g},
    public=False,
)

copy_from = Structural(
    "copy",
    "the values of src, in the shape and dtype of self",
    "self, Tensor src",
    array=lambda self, src: np.broadcast_to(src, self.shape).astype(self.dtype),
    node="CopyBackwards",
    derivatives={"self": lambda g: 0, "src": lambda g: g},
    places="",
    in_place=True,
    samples=(([0.5, -1.5], [2.0, 0.25]), ([0.5, -1.5], 2.0)),
)


def _single(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:  # noqa: ARG001
    dimensions = len(inputs[1].shape)
    if dimensions:
        raise TorchRuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {dimensions} dimensions."
        )


def _filled(self: Values, value: Values) -> Values:
    if value.dtype.kind == "c" and self.dtype.kind not in "cb":
        warn_once(DISCARDED)
        value = value.real
    return np.full_like(self, value)


fill_with_tensor = Structural(
    "fill_",
    "the value of a 0-d tensor everywhere, in the shape of self",
    "self, Tensor value",
    node="FillBackward3",
    array=_filled,
    checks=_single,
    scalar=lambda self, value: value,
    derivatives={"self": lambda g: 0, "value": lambda g: g.sum()},
    public=False,
)

fill_with_number = Structural(
    "fill_",
    "a number everywhere, in the shape of self",
    "self, Scalar value",
    node="FillBackward2",
    array=lambda self, value: np.full_like(self, value),
    scalar=lambda self, value: value,
    derivatives={"self": lambda g: 0},
    public=False,
)

fill_tensor = Structural(
    "fill",
    "the value of a 0-d tensor everywhere, in the shape of self",
    "self, Tensor value",
    overload=1,
    array=_filled,
    checks=_single,
    scalar=lambda self, value: value,
    derivatives={"self": lambda g: 0, "value": lambda g: g.sum()},
    places="function",
    in_place=True,
    written=fill_with_tensor,
    samples=(([0.5, -1.5], 2.5),),
)

fill_number = Structural(
    "fill",
    "a number everywhere, in the shape of self",
    "self, Scalar value",
    array=lambda self, value: np.full_like(self, value),
    scalar=lambda self, value: value,
    derivatives={"self": lambda g: 0},
    places="function",
    in_place=True,
    written=fill_with_number,
    samples=(([0.5, -1.5], 2.5),),
)


zero = Structural(
    "zero",
    "zeros in the shape of self",
    array=lambda self: np.zeros_like(self),
    scalar=lambda self: 0,
    derivatives={"self": lambda g: 0},
    places="",
    in_place=True,
    samples=(([0.5, -1.5],),),
)

# ------------------------------------------------------------------ a tensor that becomes a view of itself

squeeze_self = Structural(
    "squeeze_",
    "drop the dimensions of length 1",
    node="SqueezeBackward3",
    array=lambda self: self.squeeze(),
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
    public=False,
)

squeeze_self_dim = Structural(
    "squeeze_",
    "drop dimension dim if its length is 1",
    "self, int dim",
    node="SqueezeBackward4",
    array=lambda self, dim: _squeezed(self, (dim,)),
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
    public=False,
)

squeeze_self_dims = Structural(
    "squeeze_",
    "drop the given dimensions where their length is 1",
    "self, ints dim",
    node="SqueezeBackward5",
    array=lambda self, dim: _squeezed(self, dim),
    view=True,
    derivatives={"self": lambda g, self_shape: reshape(g, self_shape)},
    public=False,
)


def _squeezed(self: Values, dims: Sequence[int]) -> Values:
    axes = {wrapped(dim, self.ndim) for dim in dims}
    return self.squeeze(tuple(axis for axis in axes if self.ndim and self.shape[axis] == 1))


unsqueeze_self = Structural(
    "unsqueeze_",
    "add a dimension of length 1 at dim",
    "self, int dim",
    node="UnsqueezeBackward1",
    array=lambda self, dim: np.expand_dims(self, wrapped(dim, self.ndim + 1)),
    view=True,
    derivatives={"self": lambda g, dim: squeeze_dim(g, dim=dim)},
    public=False,
)

transpose_self = Structural(
    "transpose_",
    "swap two dimensions",
    "self, int dim0, int dim1",
    node="TransposeBackward1",
    array=lambda self, dim0, dim1: np.swapaxes(self, wrapped(dim0, self.ndim), wrapped(dim1, self.ndim)),
    view=True,
    derivatives={"self": lambda g, dim0, dim1: transpose(g, dim0=dim0, dim1=dim1)},
    public=False,
)


def _flipped(self: Values) -> Values:
    if self.ndim > 2:
        raise TorchRuntimeError(f"t_() expects a tensor with <= 2 dimensions, but self is {self.ndim}D")
    return self.T


t_self = Structural(
    "t_",
    "transpose the matrix",
    node="TBackward1",
    array=_flipped,
    view=True,
    derivatives={"self": lambda g: t(g)},
    public=False,
)

SELF_VIEWS = {
    "squeeze_": (squeeze_self, squeeze_self_dim, squeeze_self_dims),
    "unsqueeze_": (unsqueeze_self,),
    "transpose_": (transpose_self,),
    "swapaxes_": (transpose_self,),
    "swapdims_": (transpose_self,),
    "t_": (t_self,),
}
"""The methods that change how a tensor views its memory, by name."""
