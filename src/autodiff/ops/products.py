"""Products of complex vectors, of vectors in space, and of many matrices."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.numbers.fused import multiply_add_arrays
from autodiff.ops.conjugation import conj
from autodiff.ops.dimension import common_shape, wrapped
from autodiff.ops.linalg import dot_product, mm
from autodiff.ops.op import Composite, Structural, not_implemented
from autodiff.ops.shape import unsqueeze, view
from autodiff.ops.warning import warn_once

__all__: list[str] = []

_M23, _M32 = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [[1.0, -2.0], [0.5, 4.0], [2.0, 1.0]]
_V3, _W3 = [0.5, -1.5, 2.0], [1.0, 3.0, -0.25]

# ------------------------------------------------------------------ vectors

vdot = Structural(
    "vdot",
    "the sum of products of the conjugate of self with other",
    "self, Tensor other",
    array=lambda self, other: dot_product(self.conj(), other),
    derivatives={"self": lambda g, other: conj(g) * other, "other": lambda g, self: g * self},
    samples=((_V3, _W3),),
)


def _vecdot(x: Any, y: Any, dim: int) -> Any:  # noqa: ANN401 - tensors
    if x.dtype.category < Category.FLOAT:
        raise TorchRuntimeError(
            f"linalg.vecdot: Expected a floating point or complex tensor as input. Got {x.dtype.title}"
        )
    if x.dtype is not y.dtype:
        raise TorchRuntimeError(
            f"linalg.vecdot: Expected x and y to have the same dtype, but found x of type {x.dtype.title} and y of "
            f"type {y.dtype.title} instead"
        )
    if len(x.shape) == 1 and len(y.shape) == 1:
        return vdot(x, y)
    return (conj(x) * y).sum(dim)


vecdot = Composite(
    "linalg_vecdot",
    "the sums of products of conj(x) and y along a dimension",
    "x, Tensor y, *, int dim=-1",
    compute=_vecdot,
    places="linalg",
    samples=((_V3, _W3), (_M23, _M23)),
)


def _can_be_crossed(inputs: Sequence[Any], attributes: Mapping[str, Any]) -> None:
    """Raise PyTorch's error unless both have 3 elements along the dimension, and then one dtype."""
    (self, other), dim = inputs, attributes["dim"]
    if len(self.shape) != len(other.shape):
        raise TorchRuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    if not self.shape:
        raise TorchIndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    wrapped(dim, len(self.shape))
    if self.shape[dim] != 3 or other.shape[dim] != 3:
        raise TorchRuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {self.shape[dim]} and {other.shape[dim]}"
        )
    common_shape(self.shape, other.shape)
    if self.dtype is not other.dtype and self.dtype.category != Category.BOOL:  # which the kernel refuses first
        raise TorchRuntimeError(f"expected scalar type {self.dtype.title} but found {other.dtype.title}")


def _cross(self: Values, other: Values, dim: int) -> Values:
    shape = common_shape(self.shape, other.shape)
    a, b = (np.moveaxis(np.broadcast_to(x, shape), dim, 0) for x in (self, other))
    turns = [((k + 1) % 3, (k + 2) % 3) for k in range(3)]
    with np.errstate(all="ignore"):
        parts = [multiply_add_arrays(np.asarray(a[i]), b[j], -(a[j] * b[i])) for i, j in turns]
    return np.moveaxis(np.array(parts), 0, wrapped(dim, len(shape)))


linalg_cross: Structural = Structural(
    "linalg_cross",
    "the products of vectors in space",
    "self, Tensor other, *, int dim=-1",
    array=_cross,
    checks=_can_be_crossed,
    refuses={Category.BOOL: not_implemented("cross")},
    derivatives={
        "self": lambda g, other, dim: linalg_cross(conj(other), g, dim=dim),
        "other": lambda g, self, dim: linalg_cross(g, conj(self), dim=dim),
    },
    places="linalg",
    samples=((_V3, _W3),),
)


def _cross_along(self: Any, other: Any, dim: int | None) -> Any:  # noqa: ANN401 - tensors
    """Along `dim`, or the first dimension of length 3."""
    if dim is None:
        warn_once(_NO_DIMENSION)
        dim = next((k for k, length in enumerate(self.shape) if length == 3), None)
        if dim is None:
            raise TorchRuntimeError("no dimension of size 3 in input")
    return linalg_cross(self, other, dim=dim)


_NO_DIMENSION = (
    "Using torch.cross without specifying the dim arg is deprecated.\nPlease either pass the dim explicitly or simply "
    "use torch.linalg.cross.\nThe default value of dim will change to agree with that of linalg.cross in a future "
    "release. (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/Cross.cpp:63.)"
)

