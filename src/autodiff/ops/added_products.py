"""Products that are added to something."""

from typing import Any

from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.conjugation import conj
from autodiff.ops.linalg import bmm, bmm_product, left_back, mm_product, mv, mv_product, outer, right_back
from autodiff.ops.op import Structural
from autodiff.ops.order import t, transpose
from autodiff.ops.shape import expand, unsqueeze

__all__: list[str] = []

_M23, _M32 = [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [[1.0, -2.0], [0.5, 4.0], [2.0, 1.0]]
_V3 = [0.5, -1.5, 2.0]


def _added(name: str, doc: str, signature: str, product: Any, rules: Any, sample: Any) -> Structural:  # noqa: ANN401
    """beta * self + alpha * a product; the gradient of each factor is that of the product, times alpha."""

    def compute(self: Values, first: Values, second: Values, beta: float, alpha: float) -> Values:
        outcome = product(first, second)
        refuse_expansion(self.shape, outcome.shape)
        scaled = outcome if alpha == 1 else outcome * outcome.dtype.type(alpha)
        return np.asarray(scaled + (self if beta == 1 else self * self.dtype.type(beta)), dtype=outcome.dtype)

    return Structural(
        name,
        doc,
        f"self, {signature}, *, Scalar beta=1, Scalar alpha=1",
        array=compute,
        derivatives={"self": lambda g, beta: scaled_by(g, beta), **rules},
        in_place=True,
        samples=(sample,),
    )


def scaled_by(g: Any, factor: float) -> Any:  # noqa: ANN401 - a tensor
    """g * factor, without a node for the factor 1."""
    return g if factor == 1 else g * factor


def refuse_expansion(own: Any, wanted: Any) -> None:  # noqa: ANN401 - lengths
    """Raise PyTorch's error if a tensor of shape `own` cannot be repeated to the shape `wanted`."""
    padded = (1,) * (len(wanted) - len(own)) + tuple(own)
    for k, (new, old) in enumerate(zip(wanted, padded, strict=False)):
        if old not in (1, new):
            raise TorchRuntimeError(
                f"The expanded size of the tensor ({new}) must match the existing size ({old}) at non-singleton "
                f"dimension {k}.  Target sizes: {list(wanted)}.  Tensor sizes: {list(own)}"
            )


addmm = _added(
    "addmm", "beta * self + alpha * (mat1 @ mat2)", "Tensor mat1, Tensor mat2", mm_product,
    {
        "mat1": lambda g, mat2, alpha, mat1_shape, mat1_strides: scaled_by(
            left_back(g, mat2, mat1_shape, mat1_strides), alpha
        ),
        "mat2": lambda g, mat1, alpha, mat2_shape, mat2_strides: scaled_by(
            right_back(g, mat1, mat2_shape, mat2_strides), alpha
        ),
    },
    ([[1.0, 2.0], [3.0, 5.0]], _M23, _M32),
)  # fmt: skip

addmv = _added(
    "addmv", "beta * self + alpha * (mat @ vec)", "Tensor mat, Tensor vec", mv_product,
    {
        "mat": lambda g, vec, alpha: scaled_by(outer(g, conj(vec)), alpha),
        "vec": lambda g, mat, alpha: scaled_by(mv(conj(t(mat)), g), alpha),
    },
    ([1.0, 2.0], _M23, _V3),
)  # fmt: skip

addr = _added(
    "addr", "beta * self + alpha * outer(vec1, vec2)", "Tensor vec1, Tensor vec2", lambda a, b: np.outer(a, b),
    {
        "vec1": lambda g, vec2, alpha: scaled_by(mv(g, conj(vec2)), alpha),
        "vec2": lambda g, vec1, alpha: scaled_by(mv(t(g), conj(vec1)), alpha),
    },
    ([[1.0, 2.0, 3.0]], [0.5, 2.0], _V3),
)  # fmt: skip

baddbmm = _added(
    "baddbmm", "beta * self + alpha * bmm(batch1, batch2)", "Tensor batch1, Tensor batch2", bmm_product,
    {
        "batch1": lambda g, batch2, alpha: scaled_by(bmm(g, conj(transpose(batch2, dim0=1, dim1=2))), alpha),
        "batch2": lambda g, batch1, alpha: scaled_by(bmm(conj(transpose(batch1, dim0=1, dim1=2)), g), alpha),
    },
    ([[1.0, 2.0], [3.0, 5.0]], [_M23], [_M32]),
)  # fmt: skip

addbmm = _added(
    "addbmm", "beta * self + alpha * the sum of bmm(batch1, batch2)", "Tensor batch1, Tensor batch2",
    lambda a, b: bmm_product(a, b).sum(axis=0),
    {
        "batch1": lambda g, batch1, batch2, alpha: scaled_by(
            bmm(expand(unsqueeze(g, dim=0), size=(batch1.shape[0], *g.shape)), conj(transpose(batch2, dim0=1, dim1=2))),
            alpha,
        ),
        "batch2": lambda g, batch1, batch2, alpha: scaled_by(
            bmm(conj(transpose(batch1, dim0=1, dim1=2)), expand(unsqueeze(g, dim=0), size=(batch1.shape[0], *g.shape))),
            alpha,
        ),
    },
    ([[1.0, 2.0], [3.0, 5.0]], [_M23], [_M32]),
)  # fmt: skip
