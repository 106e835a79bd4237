"""Writing into memory: copy, fill and zero, and views that a tensor turns itself into."""

from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import wrapped
from autodiff.ops.op import Structural
from autodiff.ops.order import t, transpose
from autodiff.ops.shape import reshape, squeeze_dim

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
)


def _single(value: Values) -> Values:
    if value.ndim:
        raise TorchRuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value.ndim} dimensions."
        )
    return value


fill_tensor = Structural(
    "fill",
    "the value of a 0-d tensor everywhere, in the shape of self",
    "self, Tensor value",
    overload=3,
    array=lambda self, value: np.full_like(self, _single(value)),
    scalar=lambda self, value: value,
    derivatives={"self": lambda g: 0, "value": lambda g: g},
    places="",
    in_place=True,
)

fill_number = Structural(
    "fill",
    "a number everywhere, in the shape of self",
    "self, Scalar value",
    overload=2,
    array=lambda self, value: np.full_like(self, value),
    scalar=lambda self, value: value,
    derivatives={"self": lambda g: 0},
    places="",
    in_place=True,
)

zero = Structural(
    "zero",
    "zeros in the shape of self",
    array=lambda self: np.zeros_like(self),
    scalar=lambda self: 0,
    derivatives={"self": lambda g: 0},
    places="",
    in_place=True,
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

t_self = Structural(
    "t_",
    "transpose the matrix",
    node="TBackward1",
    array=lambda self: self.T,
    view=True,
    derivatives={"self": lambda g: t(g)},
    public=False,
)

SELF_VIEWS = {op.name: op for op in (squeeze_self, unsqueeze_self, transpose_self, t_self)}
"""The methods that change how a tensor views its memory, by name."""
