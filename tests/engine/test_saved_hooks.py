"""Hooks of saved tensors, gradient edges, and what nodes say of themselves."""

from typing import Any

import pytest

import autodiff as torch

graph = torch.autograd.graph


@pytest.mark.parametrize("shape", [(), (3,)])
def test_what_is_saved_passes_through_the_hooks(shape: tuple[int, ...]) -> None:
    """Packed when it is saved, unpacked when backward needs it; the gradient uses what was unpacked."""
    x = torch.full(shape, 3.0, requires_grad=True)
    seen: list[Any] = []
    with graph.saved_tensors_hooks(lambda t: (seen.append(t), t.detach() * 10)[1], lambda packed: packed + 1):
        y = (x * x).sum()
    assert [t is x for t in seen] == [True, True]
    y.backward()
    assert x.grad.sum().item() == 62.0 * x.numel()


def test_hooks_reach_into_a_block_that_records_again() -> None:
    """`no_grad` and `enable_grad` leave them alone; outside they are gone."""
    x = torch.tensor(3.0, requires_grad=True)
    seen: list[float] = []
    with graph.saved_tensors_hooks(lambda t: (seen.append(t.item()), t)[1], lambda t: t), torch.no_grad():
        x.sin()
        with torch.enable_grad():
            x.cos()
    x.exp()
    assert seen == [3.0]


@pytest.mark.parametrize(
    ("pack", "unpack", "error", "text"),
    [
        (lambda t: t, lambda _: 3, TypeError, "expected to be a Tensor but got result of type int"),
        (lambda t: t.add_(1), lambda t: t, RuntimeError, "pack hook is modifying its input in place"),
    ],
)
def test_hooks_that_do_not_fit(pack: Any, unpack: Any, error: type[Exception], text: str) -> None:  # noqa: ANN401
    """A tensor must come back, and the value itself must not be touched."""
    x = torch.tensor(3.0, requires_grad=True)
    with pytest.raises(error, match=text):  # noqa: PT012 - one of the two raises
        with graph.saved_tensors_hooks(pack, unpack):
            y = x * x
        y.backward()


def test_hooks_may_be_forbidden() -> None:
    """With a message of the caller."""
    with graph.disable_saved_tensors_hooks("not here"), pytest.raises(RuntimeError, match="not here"):
        graph.saved_tensors_hooks(lambda t: t, lambda t: t).__enter__()


@pytest.mark.parametrize("shape", [(), (2,)])
def test_one_saved_tensor_may_have_hooks_of_its_own(shape: tuple[int, ...]) -> None:
    """Once, and not after it was let go."""
    x = torch.full(shape, 3.0, requires_grad=True)
    y = x.exp() * x
    saved = y.grad_fn._raw_saved_self
    saved.register_hooks(lambda t: t * 0, lambda t: t)
    with pytest.raises(RuntimeError, match="hooks have already been set"):
        saved.register_hooks(lambda t: t, lambda t: t)
    assert y.grad_fn._saved_self.sum().item() == 0.0
    y.sum().backward()
    with pytest.raises(RuntimeError, match="after it has been freed"):
        saved.register_hooks(lambda t: t, lambda t: t)


def test_an_edge_stands_for_a_tensor() -> None:
    """For `grad` and for `backward`, as output and as input."""
    x = torch.tensor(3.0, requires_grad=True)
    y = x * x
    edge = graph.get_gradient_edge(y)
    assert edge.node is y.grad_fn
    assert torch.autograd.grad(y * 2, edge)[0].item() == 2.0
    assert torch.autograd.grad(edge, x, retain_graph=True)[0].item() == 6.0
    torch.autograd.backward(edge)
    assert x.grad.item() == 6.0
    with pytest.raises(RuntimeError, match="does not require gradients"):
        graph.get_gradient_edge(torch.tensor(1.0))


def test_a_counted_change_makes_saved_values_stale() -> None:
    """`increment_version` is for code that writes behind the engine's back."""
    x = torch.tensor(3.0, requires_grad=True)
    y = x * 1
    out = y * y
    graph.increment_version(y)
    with pytest.raises(RuntimeError, match="is at version 1; expected version 0"):
        out.backward()


@pytest.mark.parametrize("shape", [(), (2,)])
def test_what_a_node_says_of_itself(shape: tuple[int, ...]) -> None:
    """Its metadata is kept, its class shows no base, and it is a Node."""
    node = (torch.ones(shape, requires_grad=True) + 2).grad_fn
    node.metadata["note"] = 1
    assert node.metadata == {"note": 1}
    assert [(m.shape, m.dtype) for m in node._input_metadata] == [(list(shape), torch.float32)]
    assert type(node).__mro__ == (type(node), object)
    assert isinstance(node, graph.Node)
    with pytest.raises(TypeError, match="expected 1 arguments, got 2"):
        node(torch.ones(shape), torch.ones(shape))


def test_a_value_that_was_not_saved_is_none_after_backward() -> None:
    """Only what was saved is gone."""
    x = torch.tensor(3.0, requires_grad=True)
    y = x * 2
    y.backward()
    assert y.grad_fn._saved_self is None
    with pytest.raises(RuntimeError, match="a second time"):
        _ = y.grad_fn._saved_other
    z = x**2
    z.backward()
    assert z.grad_fn._saved_exponent == 2


def test_variable_is_an_old_name_of_tensor() -> None:
    """It makes leaves, and every tensor is one."""
    x = torch.autograd.Variable(torch.tensor(1.0), requires_grad=True)
    assert str(x) == "tensor(1., requires_grad=True)"
    assert isinstance(torch.tensor(1), torch.autograd.Variable)
    with pytest.raises(TypeError, match="Variable data has to be a tensor, but got int"):
        torch.autograd.Variable(3)
