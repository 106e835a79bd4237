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


# ------------------------------------------------------------------ what became of a saved value


@pytest.mark.parametrize("shape", [(), (3,)])
def test_the_error_names_the_latest_node_of_the_changed_tensor(shape: tuple[int, ...]) -> None:
    """y was made by mul, then changed by add and div: div is to blame."""
    x, y = inner(shape)
    out = (y * y).sum()
    y += 1
    y /= 2
    with pytest.raises(RuntimeError, match=r"output 0 of Div, is at version 2; expected version 0 instead"):
        out.backward()
    assert x.grad is None


@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("create_graph", [False, True])
def test_a_saved_input_detached_in_place_is_refused(shape: tuple[int, ...], create_graph: bool) -> None:
    """Its history is gone; nothing is accumulated before the error."""
    x, y = inner(shape)
    w = torch.full(shape, 3.0, requires_grad=True)
    out = (w / y).sum()
    y.detach_()
    with pytest.raises(RuntimeError, match="detached in-place"):
        torch.autograd.grad(out, [w, x], create_graph=create_graph)
    with pytest.raises(RuntimeError, match="detached in-place"):
        out.backward()
    assert w.grad is None


def test_a_saved_result_may_be_detached() -> None:
    """`exp` keeps its result's own node."""
    x, _ = inner()
    y = x.exp()
    z = y * 1
    y.detach_()
    z.backward()
    assert x.grad.item() == y.item()


def test_a_detached_leaf_gathers_nothing_until_it_requires_a_gradient_again() -> None:
    """The graph still leads to the same leaf."""
    x = torch.tensor(2.0, requires_grad=True)
    out = x * x
    x.detach_()
    out.backward(retain_graph=True)
    assert (x.grad is None) is True
    x.requires_grad_()
    out.backward()
    assert x.grad.item() == 4.0


def test_a_tensor_times_itself_in_place_has_lost_its_factor() -> None:
    """Of `y *= y` only the first operand is copied."""
    _, y = inner((3,))
    y *= y
    with pytest.raises(RuntimeError, match=r"output 0 of Mul, is at version 1; expected version 0"):
        y.sum().backward()


# ------------------------------------------------------------------ memory that overlaps


def test_an_expanded_tensor_cannot_be_written_to_but_filled() -> None:
    """Several elements are one; only the same number may be written to all."""
    x = torch.ones(2)
    wide = x.expand(3, 2)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor"):
        wide += 1
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor"):
        wide.copy_(torch.ones(3, 2))
    assert wide.fill_(5).tolist() == [[5.0, 5.0]] * 3
    assert x.tolist() == [5.0, 5.0]


@pytest.mark.parametrize("change", ["x[1:] += x[:-1]", "x[:2].copy_(x[1:])", "x += x[0]", "x.view(3, 1).mul_(x)"])
def test_operands_that_overlap_partly_are_refused(change: str) -> None:
    """The order of the elements would decide the result."""
    x = torch.tensor([1.0, 2.0, 3.0])
    with pytest.raises(RuntimeError, match="some elements of the input tensor and the written-to tensor"):
        exec(change, {"x": x})  # noqa: S102 - the parameters above
    assert x.tolist() == [1.0, 2.0, 3.0]


def test_operands_that_are_the_same_memory_are_fine() -> None:
    """Element by element there is no conflict."""
    x = torch.tensor([1.0, 2.0])
    x += x[:]
    assert x.tolist() == [2.0, 4.0]


# ------------------------------------------------------------------ assignment to a part


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ("x[5] = 'a'", TypeError, "can't assign a str to a torch.FloatTensor"),
        ("x[5] = 1", IndexError, "index 5 is out of bounds for dimension 0 with size 3"),
        ("x[0, 1] = 1", IndexError, "too many indices for tensor of dimension 1"),
        ("x[0] = 1", RuntimeError, "^a view of a leaf Variable that requires grad"),
        ("x[:] = 1", RuntimeError, "^a leaf Variable that requires grad"),
        ("x[[0]] = 1", RuntimeError, "^a leaf Variable that requires grad"),
        ("x[::0] = 1", ValueError, "slice step cannot be zero"),
        ("del x[0]", TypeError, "Tensor does not support deleting items"),
        ("x[0] = 1j", RuntimeError, "value cannot be converted to type float without overflow"),
    ],
)
def test_the_first_error_of_an_assignment(change: str, error: type[Exception], text: str) -> None:
    """What is assigned is looked at first, then the index, then whether the tensor may change."""
    with pytest.raises(error, match=text):
        exec(change, {"x": torch.ones(3, requires_grad=True)})  # noqa: S102 - the parameters above


@pytest.mark.parametrize(
    ("place", "value", "nodes"),
    [
        (0, 5.0, ["CopySlices", "None"]),
        (0, "w[0]", ["CopySlices", "SelectBackward0"]),
        (0, "w", ["CopySlices", "ViewBackward0"]),
        (slice(None), "w", ["CopyBackwards", "ExpandBackward0"]),
        (slice(None), "w[0]", ["FillBackward3", "SelectBackward0"]),
        ([0], "w", ["IndexPutBackward0", "ViewBackward0"]),
        (slice(0, 1), "w", ["CopySlices", "AccumulateGrad"]),
    ],
)
def test_the_nodes_of_an_assignment(place: Any, value: Any, nodes: list[str]) -> None:  # noqa: ANN401
    """A value of another shape is viewed and expanded first; a 0-d one fills."""
    y = torch.ones(3, requires_grad=True) * 1
    w = torch.tensor([2.0], requires_grad=True)
    y[place] = eval(value, {"w": w}) if isinstance(value, str) else value  # noqa: S307 - the parameters above
    made = y.grad_fn
    assert [type(made).__name__, type(made.next_functions[1][0]).__name__.replace("NoneType", "None")] == nodes


def test_index_tensors_are_saved_as_tensors() -> None:
    """So a change of one is found out, and a second backward raises."""
    x, position = torch.ones(3, requires_grad=True), torch.tensor([0, 2])
    out = x[position]
    assert [t.tolist() for t in out.grad_fn._saved_indices] == [[0, 2]]
    out.sum().backward(retain_graph=True)
    position[0] = 1
    with pytest.raises(RuntimeError, match=r"\[torch.LongTensor \[2\]\] is at version 1"):
        out.sum().backward()
    again = x[[0, 1]].sum()
    again.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        again.backward()


def test_attributes_that_follow_from_others_cannot_be_assigned() -> None:
    """With PyTorch's words."""
    x = torch.tensor(1.0)
    for name in ("grad_fn", "is_leaf", "shape", "dtype", "T", "ndim", "is_cuda", "is_sparse"):
        with pytest.raises(
            AttributeError, match=f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable"
        ):
            setattr(x, name, 3)


@pytest.mark.parametrize("shape", [(), (2,)], ids=["scalar", "vector"])
def test_a_saved_value_that_was_changed_cannot_be_looked_at(shape: tuple[int, ...]) -> None:
    """Reading it off the node says so, as walking back does."""
    y = torch.ones(shape, requires_grad=True) * 1
    node = (y**2).grad_fn
    y += 1
    with pytest.raises(RuntimeError, match="which is output 0 of Add, is at version 1; expected version 0"):
        _ = node._saved_self
