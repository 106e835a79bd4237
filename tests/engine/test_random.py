"""Random numbers are PyTorch's to the bit; the expected ones were recorded from PyTorch 2.13.0."""

import hashlib
import re
from collections.abc import Callable

import numpy as np
import pytest

import autodiff as torch
from autodiff.dtypes import float64
from autodiff.errors import TorchRuntimeError, TorchTypeError, TorchValueError
from autodiff.numbers.generator import Generator, fused


def digest(t: "torch.Tensor") -> str:
    """A short name for all bits of a tensor."""
    return hashlib.sha256(np.ascontiguousarray(t.numpy()).tobytes()).hexdigest()[:12]


DRAWS = [
    (lambda: torch.rand(33), "ae96f44be8bc"),
    (lambda: torch.rand(33, dtype=torch.float64), "5f984c5a7781"),
    (lambda: torch.rand(9, dtype=torch.complex64), "101d24eaead9"),
    (lambda: torch.randn(15), "8db9a5331024"),
    (lambda: torch.randn(16), "fc34b516db12"),
    (lambda: torch.randn(10_000), "e6837cd522ec"),
    (lambda: torch.randn(1003, dtype=torch.float64), "2ff9adef9250"),
    (lambda: torch.randn(50, dtype=torch.float16), "5127e4303858"),
    (lambda: torch.randn(9, dtype=torch.complex128), "8927809a081a"),
    (lambda: torch.randint(-5, 10, (50,)), "b0ea75c3936b"),
    (lambda: torch.randint(1 << 28, (20,)), "f1b650558017"),
    (lambda: torch.randperm(100), "0bf2cae57b03"),
    (lambda: torch.normal(2.0, 3.0, (70,)), "0a03426a83c5"),
    (lambda: torch.normal(torch.ones(30), 2.0), "5436a2f78ede"),
    (lambda: torch.bernoulli(torch.full((20,), 0.3)), "48b77c470787"),
    (lambda: torch.empty(50).uniform_(-0.3, 1.7), "22be7e2e4238"),
    (lambda: torch.empty(9, dtype=torch.int32).random_(), "a6dd25c9332e"),
    (lambda: torch.empty(9).random_(3, 9), "3dfb6241fff2"),
    (lambda: torch.empty(9).bernoulli_(0.3), "2eb176fff5a5"),
    (lambda: torch.multinomial(torch.arange(20.0), 10), "4f5bd04719b1"),
    (lambda: torch.multinomial(torch.rand(3, 7), 4, replacement=True), "7ed020349167"),
    (lambda: torch.poisson(torch.arange(0, 60.0, 3)), "7116c9be1198"),
    (lambda: torch.empty(9).exponential_(2.0), "01c7307a94ee"),
    (lambda: torch.empty(9).cauchy_(1, 3), "792c4a7db23b"),
    (lambda: torch.empty(9, dtype=torch.int64).geometric_(0.3), "067f689057c8"),
    (lambda: torch.empty(33).log_normal_(), "095d168f2789"),
    (torch.get_rng_state, "5feb54a46230"),
]


@pytest.mark.parametrize(("draw", "expected"), DRAWS)
def test_the_bits_are_those_of_pytorch(draw: Callable[[], "torch.Tensor"], expected: str) -> None:
    """Every way of drawing, after the seed 42."""
    torch.manual_seed(42)
    assert digest(draw()) == expected


def test_a_seed_starts_the_same_numbers_again() -> None:
    """The generator is restarted, a spare normal number forgotten, and returned."""
    torch.manual_seed(1)
    first = torch.randn(3).tolist()
    assert torch.manual_seed(1).initial_seed() == 1
    assert torch.randn(3).tolist() == first
    assert torch.randn(3).tolist() != first


def test_generators_are_independent() -> None:
    """One of its own does not move the default one."""
    torch.manual_seed(0)
    expected = torch.rand(2).tolist()
    torch.manual_seed(0)
    own = torch.Generator().manual_seed(0)
    assert torch.rand(2, generator=own).tolist() == expected
    assert torch.rand(2).tolist() == expected


def test_a_seed_has_64_bits() -> None:
    """Larger numbers are refused; a negative one is taken as its two's complement."""
    with pytest.raises(TorchValueError, match="Overflow when unpacking long long"):
        torch.manual_seed(1 << 64)
    assert torch.manual_seed(-1).initial_seed() == (1 << 64) - 1


def test_filling_in_place_is_a_change_of_the_tensor() -> None:
    """It counts as a version, is refused for a leaf, and lets no gradient through."""
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    y.normal_()
    y.sum().backward()
    assert (y._version, x.grad.tolist()) == (1, [0.0, 0.0])
    with pytest.raises(TorchRuntimeError, match="a leaf Variable that requires grad"):
        x.uniform_()


def test_a_fused_product_is_rounded_once() -> None:
    """(1 + e) * (1 - e) - 1 is -e * e, which rounding the product first would lose."""
    e = 2.0**-30
    assert fused(np.array([1 + e]), 1 - e, -1.0).tolist() == [-(e * e)]


def test_uniform_numbers_stay_within_their_bounds() -> None:
    """They reach from the lower bound to just below the upper one."""
    drawn = Generator().manual_seed(0).uniform(10_000, 0.1, 0.7, float64)
    assert 0.1 <= drawn.min() < 0.101
    assert 0.699 < drawn.max() < 0.7


def test_a_state_is_gone_back_to() -> None:
    """Also with a spare normal number, and after a block that forked."""
    torch.manual_seed(3)
    torch.randn(1)
    state = torch.get_rng_state()
    first = torch.randn(3).tolist()
    with torch.random.fork_rng():
        second = torch.rand(2).tolist()
    assert torch.rand(2).tolist() == second
    torch.set_rng_state(state)
    assert torch.randn(3).tolist() == first
    with pytest.raises(TorchTypeError, match=r"^RNG state must be a torch.ByteTensor$"):
        torch.set_rng_state(torch.zeros(3))


def test_multinomial_refuses_what_is_no_distribution() -> None:
    """PyTorch's texts."""
    for weights, count, text in (
        ([1.0, -1.0], 1, "probability tensor contains either `inf`, `nan` or element < 0"),
        ([1.0, 2.0], 3, "cannot sample n_sample > prob_dist.size(-1) samples without replacement"),
        ([0.0, 0.0], 1, "invalid multinomial distribution (sum of probabilities <= 0)"),
        ([1, 2], 1, "multinomial only supports floating-point dtypes for input, got: Long"),
    ):
        with pytest.raises(TorchRuntimeError, match=f"^{re.escape(text)}$"):
            torch.multinomial(torch.tensor(weights), count)
