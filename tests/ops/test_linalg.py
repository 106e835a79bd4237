"""Products and inverses of matrices at their edges: singular ones, batches, names in einsum."""

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