cross = Composite(
    "cross",
    "the products of vectors in space",
    "self, Tensor other, int dim=None",
    compute=_cross_along,
    samples=((_V3, _W3, 0), (_M23, _M23, 1)),
)


def _multi_dot(tensors: Any) -> Any:  # noqa: ANN401 - tensors
    """The product in the cheapest order; vectors may stand at both ends."""
    if len(tensors) < 2:
        raise TorchRuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(tensors)}")
    _check_chain(tensors)
    shape = [*(tensors[0].shape[:-1]), *(tensors[-1].shape[1:])]
    matrices = list(tensors)
    if len(matrices[0].shape) == 1:
        matrices[0] = unsqueeze(matrices[0], dim=0)
    if len(matrices[-1].shape) == 1:
        matrices[-1] = unsqueeze(matrices[-1], dim=-1)
    return view(_chain(matrices), size=shape)


def _check_chain(tensors: Any) -> None:  # noqa: ANN401 - tensors
    """Raise PyTorch's RuntimeError unless these are matrices that fit (vectors at the ends), of one dtype."""
    for name, end in (("first", tensors[0]), ("last", tensors[-1])):
        if len(end.shape) not in (1, 2):
            raise TorchRuntimeError(f"multi_dot(): the {name} tensor must be 1D or 2D but got {len(end.shape)}D")
    for k, inner in enumerate(tensors[1:-1], 1):
        if len(inner.shape) != 2:
            raise TorchRuntimeError(f"multi_dot(): tensor {k} must be 2D but got {len(inner.shape)}D")
    for k, other in enumerate(tensors):
        if other.dtype is not tensors[0].dtype:
            raise TorchRuntimeError(
                f"multi_dot(): all tensors must have be the same dtype but tensor 0 is {tensors[0].dtype.cpp} and "
                f"tensor {k} {other.dtype.cpp}"
            )
    for k, (left, right) in enumerate(pairwise(tensors)):
        if left.shape[-1] != right.shape[0]:
            raise TorchRuntimeError(
                f"multi_dot(): tensors {k} and {k + 1} with shapes {list(left.shape)} and {list(right.shape)} cannot "
                "be multiplied"
            )


def _chain(matrices: list[Any]) -> Any:  # noqa: ANN401 - tensors
    """The product in the cheapest order (equal ones: later split first)."""
    lengths = [m.shape[0] for m in matrices] + [matrices[-1].shape[1]]
    count = len(matrices)
    cost = {(k, k): (0, k) for k in range(count)}
    for size in range(1, count):
        for i in range(count - size):
            j = i + size
            cost[i, j] = min(
                (cost[i, k][0] + cost[k + 1, j][0] + lengths[i] * lengths[k + 1] * lengths[j + 1], -k)
                for k in range(i, j)
            )
    products: dict[tuple[int, int], Any] = {(k, k): m for k, m in enumerate(matrices)}
    waiting = [(0, count - 1)]
    while waiting:
        i, j = waiting[-1]
        k = -cost[i, j][1]
        if (i, j) in products:
            waiting.pop()
        elif (i, k) in products and (k + 1, j) in products:
            products[i, j] = mm(products[i, k], products[k + 1, j])
        else:
            waiting += [part for part in ((i, k), (k + 1, j)) if part not in products]
    return products[0, count - 1]


multi_dot = Composite(
    "linalg_multi_dot",
    "the product of several matrices, in the cheapest order",
    "Tensors tensors",
    compute=_multi_dot,
    places="linalg",
    samples=(([_M23, _M32, _M23],),),
)


_DEPRECATED = (
    "torch.chain_matmul is deprecated and will be removed in a future PyTorch release. Use torch.linalg.multi_dot "
    "instead, which accepts a list of two or more tensors rather than multiple parameters. (Triggered internally at "
    "/__w/pytorch/pytorch/aten/src/ATen/native/LinearAlgebra.cpp:1102.)"
)


def _chain_matmul(matrices: Any) -> Any:  # noqa: ANN401 - tensors
    for matrix in matrices:
        if len(matrix.shape) != 2:
            raise TorchRuntimeError(f"Tensor dimension is {len(matrix.shape)}, expected 2 instead.")
    warn_once(_DEPRECATED)
    return matrices[0] if len(matrices) == 1 else _multi_dot(matrices)


chain_matmul = Composite(
    "chain_matmul",
    "the product of several matrices, in the cheapest order",
    "Variadic matrices",
    compute=_chain_matmul,
    places="function",
)
