"""The order of dimensions, and of the elements along them."""

from typing import Any, Final

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.dimension import wrapped, wrapped_all
from autodiff.ops.op import Composite, Structural
from autodiff.ops.warning import warn_once

__all__: list[str] = []

_MATRIX = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]

transpose: Structural = Structural(
    "transpose",
    "with two dimensions swapped",
    "self, int dim0, int dim1",
    array=lambda self, dim0, dim1: _swapped(self, wrapped(dim0, self.ndim), wrapped(dim1, self.ndim)),
    view=True,
    derivatives={"self": lambda g, dim0, dim1: transpose(g, dim0=dim0, dim1=dim1)},
    spellings=("swapaxes", "swapdims"),
    samples=((_MATRIX, 0, 1),),
)


def _swapped(self: Values, axis: int, other: int) -> Values:
    return np.swapaxes(self, axis, other) if self.ndim else self[...]


def _permuted(self: Values, dims: Any) -> Values:  # noqa: ANN401 - a sequence of ints
    if len(dims) != self.ndim:
        raise TorchRuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
            f"ordering of dimensions i.e. input.dim() = {self.ndim} is not equal to len(dims) = {len(dims)}"
        )
    order = [wrapped(d, self.ndim) for d in dims]
    if len(set(order)) < len(order):
        raise TorchRuntimeError("permute(): duplicate dims are not allowed.")
    return self.transpose(order)


permute: Structural = Structural(
    "permute",
    "with the dimensions in another order",
    "self, ints dims",
    array=_permuted,
    view=True,
    derivatives={"self": lambda g, dims: permute(g, dims=_inverse(dims))},
    samples=((_MATRIX, (1, 0)),),
)


def _inverse(order: Any) -> tuple[int, ...]:  # noqa: ANN401 - a sequence of ints
    positive = [d % len(order) for d in order]
    return tuple(positive.index(k) for k in range(len(positive)))


def _transposed(self: Values) -> Values:
    if self.ndim > 2:
        raise TorchRuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {self.ndim}D")
    return self.T


t: Structural = Structural(
    "t",
    "the transposed matrix; a vector stays as it is",
    array=_transposed,
    view=True,
    derivatives={"self": lambda g: t(g)},
    samples=((_MATRIX,),),
)


def _moved(self: Any, source: Any, destination: Any) -> Any:  # noqa: ANN401 - tensors
    ndim = len(self.shape)
    sources = [wrapped(d, ndim) for d in ([source] if isinstance(source, int) else source)]
    destinations = [wrapped(d, ndim) for d in ([destination] if isinstance(destination, int) else destination)]
    if len(sources) != len(destinations):
        raise TorchRuntimeError(
            "movedim: Invalid source or destination dims: source "
            f"({sources} dims) should contain the same number of dims as destination ({destinations} dims)"
        )
    order: list[int | None] = [None] * ndim
    for at, taken in zip(destinations, sources, strict=True):
        order[at] = taken
    rest = iter(d for d in range(ndim) if d not in sources)
    return permute(self, dims=tuple(next(rest) if d is None else d for d in order))


movedim = Composite(
    "movedim",
    "with dimensions moved to other places; the rest keep their order",
    "self, ints source, ints destination",
    compute=_moved,
    spellings=("moveaxis",),
    samples=((_MATRIX, 0, 1),),
)

# ------------------------------------------------------------------ transposed, as attributes


def _deprecated(text: str, line: int) -> None:
    place = f"(Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:{line}.)"
    warn_once(f"{text} {place}")


_IDENTITY: Final = "is deprecated on 0-D tensors. This function is the identity in these cases."
_CONJUGATION: Final = "is deprecated on 0-D tensors. Consider using x.conj()."
_REVERSAL: Final = (
    "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will throw an "
    "error in a future release. Consider `x.mT` to transpose batches of matrices or "
    "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor."
)


def transposed(self: Any) -> Any:  # noqa: ANN401 - tensors
    """`.T`: the dimensions in reverse. Warns unless there are two."""
    if not self.shape:
        _deprecated(f"Tensor.T {_IDENTITY}", 4321)
    elif len(self.shape) != 2:
        _deprecated(_REVERSAL, 4314)
    return permute(self, dims=tuple(reversed(range(len(self.shape)))))


def matrix_transposed(self: Any) -> Any:  # noqa: ANN401 - tensors
    """`.mT`: the last two dimensions swapped; a number as it is, with a warning. Raises RuntimeError for a vector."""
    if not self.shape:
        _deprecated(f"Tensor.mT {_IDENTITY}", 4373)
        return self
    if len(self.shape) < 2:
        raise TorchRuntimeError(
            f"tensor.mT is only supported on matrices or batches of matrices. Got {len(self.shape)}-D tensor."
        )
    return transpose(self, dim0=-2, dim1=-1)


