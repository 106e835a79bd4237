"""`gradcheck` and `gradgradcheck` find a wrong gradient, say where, and accept a right one."""

from typing import Any

import pytest

import autodiff as torch
from autodiff.engine.checking import GradcheckError
from autodiff.errors import TorchValueError

gradcheck, gradgradcheck = torch.autograd.gradcheck, torch.autograd.gradgradcheck


def numbers(*values: complex) -> "torch.Tensor":
    """A leaf of double precision."""
    kind = torch.complex128 if any(isinstance(v, complex) for v in values) else torch.float64
    return torch.tensor(values, dtype=kind, requires_grad=True)


def test_right_gradients_pass() -> None:
    """Real and complex inputs, several outputs, and arguments that are no tensors."""
    assert gradcheck(lambda a, b, k: (a * b, a**k), (numbers(1.0, 2.0), numbers(3.0, 4.0), 3))
    assert gradcheck(lambda z: z * z.conj() + z**2, numbers(1 + 2j, 3 - 1j))
    assert gradgradcheck(lambda a: a.sin() * a, numbers(1.0, 2.0))


def test_a_missing_term_is_found_and_shown() -> None:
    """What was detached is missing in backward: the message prints both Jacobians."""
    wrong = lambda a: a.detach() * a  # noqa: E731 - a formula
    with pytest.raises(GradcheckError) as raised:
        gradcheck(wrong, numbers(1.0, 2.0))
    assert str(raised.value) == (
        "Jacobian mismatch for output 0 with respect to input 0,\n"
        "numerical:tensor([[2.0000, 0.0000],\n        [0.0000, 4.0000]], dtype=torch.float64)\n"
        "analytical:tensor([[1., 0.],\n        [0., 2.]], dtype=torch.float64)\n"
    )
    assert not gradcheck(wrong, numbers(1.0, 2.0), raise_exception=False)


def test_a_wrong_second_derivative_is_found() -> None:
    """The first derivative is checked as a function of its own."""
    assert not gradgradcheck(lambda a: a.detach() * a**2, numbers(1.0, 2.0), raise_exception=False)


def test_the_inputs_are_left_as_they_were() -> None:
    """Every element is moved by eps and put back; nothing is recorded as a change."""
    x = numbers(1.0, 2.0)
    gradcheck(torch.exp, x)
    assert (x.tolist(), x._version, x.grad) == ([1.0, 2.0], 0, None)


def test_low_precision_is_warned_of() -> None:
    """float32 has too few digits for a step of 1e-6."""
    with pytest.warns(UserWarning, match="Input #0 requires gradient and is not a double precision"):
        assert not gradcheck(torch.exp, torch.tensor([1.0], requires_grad=True), raise_exception=False)


def test_some_input_must_require_a_gradient() -> None:
    """Otherwise there is nothing to check."""
    with pytest.raises(TorchValueError, match="expects at least one input tensor to require gradient"):
        gradcheck(torch.exp, torch.ones(2))


class PushedWrongly(torch.autograd.Function):
    """x ** 2, whose tangent is wrong."""

    @staticmethod
    def forward(ctx: Any, x: "torch.Tensor") -> "torch.Tensor":  # noqa: ANN401
        """Keeps x for both directions."""
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)
        return x**2

    @staticmethod
    def backward(ctx: Any, g: "torch.Tensor") -> "torch.Tensor":  # noqa: ANN401
        """The right one."""
        (x,) = ctx.saved_tensors
        return 2 * x * g

    @staticmethod
    def jvp(ctx: Any, t: "torch.Tensor") -> "torch.Tensor":  # noqa: ANN401
        """Three instead of two."""
        (x,) = ctx.saved_tensors
        return 3 * x * t


def test_forward_mode_is_compared_when_asked_for() -> None:
    """The text is PyTorch's; backward alone agrees."""
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(torch.sin, x, check_forward_ad=True)
    assert torch.autograd.gradcheck(PushedWrongly.apply, x)
    with pytest.raises(
        RuntimeError, match=r"^Jacobian computed with forward mode mismatch for output 0 with respect to"
    ):
        torch.autograd.gradcheck(PushedWrongly.apply, x, check_forward_ad=True, check_backward_ad=False)
    with pytest.raises(AssertionError, match=r"^Expected at least one of check_forward_ad or check_backward_ad to be"):
        torch.autograd.gradcheck(torch.sin, x, check_backward_ad=False)
