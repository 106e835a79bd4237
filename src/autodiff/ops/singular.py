# ruff: noqa: ANN401, N803, N806 - rules run on tensors; matrices have PyTorch's names
"""Singular values and vectors, and the pseudo-inverses that follow from them."""

from typing import Any

from autodiff.dtypes import Category
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import check_finite, check_matrix, matrices, real_or_complex, without_half
from autodiff.ops.op import Composite, Structural
from autodiff.ops.order import adjoint_of
from autodiff.ops.selection import masked_fill
from autodiff.ops.shape import unsqueeze

__all__: list[str] = []

_SQUARE, _WIDE = [[2.0, 0.5], [1.0, -3.0]], [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]
_TALL = [[1.0, 4.0], [2.0, 5.0], [7.0, 3.0]]


def _three(A: Values, full_matrices: bool) -> Any:
    check_matrix("linalg.svd", A)
    check_finite(A)
    return tuple(np.linalg.svd(A, full_matrices=full_matrices))


def _svd_back(
    g: Any,
    U: Any,
    S: Any,
    Vh: Any,
    S_sym_argsize_minus_1: int,
    full_matrices: bool,
) -> Any:
    """The gradient of A = U diag(S) Vh; after svd_backward in FunctionsManual.cpp."""
    U_g, S_g, Vh_g = g
    count = S_sym_argsize_minus_1
    if full_matrices:  # the further vectors are arbitrary: nothing can depend on them
        U, Vh = U.narrow(-1, 0, count), Vh.narrow(-2, 0, count)
        U_g = None if U_g is None else U_g.narrow(-1, 0, count)
        Vh_g = None if Vh_g is None else Vh_g.narrow(-2, 0, count)
    rows, columns = U.shape[-2], Vh.shape[-1]
    if U_g is None and Vh_g is None:
        if S_g is None:
            return None
        if rows >= columns:
            return matmul(U, unsqueeze(S_g, dim=-1) * Vh)
        return matmul(U * unsqueeze(S_g, dim=-2), Vh)
    middle = _between(U, S, Vh, U_g, S_g, Vh_g)
    if rows > count and U_g is not None:
        scaled = U_g / unsqueeze(S, dim=-2)
        whole = matmul(U, middle) + scaled - matmul(U, matmul(adjoint_of(U), scaled))
        return matmul(whole, Vh)
    if columns > count and Vh_g is not None:
        scaled = Vh_g / unsqueeze(S, dim=-1)
        whole = matmul(middle, Vh) + scaled - matmul(matmul(scaled, adjoint_of(Vh)), Vh)
        return matmul(U, whole)
    return matmul(U, matmul(middle, Vh)) if rows >= columns else matmul(matmul(U, middle), Vh)


def _between(U: Any, S: Any, Vh: Any, U_g: Any, S_g: Any, Vh_g: Any) -> Any:
    """What stands between U and Vh in the gradient."""
    U_skew = None if U_g is None else _skew(matmul(adjoint_of(U), U_g))
    V_skew = None if Vh_g is None else _skew(matmul(Vh, adjoint_of(Vh_g)))
    complex_ = U.dtype.category == Category.COMPLEX
    if complex_:
        _refuse_phase(U_skew, V_skew)
    squares = S * S
    gaps = unsqueeze(squares, dim=-2) - unsqueeze(squares, dim=-1)
    gaps = masked_fill(gaps, (S == S).diag_embed(), 1)
    if U_skew is None:
        middle = unsqueeze(S, dim=-1) * (V_skew / gaps)
    elif V_skew is None:
        middle = (U_skew / gaps) * unsqueeze(S, dim=-2)
    else:
        middle = (U_skew * unsqueeze(S, dim=-2) + unsqueeze(S, dim=-1) * V_skew) / gaps
    if S_g is not None:
        middle = middle + S_g.diag_embed()
    if complex_ and U_skew is not None and V_skew is not None:
        middle = middle + (U_skew.diagonal(0, -2, -1) / (S * 2)).diag_embed()
    return middle


def _skew(matrix: Any) -> Any:
    return matrix - adjoint_of(matrix)


def _refuse_phase(U_skew: Any, V_skew: Any) -> None:
    """Raise PyTorch's error if the gradient depends on the phase of complex vectors, which is arbitrary."""
    parts = [part.diagonal(0, -2, -1) for part in (U_skew, V_skew) if part is not None]
    along = sum(parts[1:], start=parts[0])
    if any(abs(x.imag) > 1e-2 for x in along.reshape(-1).tolist()):
        raise TorchRuntimeError(
            "svd_backward: The singular vectors in the complex case are specified up to multiplication by e^{i phi}. "
            "The specified loss function depends on this quantity, so it is ill-defined."
        )


_svd = Structural(
    "_linalg_svd",
    "U, S and Vh with U diag(S) Vh = A",
    "A, bool full_matrices=False",
    node="LinalgSvdBackward0",
    array=_three,
    outputs=("U", "S", "Vh"),
    differentiable=0,
    sees_missing=True,
    further_dtypes=(None, None),
    checks=matrices("linalg.svd"),
    refuses=real_or_complex("linalg.svd"),
    dtypes=without_half("linalg_svd_cpu"),
    derivatives={"A": _svd_back},
    public=False,
    samples=((_SQUARE,), (_WIDE,), (_TALL,)),
)


def decomposed(A: Any) -> Any:
    """U, S and Vh with U diag(S) Vh = A."""
    return _svd(A, full_matrices=True)


linalg_svd = Composite(
    "linalg_svd",
    "U, S and Vh with U diag(S) Vh = A",
    "A, bool full_matrices=True, *, str driver=None",
    compute=lambda A, full_matrices, driver: tuple(_svd(A, full_matrices=full_matrices)),
    outputs=("U", "S", "Vh"),
    places="linalg",
)


