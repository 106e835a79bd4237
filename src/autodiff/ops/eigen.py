# ruff: noqa: ANN401, N803 - rules run on tensors; matrices have PyTorch's names
"""Eigenvalues and eigenvectors."""

from typing import Any

from autodiff.dtypes import Category, complex64, complex128, dtype, float32, float64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.complex import magnitude, real
from autodiff.ops.conjugation import conj
from autodiff.ops.linalg import matmul
from autodiff.ops.matrix import LinAlgError, check_square, each_matrix, no_integers, squares, without_half
from autodiff.ops.op import Composite, Structural, not_implemented, refused
from autodiff.ops.order import adjoint_of
from autodiff.ops.selection import masked_fill
from autodiff.ops.shape import unsqueeze
from autodiff.ops.system import solve

__all__: list[str] = []


def eigen_back(g: Any, values: Any, vectors: Any, *, hermitian: bool) -> Any:
    """The gradient of A = V diag(L) V^-1 by way of L and V; after linalg_eig_backward in FunctionsManual.cpp."""
    values_g, vectors_g = g
    turned = adjoint_of(vectors)
    if vectors_g is None:
        if values_g is None:
            return None
        if hermitian:
            return matmul(vectors * unsqueeze(values_g, dim=-2), turned)
        return solve(turned, unsqueeze(values_g, dim=-1) * turned)
    middle = matmul(turned, vectors_g)
    along = middle.diagonal(0, -2, -1)
    _refuse_phase(along, "linalg_eigh_backward" if hermitian else "linalg_eig_backward")
    if hermitian:
        middle = (middle - adjoint_of(middle)) * 0.5
    else:
        middle = middle - matmul(turned, vectors * unsqueeze(real.compute(along).to(along.dtype), dim=-2))
    own = values if hermitian else conj(values)
    gaps = unsqueeze(own, dim=-2) - unsqueeze(own, dim=-1)
    diagonal = (own == own).diag_embed()
    middle = middle / masked_fill(gaps, diagonal, 1)
    if values_g is not None:
        middle = masked_fill(middle, diagonal, 0) + values_g.to(middle.dtype).diag_embed()
    if hermitian:
        return matmul(vectors, matmul(middle, turned))
    return solve(turned, matmul(middle, turned))


def _refuse_phase(along: Any, name: str) -> None:
    """Raise PyTorch's error if the gradient depends on the phase of complex vectors, which is arbitrary."""
    if along.dtype.category == Category.COMPLEX and any(abs(x.imag) > 1e-2 for x in along.reshape(-1).tolist()):
        raise TorchRuntimeError(
            f"{name}: The eigenvectors in the complex case are specified up to multiplication by e^{{i phi}}. The "
            "specified loss function depends on this quantity, so it is ill-defined."
        )


# ------------------------------------------------------------------ of symmetric matrices


def _symmetric(A: Values, UPLO: str) -> tuple[Values, Values]:
    check_square("linalg.eigh", A)
    if UPLO.upper() not in ("L", "U"):
        raise TorchRuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    values, vectors = np.linalg.eigh(A, "U" if UPLO.upper() == "U" else "L")
    return values, vectors


_eigh = Structural(
    "_linalg_eigh",
    "the eigenvalues of a symmetric matrix, from small to large, and its eigenvectors as columns",
    "A, str UPLO='L'",
    node="LinalgEighBackward0",
    array=_symmetric,
    outputs=("eigenvalues", "eigenvectors"),
    differentiable=0,
    sees_missing=True,
    further_dtypes=(None,),
    refuses=no_integers(not_implemented("linalg_eigh_cpu")),
    checks=squares("linalg.eigh"),
    dtypes=without_half("linalg_eigh_cpu", magnitude),
    derivatives={"A": lambda g, eigenvalues, eigenvectors: eigen_back(g, eigenvalues, eigenvectors, hermitian=True)},
    public=False,
)

eigh = Composite(
    "linalg_eigh",
    "the eigenvalues of a symmetric matrix, from small to large, and its eigenvectors as columns",
    "self, str UPLO='L'",
    compute=lambda self, UPLO: tuple(_eigh(self, UPLO=UPLO)),
    outputs=("eigenvalues", "eigenvectors"),
    places="linalg",
)

eigvalsh = Composite(
    "linalg_eigvalsh",
    "the eigenvalues of a symmetric matrix, from small to large",
    "self, str UPLO='L'",
    compute=lambda self, UPLO: _eigh(self, UPLO=UPLO)[0],
    places="linalg",
)

# ------------------------------------------------------------------ of any square matrix

_WHOLE = {float32: complex64, float64: complex128}


def _general(self: Values) -> tuple[Values, Values]:
    check_square("linalg.eig", self)
    if not np.isfinite(self).all():
        raise TorchRuntimeError("torch.linalg.eig: input tensor should not contain infs or NaNs.")
    values, vectors = each_matrix(_pairs, self)
    return values, vectors


def _pairs(matrix: Values) -> tuple[Values, Values]:
    kind = np.result_type(matrix.dtype, np.complex64)
    try:
        values, vectors = np.linalg.eig(matrix)
    except np.linalg.LinAlgError:
        raise LinAlgError("linalg.eig: The algorithm failed to converge.") from None
    return values.astype(kind), vectors.astype(kind)


def _complex_result(d: dtype) -> tuple[dtype, dtype]:
    return d, _WHOLE.get(d, d)


linalg_eig = Structural(
    "linalg_eig",
    "the eigenvalues of a square matrix, and its eigenvectors as columns",
    "self",
    array=_general,
    outputs=("eigenvalues", "eigenvectors"),
    differentiable=0,
    sees_missing=True,
    further_dtypes=(None,),
    refuses=no_integers(refused("Unknown Complex ScalarType for {}")),
    dtypes=without_half("linalg_eig_out_cpu", _complex_result),
    derivatives={
        "self": lambda g, eigenvalues, eigenvectors: eigen_back(g, eigenvalues, eigenvectors, hermitian=False)
    },
    places="linalg",
    samples=(([[2.0]],),),
)


def _values_only(self: Any) -> Any:
    if self.dtype.category >= Category.FLOAT:
        check_square("linalg.eigvals", self)
    return linalg_eig(self)[0]


eigvals = Composite(
    "linalg_eigvals",
    "the eigenvalues of a square matrix",
    "self",
    compute=_values_only,
    places="linalg",
    samples=(([[2.0]],),),
)