def adjoint_of(self: Any, name: str = "tensor.adjoint()") -> Any:  # noqa: ANN401 - tensors
    """The last two dimensions swapped, and conjugated; a 0-d tensor is only conjugated."""
    if len(self.shape) == 1:
        raise TorchRuntimeError(f"{name} is only supported on matrices or batches of matrices. Got 1-D tensor.")
    swapped = transpose(self, dim0=-2, dim1=-1) if self.shape else self
    return swapped.conj() if self.dtype.category == Category.COMPLEX else swapped


def matrix_adjoint(self: Any) -> Any:  # noqa: ANN401 - tensors
    """`.mH`: as `adjoint`; a 0-d tensor gives a warning."""
    if not self.shape:
        _deprecated(f"Tensor.mH {_CONJUGATION}", 4382)
    return adjoint_of(self, "tensor.mH")


def hermitian(self: Any) -> Any:  # noqa: ANN401 - tensors
    """`.H`: the conjugate transpose of a matrix; a 0-d tensor is only conjugated."""
    ndim = len(self.shape)
    if ndim not in (0, 2):
        more = " For batches of matrices, consider using tensor.mH" if ndim > 2 else ""
        raise TorchRuntimeError(f"tensor.H is only supported on matrices (2-D tensors). Got {ndim}-D tensor.{more}")
    if not ndim:
        _deprecated(f"Tensor.H {_CONJUGATION}", 4335)
    return adjoint_of(self)


def _adjoint(self: Any) -> Any:  # noqa: ANN401 - tensors
    if not self.shape:
        _deprecated(f"adjoint() {_CONJUGATION}", 4390)
    return adjoint_of(self)


adjoint = Composite("adjoint", "the last two dimensions swapped, and conjugated", compute=_adjoint)

# ------------------------------------------------------------------ order along a dimension


def _flipped(self: Values, dims: Any) -> Values:  # noqa: ANN401 - an int or several
    if not dims and not isinstance(dims, int):
        return self.copy()
    return np.flip(self, wrapped_all(dims, self.ndim)).copy() if self.ndim else self.copy()


flip: Structural = Structural(
    "flip",
    "with the order along some dimensions reversed",
    "self, ints dims",
    array=_flipped,
    derivatives={"self": lambda g, dims: flip(g, dims=dims)},
    samples=((_MATRIX, (0,)), (_MATRIX, (0, 1))),
)


def _flipped_along(self: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    if len(self.shape) <= dim:
        raise TorchRuntimeError(f"Input must be >= {dim + 1}-d.")
    return flip(self, dims=(dim,))


flipud = Composite(
    "flipud", "with the rows in reverse", compute=lambda self: _flipped_along(self, 0), samples=((_MATRIX,),)
)
fliplr = Composite(
    "fliplr", "with the columns in reverse", compute=lambda self: _flipped_along(self, 1), samples=((_MATRIX,),)
)


def _rolled(self: Values, shifts: Any, dims: Any) -> Values:  # noqa: ANN401
    shifts = (shifts,) if isinstance(shifts, int) else tuple(shifts)
    dims = (dims,) if isinstance(dims, int) else tuple(dims)
    if not dims and len(shifts) == 1:
        return np.roll(self, shifts[0])
    if len(shifts) != len(dims):
        raise TorchRuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}")
    return np.roll(self, shifts, tuple(wrapped(d, self.ndim) for d in dims))


def _negated(shifts: Any) -> Any:  # noqa: ANN401 - an int or several
    return -shifts if isinstance(shifts, int) else tuple(-shift for shift in shifts)


roll: Structural = Structural(
    "roll",
    "with the elements shifted along some dimensions; what falls off returns at the other end",
    "self, ints shifts, ints dims=()",
    array=_rolled,
    derivatives={"self": lambda g, shifts, dims: roll(g, shifts=_negated(shifts), dims=dims)},
    samples=((_MATRIX, 1), (_MATRIX, (1, 2), (0, 1))),
)


def _rotated(self: Values, k: int, dims: Any) -> Values:  # noqa: ANN401
    if len(dims) != 2:
        raise TorchRuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if self.ndim < 2:
        raise TorchRuntimeError(f"expected total dims >= 2, but got total dims = {self.ndim}")
    if dims[0] == dims[1]:
        raise TorchRuntimeError(
            f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}"
        )
    return np.rot90(self, k, (wrapped(dims[0], self.ndim), wrapped(dims[1], self.ndim))).copy()


rot90: Structural = Structural(
    "rot90",
    "turned k times by 90 degrees in the plane of two dimensions",
    "self, int k=1, ints dims=(0,1)",
    array=_rotated,
    derivatives={"self": lambda g, k, dims: rot90(g, k=-k, dims=dims)},
    samples=((_MATRIX,), (_MATRIX, 2)),
)