def singular_values(A: Any) -> Any:
    """The singular values, from large to small."""
    return _svd(A, full_matrices=False)[1]


svdvals = Composite(
    "linalg_svdvals",
    "the singular values, from large to small",
    "A, *, str driver=None",
    compute=lambda A, driver: singular_values(A),
    places="linalg",
    samples=((_SQUARE,), (_WIDE,), (_TALL,)),
)


def _older(self: Any, some: bool, compute_uv: bool) -> Any:
    ndim = len(self.shape)
    if ndim < 2:
        raise TorchRuntimeError(
            f"linalg.svd: input should have at least 2 dimensions, but has {ndim} dimensions instead"
        )
    if compute_uv:
        left, values, right = _svd(self, full_matrices=not some)
        return left, values, adjoint_of(right)
    lead, (rows, columns) = tuple(self.shape[:-2]), self.shape[-2:]
    return self.new_zeros((*lead, rows, rows)), singular_values(self), self.new_zeros((*lead, columns, columns))


svd = Composite(
    "svd",
    "U, S and V with U diag(S) V.mH = self",
    "self, bool some=True, bool compute_uv=True",
    compute=_older,
    outputs=("U", "S", "V"),
)

# ------------------------------------------------------------------ pseudo-inverses


def pseudo_inverse_back(g: Any, inverse: Any, A: Any) -> Any:
    """The gradient of the pseudo-inverse (Golub and Pereyra), by products of the smaller size."""
    inverse_h, g_h = adjoint_of(inverse), adjoint_of(g)
    if A.shape[-2] <= A.shape[-1]:
        product = matmul(g_h, inverse)
        product_h = matmul(product, inverse_h)
        return (
            -adjoint_of(matmul(inverse, product))
            + product_h
            - matmul(matmul(A, inverse), product_h)
            + matmul(matmul(inverse_h, inverse), g_h - matmul(product, A))
        )
    product = matmul(inverse, g_h)
    turned = matmul(inverse_h, product)
    return (
        -adjoint_of(matmul(product, inverse))
        + matmul(matmul(g_h - matmul(A, product), inverse), inverse_h)
        + turned
        - matmul(matmul(turned, inverse), A)
    )


def zero_bound(values: Values, shape: Any, atol: float | None, rtol: float | None) -> Values:
    """Below which singular values count as zero."""
    if rtol is None:
        rtol = 0.0 if atol is not None and atol > 0 else float(np.finfo(values.dtype).eps) * max(shape[-2:])
    largest = values.max(axis=-1, initial=0)
    return np.maximum(atol or 0.0, (rtol * largest).astype(values.dtype))[..., None]


def _pseudo_inverse(self: Values, atol: float | None, rtol: float | None, hermitian: bool) -> Values:
    if self.size == 0 or (np.isinf(self).any() and not np.isnan(self).any()):  # no singular value is above a nan
        return np.zeros((*self.shape[:-2], self.shape[-1], self.shape[-2]), dtype=self.dtype)
    if hermitian:
        values, vectors = np.linalg.eigh(self)
        size, left, right = np.abs(values), vectors, vectors
    else:
        check_finite(self)
        left, values, right_h = np.linalg.svd(self, full_matrices=False)
        size, right = values, right_h.swapaxes(-1, -2).conj()
    kept = size > zero_bound(size, self.shape, atol, rtol)
    inverse = np.where(kept, 1 / np.where(kept, values, 1), 0).astype(values.dtype)
    return (right * inverse[..., None, :]) @ left.swapaxes(-1, -2).conj()


pseudo_inverse = Structural(
    "_linalg_pinv",
    "the pseudo-inverse: singular values above max(atol, rtol * the largest) are inverted, others are zero",
    "self, *, Scalar atol=None, Scalar rtol=None, bool hermitian=False",
    node="LinalgPinvBackward0",
    array=_pseudo_inverse,
    derivatives={"self": lambda g, out, self: pseudo_inverse_back(g, out, self)},
    public=False,
)


def _checked(self: Any, atol: float | None, rtol: float | None, hermitian: bool) -> Any:
    d = self.dtype
    if len(self.shape) < 2 or d.category < Category.FLOAT or d.itemsize < 4:
        raise TorchRuntimeError(
            f"linalg.pinv({d.title}{{{list(self.shape)}}}): expected a tensor with 2 or more dimensions of float, "
            "double, cfloat or cdouble types"
        )
    return pseudo_inverse(self, atol=atol, rtol=rtol, hermitian=hermitian)


linalg_pinv = Composite(
    "linalg_pinv",
    "the pseudo-inverse: singular values above max(atol, rtol * the largest) are inverted, others are zero",
    "self, *, Scalar atol=None, Scalar rtol=None, bool hermitian=False",
    compute=_checked,
    places="linalg",
    samples=((_SQUARE,), ([[1.0, 2.0, 3.0], [4.0, -5.0, 7.0]],), (_TALL,)),
)

linalg_pinv_older = Composite(
    "linalg_pinv",
    "the pseudo-inverse; singular values above rcond * the largest are inverted, others are zero",
    "self, Scalar rcond, bool hermitian=False",
    compute=lambda self, rcond, hermitian: _checked(self, 0.0, rcond, hermitian),
    places="linalg",
)

pinverse = Composite(
    "pinverse",
    "the pseudo-inverse; singular values above rcond * the largest are inverted, others are zero",
    "self, Scalar rcond=1e-15",
    compute=lambda self, rcond: _checked(self, 0.0, rcond, hermitian=False),
    samples=((_SQUARE,),),
)
