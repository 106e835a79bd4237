"""Changing tensors in place: versions are counted, history is rewritten, stale values are found out."""

from typing import Any

import pytest

import autodiff as torch

STALE = "modified by an inplace operation"


def inner(shape: tuple[int, ...] = ()) -> tuple[Any, Any]:
    """A leaf of twos, and a copy of it that may be changed."""
    x = torch.full(shape, 2.0, requires_grad=True)
    return x, x * 1


@pytest.mark.parametrize("shape", [(), (3,)])
def test_in_place_is_as_differentiable_as_out_of_place(shape: tuple[int, ...]) -> None:
    """y += x; y *= 3; y -= x gives the gradient of (x + x) * 3 - x."""
    x, y = inner(shape)
    y += x
    y *= 3
    y -= x
    y.sum().backward()
    assert y._version == 3
    assert x.grad.sum().item() == 5.0 * y.numel()


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_saved_value_that_was_changed_is_found_out(shape: tuple[int, ...], create_graph: bool) -> None:
    """The product saved y; after y += 1 its derivative would be another function's."""
    x, y = inner(shape)
    out = (y * y).sum()
    y += 1
    with pytest.raises(RuntimeError, match=STALE):
        torch.autograd.grad(out, [x], create_graph=create_graph)


@pytest.mark.parametrize("shape", [(), (3,)])
def test_a_result_that_was_changed_is_found_out(shape: tuple[int, ...]) -> None:
    """`exp` saved its result."""
    x, _ = inner(shape)
    y = x.exp()
    y += 1
    with pytest.raises(RuntimeError, match=STALE):
        y.sum().backward()


@pytest.mark.parametrize("shape", [(), (3,)])
def test_what_nobody_saved_may_change(shape: tuple[int, ...]) -> None:
    """A sum saves nothing."""
    x, y = inner(shape)
    out = y + x
    y.zero_()
    out.sum().backward()
    assert x.grad.sum().item() == 2.0 * x.numel()


def test_versions_are_shared_with_what_shares_memory() -> None:
    """`detach()` and views count the same changes; a clone counts its own."""
    x = torch.zeros(3)
    detached, view, clone = x.detach(), x[1:], x.clone()
    x += 1
    view += 1
    assert [t._version for t in (x, detached, view, clone)] == [2, 2, 2, 0]
    assert detached.tolist() == [1.0, 2.0, 2.0]


def test_detached_memory_guards_saved_values() -> None:
    """Changing `y.detach()` in place spoils what y's product saved, and is found out."""
    x, y = inner()
    out = y * y
    y.detach().add_(1)
    with pytest.raises(RuntimeError, match=STALE):
        out.backward()
    assert x.grad is None


@pytest.mark.parametrize("change", ["x += 1", "x.zero_()", "x[0] = 1", "x[0] += 1", "x.view(3).mul_(2)"])
def test_a_leaf_may_not_be_changed(change: str) -> None:
    """Neither by itself nor through a view; it keeps its value."""
    x = torch.full((3,), 2.0, requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        exec(change, {"x": x})  # noqa: S102 - the parameters above
    assert x.tolist() == [2.0, 2.0, 2.0]


def test_a_constant_that_absorbs_a_leaf_has_history() -> None:
    """c += x makes c depend on x; what c was does not."""
    x, c = torch.tensor(2.0, requires_grad=True), torch.tensor(1.0)
    assert c.is_leaf
    c += x * x
    assert not c.is_leaf
    c.backward()
    assert x.grad.item() == 4.0


def test_a_dtype_is_kept_or_refused() -> None:
    """An int tensor takes no float result; a float tensor takes an int."""
    count = torch.tensor([1, 2])
    with pytest.raises(RuntimeError, match="can't be cast"):
        count += 0.5
    assert count.tolist() == [1, 2]
    total = torch.tensor([0.5])
    total += torch.tensor([1])
    assert str(total) == "tensor([1.5000])"
