"""`autograd.Function`: arguments, contexts and results. Texts recorded from PyTorch 2.13.0."""

from typing import Any

import pytest

import autodiff as torch
from autodiff.errors import TorchRuntimeError, TorchTypeError

Function: Any = torch.autograd.Function
Users = Any
"""What a user's method takes or gives."""


class Scaled(Function):
    """x * k, twice."""

    @staticmethod
    def forward(ctx: Users, x: Users, k: float = 2) -> Users:
        """Both results are the same."""
        ctx.k = k
        return x * k, x * k

    @staticmethod
    def backward(ctx: Users, g: Users, h: Users) -> Users:
        """Notes down what came."""
        ctx.got = g, h
        return (g if g is not None else h) * ctx.k, None


class Unfilled(Scaled):
    """The same, which sees missing gradients as None."""

    @staticmethod
    def forward(ctx: Users, x: Users, k: float = 2) -> Users:
        """Both results are the same."""
        ctx.set_materialize_grads(False)
        return Scaled.forward(ctx, x, k)


def test_missing_gradients_are_zeros_unless_the_context_says_otherwise() -> None:
    """The gradient of a result nobody used."""
    x = torch.tensor(3.0, requires_grad=True)
    first, second = Scaled.apply(x, 5)
    first.backward()
    assert [g.item() for g in second.grad_fn.got] == [1, 0]
    first, second = Unfilled.apply(x)
    second.backward()
    assert first.grad_fn.got[0] is None


def test_arguments_may_be_named_and_only_tensors_have_edges() -> None:
    """A name `forward` does not have is refused."""
    x = torch.tensor(3.0, requires_grad=True)
    first, _ = Scaled.apply(x, k=7)
    assert first.item() == 21
    assert len(first.grad_fn.next_functions) == 1
    with pytest.raises(TorchTypeError, match=r"^forward\(\) got an unexpected keyword argument 's'$"):
        Scaled.apply(x, s=1)


class Increased(Function):
    """x + 1 in place."""

    @staticmethod
    def forward(ctx: Users, x: Users) -> Users:
        """Says so."""
        x.add_(1)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(_: Users, g: Users) -> Users:
        """Ten times the gradient, to be told from add's."""
        return g * 10


def test_an_input_changed_in_place_is_returned_with_a_new_history() -> None:
    """Its version counts the change and the mark; a leaf is refused."""
    x = torch.tensor(3.0, requires_grad=True)
    c = x.clone()
    assert Increased.apply(c) is c
    assert c._version == 2
    c.backward()
    assert x.grad.item() == 10
    with pytest.raises(TorchRuntimeError, match=r"^a leaf Variable that requires grad has been used in an in-place"):
        Increased.apply(torch.tensor(1.0, requires_grad=True))
    with pytest.raises(TorchRuntimeError, match=r"^a view of a leaf Variable that requires grad is being used"):
        Increased.apply(torch.ones(2, requires_grad=True)[0])
    base = torch.ones(2, requires_grad=True).clone()
    Increased.apply(base[0])
    assert type(base.grad_fn).__name__ == "CopySlices"


class Flat(Function):
    """A view."""

    @staticmethod
    def forward(_: Users, x: Users) -> Users:
        """All elements in a row."""
        return x.view(-1)

    @staticmethod
    def backward(_: Users, g: Users) -> Users:
        """In the old shape."""
        return g.view(2, 2)


def test_a_view_made_by_a_function_may_not_be_changed() -> None:
    """It would lose the user's backward."""
    flat = Flat.apply(torch.ones(2, 2, requires_grad=True))
    with pytest.raises(
        TorchRuntimeError, match=r"^Output 0 of Flat is a view and is being modified inplace\. This view w"
    ):
        flat.add_(1)


class Squared(Function):
    """x ** 2, whose gradient has no derivative."""

    @staticmethod
    def forward(ctx: Users, x: Users) -> Users:
        """Keeps x."""
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Users, g: Users) -> Users:
        """Is not recorded."""
        (x,) = ctx.saved_tensors
        return 2 * x * g


def test_once_differentiable() -> None:
    """A second derivative is refused where it would depend on the first's gradient."""
    x = torch.tensor(3.0, requires_grad=True)
    (g,) = torch.autograd.grad(Squared.apply(x), x, create_graph=True)
    assert repr(g) == "tensor(6.)"
    (g,) = torch.autograd.grad(Squared.apply(x) ** 2, x, create_graph=True)
    assert repr(g) == "tensor(108., grad_fn=<Error>)"
    with pytest.raises(
        TorchRuntimeError, match=r"^trying to differentiate twice a function that was marked with @once"
    ):
        g.backward()


class Wrong(Function):
    """Whatever its backward gives."""

    @staticmethod
    def forward(ctx: Users, x: Users, given: Users) -> Users:
        """Keeps what backward will give."""
        ctx.given = given
        return x * 1

    @staticmethod
    def vjp(ctx: Users, _: Users) -> Users:
        """Another name for backward."""
        return ctx.given, None


def test_gradients_must_be_tensors_or_none() -> None:
    """As many as there are arguments."""
    x = torch.tensor(3.0, requires_grad=True)
    Wrong.apply(x, None).backward()
    assert x.grad is None
    with pytest.raises(TorchRuntimeError, match=r"^expected Variable or None \(got float\)$"):
        Wrong.apply(x, 3.0).backward()
    with pytest.raises(TorchTypeError, match=r"^'WrongBackward' object is not callable$"):
        Wrong.apply(x, 3.0).grad_fn(x)
