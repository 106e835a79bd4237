"""`torch.autograd.functional` and `torch.func`: what they compute, refuse and keep of the graph."""

import pytest

import autodiff as torch
from autodiff.errors import TorchRuntimeError, TorchValueError

functional = torch.autograd.functional
func = torch.func


def test_the_jacobian_has_the_outputs_dimensions_before_the_inputs() -> None:
    """A function from 2 to 3 elements has a 3 by 2 Jacobian, whose entries are the derivatives."""
    x = torch.tensor([2.0, 5.0])
    found = functional.jacobian(lambda t: torch.stack([t[0] * t[1], t[0] ** 2, t[1]]), x)
    assert found.tolist() == [[5.0, 2.0], [4.0, 0.0], [0.0, 1.0]]
    assert not found.requires_grad


def test_a_jacobian_with_its_graph_is_differentiable() -> None:
    """The sum of the Jacobian of t**3 has the gradient 6t."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    functional.jacobian(lambda t: t**3, x, create_graph=True).sum().backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_products_with_vectors_are_those_of_the_matrices() -> None:
    """vjp, jvp, vhp and hvp agree with the Jacobian and the Hessian they avoid."""
    x, v = torch.tensor([1.0, 2.0]), torch.tensor([3.0, -1.0])
    curve = lambda t: torch.stack([t[0] * t[1], t[0] ** 2 + t[1]])  # noqa: E731 - a formula
    matrix = functional.jacobian(curve, x)
    assert functional.vjp(curve, x, v)[1].tolist() == (v @ matrix).tolist()
    assert functional.jvp(curve, x, v)[1].tolist() == (matrix @ v).tolist()
    hill = lambda t: t[0] ** 3 * t[1] ** 2  # noqa: E731
    matrix = functional.hessian(hill, x)
    assert matrix.tolist() == [[24.0, 12.0], [12.0, 2.0]]
    assert functional.vhp(hill, x, v)[1].tolist() == (v @ matrix).tolist()
    assert functional.hvp(hill, x, v)[1].tolist() == (matrix @ v).tolist()


def test_strict_mode_refuses_what_does_not_depend_on_an_input() -> None:
    """Zeros take the place of a missing gradient; strict mode raises instead."""
    x = torch.tensor([1.0, 2.0])
    assert functional.jacobian(lambda a, _: a, (x, x))[1].tolist() == [[0.0, 0.0], [0.0, 0.0]]
    with pytest.raises(TorchRuntimeError, match="Output 0 of the user-provided function is independent of input 1"):
        functional.jacobian(lambda a, _: a, (x, x), strict=True)


def test_a_gradient_function_can_be_differentiated_and_mapped() -> None:
    """grad of grad is the second derivative; vmap of grad is the gradient at each element."""
    cube = lambda t: t**3  # noqa: E731
    assert func.grad(func.grad(cube))(torch.tensor(3.0)).item() == 18.0
    assert func.vmap(func.grad(cube))(torch.tensor([1.0, 2.0])).tolist() == [3.0, 12.0]


def test_a_gradient_keeps_its_history_only_outside_the_function() -> None:
    """It can be differentiated by a captured tensor, and has no history if nothing outside requires one."""
    w, x = torch.tensor(5.0, requires_grad=True), torch.tensor(2.0)
    assert not func.grad(lambda t: t**2)(x).requires_grad
    func.grad(lambda t: w * t**2)(x).backward()
    assert w.grad.item() == 4.0


def test_nests_of_arguments_are_differentiated_and_mapped() -> None:
    """Dictionaries and lists come back as they went in."""
    nest = {"a": torch.tensor([1.0, 2.0]), "b": [torch.tensor(3.0)]}
    found = func.grad(lambda d: (d["a"] * d["b"][0]).sum())(nest)
    assert found["a"].tolist() == [3.0, 3.0]
    assert [t.item() for t in found["b"]] == [3.0]
    assert func.vmap(lambda d: d["a"] * 2)({"a": nest["a"]}).tolist() == [2.0, 4.0]


def test_mapping_needs_equal_lengths() -> None:
    """Two arguments of different lengths cannot be walked together."""
    with pytest.raises(TorchValueError, match=r"got sizes \[2, 3\] for the mapped dimension"):
        func.vmap(torch.mul)(torch.ones(2), torch.ones(3))
