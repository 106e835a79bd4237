"""Shapes, views and positions at their edges: 0-d tensors, empty ones, shared memory, wide indices."""

from typing import Any

import pytest

import autodiff as torch

MATRIX = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def name_of(tensor: Any) -> str:  # noqa: ANN401 - a tensor
    """The name of the node that made a tensor."""
    return type(tensor.grad_fn).__name__


def test_reshape_views_what_it_can_and_copies_the_rest() -> None:
    """In order: a view. Regular but not in order: an alias. Otherwise a copy."""
    x = MATRIX.clone().requires_grad_()
    assert name_of(x.reshape(3, 2)) == "ViewBackward0"
    assert name_of(x.t().reshape(3, 2, 1)) == "ReshapeAliasBackward0"
    assert name_of(x.t().reshape(6)) == "UnsafeViewBackward0"


def test_a_cast_to_the_own_dtype_is_the_same_object() -> None:
    """No node and no copy, unless a copy is asked for."""
    x = MATRIX.clone().requires_grad_()
    assert x.float() is x
    assert x.to(torch.float32) is x
    assert name_of(x.to(torch.float32, copy=True)) == "ToCopyBackward0"


def test_expanded_memory_cannot_be_written_to() -> None:
    """One element in memory stands for several, so an in-place change has no meaning."""
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor"):
        torch.ones(1).expand(3).add_(1)


def test_an_index_keeps_its_dtype_beside_small_integers() -> None:
    """Positions above 255 are not cut to the bytes they select."""
    values = torch.zeros(300, dtype=torch.uint8)
    values[299] = 7
    assert values.gather(0, torch.tensor([299])).tolist() == [7]


def test_scatter_reads_only_as_much_of_src_as_the_index_covers() -> None:
    """src may be longer than the index."""
    assert torch.zeros(3).scatter(0, torch.tensor([2]), torch.tensor([5.0, 9.0])).tolist() == [0.0, 0.0, 5.0]


def test_positions_that_occur_twice_add_their_gradients() -> None:
    """A gather of one element twice counts twice."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    x.index_select(0, torch.tensor([1, 1])).sum().backward()
    assert x.grad.tolist() == [0.0, 2.0]


def test_parts_of_a_split_share_the_memory() -> None:
    """A split is a view of several parts."""
    x = torch.zeros(4)
    x.split(2)[1].add_(1)
    assert x.tolist() == [0.0, 0.0, 1.0, 1.0]


def test_a_0d_tensor_has_one_dimension_to_name() -> None:
    """0 and -1 are accepted, 1 is not."""
    x = torch.tensor(3.0)
    assert x.sum(0).item() == x.sum(-1).item() == x.flip(0).item() == 3.0
    with pytest.raises(IndexError, match=r"expected to be in range of \[-1, 0\], but got 1"):
        x.sum(1)


def test_overlapping_windows_add_their_gradients() -> None:
    """An element in two windows gets both gradients."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    x.unfold(0, 2, 1).sum().backward()
    assert x.grad.tolist() == [1.0, 2.0, 1.0]


def test_the_longer_parts_of_an_uneven_division_come_first() -> None:
    """tensor_split differs from chunk."""
    assert [part.numel() for part in torch.arange(5).tensor_split(3)] == [2, 2, 1]
    assert [part.numel() for part in torch.arange(5).chunk(4)] == [2, 2, 1]


def test_padding_with_negative_widths_cuts() -> None:
    """The gradient of what was cut is zero."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = torch.nn.functional.pad(x, (1, -1), value=9.0)
    assert y.tolist() == [9.0, 1.0, 2.0]
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 0.0]
