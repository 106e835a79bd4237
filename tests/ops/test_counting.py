"""What has no derivative (distinct elements, frequencies, places), and arguments that fit no signature."""

from collections.abc import Callable
from typing import Any

import pytest

import autodiff as torch

ADD = (
    "add() received an invalid combination of arguments - got (Tensor), but expected (Tensor input, Tensor other, *, "
    "Number alpha = 1, Tensor out = None)"
)
VIEW = (
    "view() received an invalid combination of arguments - got (float), but expected one of:\n * (torch.dtype dtype)\n"
    "      didn't match because some of the arguments have invalid types: (!float!)\n * (tuple of ints size)\n"
    "      didn't match because some of the arguments have invalid types: (!float!)\n"
)


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (lambda: torch.unique(torch.tensor([2, 1, 2]), return_inverse=True, return_counts=True),
         "(tensor([1, 2]), tensor([1, 0, 1]), tensor([1, 2]))"),
        (lambda: torch.unique(torch.tensor([3.0, torch.nan, torch.nan])), "tensor([3., nan, nan])"),
        (lambda: torch.unique_consecutive(torch.tensor([1, 1, 2, 2, 1]), return_counts=True),
         "(tensor([1, 2, 1]), tensor([2, 2, 1]))"),
        (lambda: torch.bincount(torch.tensor([1, 2, 2]), torch.tensor([0.5, 1.0, 2.0])),
         "tensor([0.0000, 0.5000, 3.0000])"),
        (lambda: torch.histc(torch.tensor([1.0, 2.0, 3.0]), 2), "tensor([1., 2.])"),
        (lambda: torch.searchsorted(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[1.0], [3.5]])),
         "tensor([[0],\n        [1]])"),
        (lambda: torch.bucketize(2.5, torch.tensor([1.0, 2.0])), "tensor(2)"),
        (lambda: torch.isin(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 2.0])), "tensor([ True,  True, False])"),
        (lambda: torch.unravel_index(torch.tensor([3, 5]), (2, 3)), "(tensor([1, 1]), tensor([0, 2]))"),
        (lambda: torch.gradient(torch.tensor([1.0, 4.0, 9.0]), spacing=(torch.tensor([0.0, 1.0, 3.0]),)),
         "(tensor([3.0000, 2.8333, 2.5000]),)"),
        (lambda: torch.gradient(torch.tensor([1.0, 4.0, 9.0]), edge_order=2), "(tensor([2., 4., 6.]),)"),
        (lambda: torch.nanquantile(torch.tensor([1.0, torch.nan, 3.0]), 0.5), "tensor(2.)"),
        (lambda: torch.broadcast_shapes((2, 3), (1, 3), (4, 1, 3)), "torch.Size([4, 2, 3])"),
        (lambda: torch.lcm(torch.tensor(12), torch.tensor([18, -4])), "tensor([36, 12])"),
        (lambda: torch.tensor(-2.0) % 0.5, "tensor(-0.)"),
        (lambda: torch.tensor([3e9, torch.nan]).to(torch.int32),
         "tensor([-2147483648, -2147483648], dtype=torch.int32)"),
        (lambda: torch.add(1, 2), "tensor(3)"),
        (lambda: torch.clamp(torch.tensor([1.0, 2.0]), torch.tensor(0.0), 1.0), "tensor([1., 1.])"),
        (lambda: torch.tensor(3.0).where(torch.tensor(True), 2.0), "tensor(3.)"),
    ],
)  # fmt: skip
def test_the_value_is_pytorchs(made: Callable[[], Any], shown: str) -> None:
    """Each call prints what PyTorch 2.13.0 printed."""
    assert repr(made()) == shown


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda _: torch.sum([1.0]), "sum(): argument 'input' (position 1) must be Tensor, not list"),
        (lambda _: torch.sin(), 'sin() missing 1 required positional arguments: "input"'),
        (lambda _: torch.sin(1, 2, 3), "sin() takes 1 positional argument but 3 were given"),
        (lambda x: torch.stack([x, 1]), "expected Tensor as element 1 in argument 0, but got int"),
        (torch.add, ADD),
        (lambda x: x.view(2.0), VIEW),
    ],
)  # fmt: skip
def test_arguments_that_fit_nothing_are_explained(call: Callable[[Any], Any], text: str) -> None:
    """The TypeError has PyTorch's words."""
    with pytest.raises(TypeError) as caught:
        call(torch.tensor(3.0))
    assert str(caught.value) == text


def test_what_nobody_can_mean_is_not_allocated() -> None:
    """A tensor of more than 2**28 elements is refused with PyTorch's error for missing memory."""
    with pytest.raises(RuntimeError, match="you tried to allocate 4398046511104 bytes"):
        torch.zeros(1 << 40)
    with pytest.raises(RuntimeError, match=r"Storage size calculation overflowed with sizes=\[4611686018427387904\]"):
        torch.ones(1 << 62)
