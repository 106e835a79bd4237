"""Pointwise operations where a plain derivative test cannot see: kinks, dtypes, refusals and composed forms."""

from __future__ import annotations

import math
from typing import Any

import pytest

import autodiff as torch

F = torch.nn.functional
inf, nan = math.inf, math.nan


def slope(function: Any, x: Any) -> Any:  # noqa: ANN401 - numbers and tensors
    """The gradient of `function` at the elements of `x`."""
    t = torch.tensor(x, requires_grad=True)
    y = function(t)
    (g,) = torch.autograd.grad(y, t, torch.ones_like(y))
    return g.tolist()


@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        (torch.abs, [-2.0, 0.0, nan], [-1.0, 0.0, 0.0]),
        (torch.relu, [-1.0, 0.0, 1.0, nan], [0.0, 0.0, 1.0, 1.0]),
        (lambda t: torch.clamp(t, -1, 1), [-2.0, -1.0, 1.0, nan], [0.0, 1.0, 1.0, 0.0]),
        (lambda t: torch.clamp(t, 2, 1), [0.0, 1.5, 3.0], [0.0, 0.0, 0.0]),
        (F.relu6, [0.0, 3.0, 6.0], [0.0, 1.0, 0.0]),
        (F.elu, [nan, 0.0], [1.0, 1.0]),
        (lambda t: torch.maximum(t, torch.tensor(0.0)), [-1.0, 0.0, 1.0], [0.0, 0.5, 1.0]),
        (lambda t: t**0, [0.0, nan], [0.0, 0.0]),
        (lambda t: 0**t, [-1.0, 0.0, 1.0], [-inf, 0.0, 0.0]),
        (torch.sqrt, [0.0, -0.0], [inf, -inf]),
        (torch.frac, [-1.5, 1.5], [1.0, 1.0]),
    ],
)
def test_gradients_at_kinks(function: Any, x: list[float], expected: list[float]) -> None:  # noqa: ANN401
    """Where a function has no derivative PyTorch has a convention, and so have we."""
    assert slope(function, x) == expected


def test_the_first_of_equal_values_has_the_gradient_of_fmax() -> None:
    """maximum shares it, fmax does not."""
    x, y = (torch.tensor([2.0], requires_grad=True) for _ in range(2))
    torch.fmax(x, y).backward(torch.ones(1))
    assert (x.grad.item(), y.grad.item()) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ("i / 2", "float32"),
        ("i // 2", "int64"),
        ("i ** 2.0", "float32"),
        ("torch.clamp(i, 0.5, 2)", "float32"),
        ("torch.clamp(i, 0, 2)", "int64"),
        ("torch.where(i > 1, i, 1.5)", "float32"),
        ("torch.floor(i)", "int64"),
        ("torch.float_power(i, 2)", "float64"),
        ("torch.copysign(i, 2)", "float32"),
        ("torch.xlogy(i, i)", "float32"),
        ("i << 1", "int64"),
        ("b + b", "bool"),
        ("b * 2", "int64"),
        ("torch.sgn(b)", "bool"),
    ],
)
def test_dtypes_of_results(text: str, dtype: str) -> None:
    """Integers stay integers unless the operation or a number says otherwise."""
    names = {"i": torch.tensor([1, 2]), "b": torch.tensor([True, False]), "torch": torch}
    assert str(eval(text, names).dtype) == f"torch.{dtype}"  # noqa: S307 - our own texts


@pytest.mark.parametrize(
    ("function", "x", "error"),
    [
        (torch.frac, [1], "\"frac_cpu\" not implemented for 'Long'"),
        (torch.relu, [True], "Boolean inputs not supported for relu"),
        (F.softplus, [1], "\"softplus_cpu\" not implemented for 'Long'"),
        (F.gelu, [1], "\"GeluKernelImpl\" not implemented for 'Long'"),
        (torch.floor, [1j], "floor is not supported for complex inputs"),
        (torch.erf, [1j], "\"erf_vml_cpu\" not implemented for 'ComplexFloat'"),
    ],
)
def test_refusals(function: Any, x: list[Any], error: str) -> None:  # noqa: ANN401
    """A dtype an operation cannot take is refused in PyTorch's words."""
    with pytest.raises(RuntimeError) as caught:
        function(torch.tensor(x))
    assert str(caught.value) == error


def test_a_number_operand_is_an_attribute_of_some_operations() -> None:
    """x // 2 has one edge, x * 2 two."""
    x = torch.tensor([3.0], requires_grad=True)
    assert len((x // 2).grad_fn.next_functions) == len((2 // x).grad_fn.next_functions) == 1
    assert len((x * 2).grad_fn.next_functions) == 2


def test_where_has_no_edge_for_its_condition() -> None:
    """Only what has a derivative is an input of the graph."""
    x = torch.tensor([3.0], requires_grad=True)
    assert len(torch.where(x > 0, x, 0.0).grad_fn.next_functions) == 2


def test_cross_entropy_is_minus_the_logarithm_of_the_softmax() -> None:
    """The gradient of a class is its probability, less one for the right class."""
    scores = torch.tensor([[1.0, 2.0, 0.5]], requires_grad=True)
    loss = F.cross_entropy(scores, torch.tensor([1]))
    loss.backward()
    shares = torch.softmax(scores.detach(), 1).tolist()[0]
    assert loss.item() == pytest.approx(-math.log(shares[1]), rel=1e-6)
    assert scores.grad.tolist()[0] == pytest.approx([shares[0], shares[1] - 1, shares[2]], rel=1e-6)


def test_gelu_has_two_forms() -> None:
    """The approximation by tanh differs from the exact value, and both nodes have one name."""
    x = torch.tensor(1.0, requires_grad=True)
    exact, approximate = F.gelu(x), F.gelu(x, approximate="tanh")
    assert exact.item() == pytest.approx(0.8413447, abs=1e-7)
    assert approximate.item() == pytest.approx(0.8411920, abs=1e-7)
    assert exact.grad_fn.name() == approximate.grad_fn.name() == "GeluBackward0"
