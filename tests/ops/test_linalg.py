"""Products and inverses of matrices at their edges: singular ones, batches, names in einsum."""

from typing import Any

import pytest

import autodiff as torch


def test_a_singular_matrix_has_a_gradient_of_its_determinant_but_no_inverse() -> None:
    """The determinant's gradient solves with perturbed pivots; the inverse refuses."""
    x = torch.tensor([[1.0, 2.0], [2.0, 4.0]], requires_grad=True)
    torch.det(x).backward()
    assert x.grad.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    with pytest.raises(RuntimeError, match="diagonal element 2 is zero") as caught:
        torch.inverse(x)
    assert type(caught.value).__name__ == "_LinAlgError"


def test_matrices_of_different_dtypes_do_not_multiply() -> None:
    """A product does not promote."""
    with pytest.raises(RuntimeError, match="float != double"):
        torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.float64)


def test_batches_are_repeated_to_a_common_shape() -> None:
    """The first dimensions of a product broadcast, the last two multiply."""
    product = torch.ones(2, 1, 2, 3) @ torch.ones(4, 3, 5)
    assert tuple(product.shape) == (2, 4, 2, 5)
    assert product.unique().tolist() == [3.0]


def test_einsum_takes_diagonals_sums_and_ellipses() -> None:
    """A letter twice is a diagonal, a missing one a sum, `...` whatever is there."""
    x = torch.arange(9.0).reshape(3, 3)
    assert torch.einsum("ii->", x).item() == 12.0
    assert torch.einsum("ij->j", x).tolist() == [9.0, 12.0, 15.0]
    assert torch.einsum("...i,i->...", x, torch.ones(3)).tolist() == [3.0, 12.0, 21.0]


def test_einsum_of_three_operands_equals_the_products() -> None:
    """Operands are multiplied from left to right; each letter is summed where it occurs last."""
    a, b, c = torch.arange(6.0).reshape(2, 3), torch.arange(12.0).reshape(3, 4), torch.arange(8.0).reshape(4, 2)
    assert torch.einsum("ij,jk,kl->il", a, b, c).tolist() == (a @ b @ c).tolist()
    assert torch.einsum("ij,jk,j->ik", a, b, torch.ones(3)).tolist() == (a @ b).tolist()


def test_multi_dot_multiplies_in_the_cheapest_order() -> None:
    """A long row first collapses the chain, whatever the order of the arguments."""
    row, square = torch.ones(1, 3, requires_grad=True), torch.ones(3, 3)
    product = torch.linalg.multi_dot([row, square, square])
    (inner, _), _ = product.grad_fn.next_functions[0][0].next_functions
    assert type(inner).__name__ == "MmBackward0"


def test_a_column_or_a_vector_solves_the_same_system() -> None:
    """A vector on the right gives a vector."""
    matrix, right = torch.tensor([[2.0, 0.0], [0.0, 4.0]]), torch.tensor([1.0, 1.0])
    assert torch.linalg.solve(matrix, right).tolist() == [0.5, 0.25]
    assert torch.linalg.solve(matrix, right[:, None]).tolist() == [[0.5], [0.25]]


def test_the_conjugate_transpose_of_a_vector_is_refused() -> None:
    """`.H` is for matrices."""
    with pytest.raises(RuntimeError, match="only supported on matrices"):
        _ = torch.ones(3).H


def matrix(values: list[list[float]]) -> Any:  # noqa: ANN401 - a tensor
    """A matrix of doubles that is differentiated."""
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def close(a: Any, b: Any) -> bool:  # noqa: ANN401 - tensors
    """Whether two tensors agree to twelve digits."""
    return bool(((a - b).abs() < 1e-12).all())


def test_factors_multiply_to_the_matrix() -> None:
    """LU, QR, SVD, Cholesky, eigenvalues and triangles in one matrix: each product gives back what was factored."""
    a = matrix([[2.0, 0.5, 1.0], [1.0, -3.0, 0.25]])
    order, lower, upper = torch.linalg.lu(a)
    assert close(order @ lower @ upper, a)
    q, r = torch.linalg.qr(a.mT)
    assert close(q @ r, a.mT)
    u, s, vh = torch.linalg.svd(a, full_matrices=False)
    assert close(u @ s.diag() @ vh, a)
    square = a @ a.mT
    factor = torch.linalg.cholesky(square)
    assert close(factor @ factor.mT, square)
    values, vectors = torch.linalg.eigh(square)
    assert close(vectors @ values.diag() @ vectors.mT, square)
    assert close(torch.linalg.lu_solve(*torch.linalg.lu_factor(square), square), torch.eye(3, dtype=a.dtype)[:2, :2])


def test_only_singular_values_are_differentiated_where_they_repeat() -> None:
    """The gradient by singular values alone needs no differences between them; by the vectors it does."""
    a = matrix([[1.0, 0.0], [0.0, 1.0]])
    torch.linalg.svdvals(a).sum().backward()
    assert a.grad.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_a_gradient_that_depends_on_a_phase_is_refused() -> None:
    """Eigenvectors of complex matrices are known up to a phase only."""
    a = torch.tensor([[2.0, 1j], [-1j, 3.0]], dtype=torch.complex128, requires_grad=True)
    with pytest.raises(RuntimeError, match="specified up to multiplication by e"):
        torch.linalg.eigh(a)[1].imag.sum().backward()


def test_outputs_nobody_uses_have_no_gradient() -> None:
    """Of several results, those that are unused count as absent, not as zero."""
    a = matrix([[2.0, 0.5], [0.5, -3.0]])
    torch.linalg.slogdet(a)[0].backward()
    assert a.grad is None or a.grad.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_failed_factorization_names_the_matrix_of_the_batch() -> None:
    """The error tells the first element of a batch without factors, and why."""
    batch = torch.stack([torch.eye(2), torch.tensor([[1.0, 2.0], [2.0, 1.0]])])
    with pytest.raises(RuntimeError, match=r"\(Batch element 1\).*leading minor of order 2"):
        torch.linalg.cholesky(batch)


def test_a_matrix_by_columns_has_its_gradient_by_columns() -> None:
    """As in PyTorch, the gradient of a transposed factor is a transposed product."""
    a, b = matrix([[1.0, 2.0], [3.0, 4.0]]), matrix([[1.0, 0.5], [0.25, 2.0]])
    left = a.mT.detach().requires_grad_()
    (gradient,) = torch.autograd.grad((left @ b).sum(), [left], create_graph=True)
    assert type(gradient.grad_fn).__name__ == "TBackward0"


def test_the_second_derivative_of_a_determinant_exists_where_it_is_zero() -> None:
    """By way of singular values: of ((1, 2), (2, 4)), the determinant's gradient is the adjugate."""
    a = matrix([[1.0, 2.0], [2.0, 4.0]])
    (gradient,) = torch.autograd.grad(torch.det(a), [a], create_graph=True)
    assert close(gradient, torch.tensor([[4.0, -2.0], [-2.0, 1.0]], dtype=torch.float64))


def test_deprecated_functions_warn_once() -> None:
    """A warning that PyTorch's C++ gives is given once."""
    a = matrix([[2.0, 0.5], [1.0, -3.0]])
    with pytest.warns(UserWarning, match="triangular_solve is deprecated"):
        torch.triangular_solve(a, a)
    torch.triangular_solve(a, a)
