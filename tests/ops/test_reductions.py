"""Reductions at their edges: ties, nan, nothing to reduce, wide integers, and the order of additions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import autodiff as torch

if TYPE_CHECKING:
    from collections.abc import Callable


def gradient(function: Callable[..., Any], values: list[Any]) -> Any:  # noqa: ANN401 - nested lists
    """The gradient of the sum of function(x) at `values`, as nested lists."""
    x = torch.tensor(values, requires_grad=True)
    function(x).sum().backward()
    return x.grad.tolist()


def test_float_sums_add_in_pytorchs_order() -> None:
    """Eight lanes of four accumulators give another last bit than adding from left to right."""
    x = torch.arange(1, 101, dtype=torch.float32) / 7
    assert x.sum().item() == 721.4285888671875
    assert x.reshape(4, 25).sum(1).tolist() == [
        46.4285774230957,
        135.71429443359375,
        225.00001525878906,
        314.28570556640625,
    ]


def test_a_product_with_one_zero_sends_its_gradient_to_the_zero_only() -> None:
    """The product of the others is taken where division by the element is impossible."""
    assert gradient(torch.prod, [2.0, 0.0, 4.0]) == [0.0, 8.0, 0.0]
    assert gradient(lambda x: x.prod(0), [[2.0, 0.0], [3.0, 5.0]]) == [[3.0, 5.0], [2.0, 0.0]]


def test_extremes_of_everything_share_ties_and_extremes_along_a_dimension_do_not() -> None:
    """max() and amax() split evenly, max(dim) takes the first."""
    assert gradient(torch.max, [1.0, 3.0, 3.0]) == [0.0, 0.5, 0.5]
    assert gradient(lambda x: x.amax(0), [1.0, 3.0, 3.0]) == [0.0, 0.5, 0.5]
    assert gradient(lambda x: x.max(0).values, [1.0, 3.0, 3.0]) == [0.0, 1.0, 0.0]


def test_the_maximum_of_nan_is_nan_and_takes_the_gradient() -> None:
    """A nan is found by isnan, since it equals nothing."""
    assert gradient(torch.max, [1.0, float("nan"), 2.0]) == [0.0, 1.0, 0.0]


@pytest.mark.parametrize("name", ["max", "min", "amax", "amin"])
def test_the_extreme_of_nothing_is_refused(name: str) -> None:
    """There is no identity for an extreme, unlike for a sum."""
    with pytest.raises(RuntimeError, match="Expected reduction dim to be specified"):
        getattr(torch, name)(torch.tensor([]))


def test_bytes_are_summed_in_int64() -> None:
    """A sum of bytes does not overflow, and is int64."""
    total = torch.tensor([200, 200], dtype=torch.uint8).sum()
    assert (total.item(), total.dtype) == (400, torch.int64)


def test_norms_have_gradient_zero_where_they_are_zero() -> None:
    """PyTorch defines the gradient at 0 as 0; the root of a sum of squares gives nan."""
    assert gradient(torch.norm, [0.0, 0.0]) == [0.0, 0.0]
    assert gradient(lambda x: x.norm(3), [0.0, 0.0]) == [0.0, 0.0]


def test_the_order_zero_norm_gives_no_gradient_at_all() -> None:
    """PyTorch returns an undefined tensor for it."""
    x = torch.tensor([1.0, 0.0], requires_grad=True)
    x.norm(0).backward()
    assert x.grad is None


def test_cumprod_survives_zeros() -> None:
    """Where the quotient formula divides by zero, products of the others are added."""
    assert gradient(lambda x: x.cumprod(0), [2.0, 0.0, 3.0]) == [1.0, 8.0, 0.0]


def test_a_sort_downwards_keeps_equal_elements_in_order() -> None:
    """Reversing an ascending sort would turn them round."""
    assert torch.tensor([2.0, 1.0, 2.0]).sort(descending=True).indices.tolist() == [0, 2, 1]


def test_variance_of_one_element_warns_and_is_nan() -> None:
    """There is no degree of freedom."""
    with pytest.warns(UserWarning, match="degrees of freedom is <= 0"):
        assert torch.isnan(torch.tensor([2.0]).var())
