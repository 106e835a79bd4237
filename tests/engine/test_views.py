"""Views share memory and history: the model is NumPy for memory, and out-of-place code for gradients."""

from random import Random
from typing import Any

import numpy as np
import pytest

import autodiff as torch


def same_view(random: Random, t: Any, a: Any) -> tuple[Any, Any]:  # noqa: ANN401 - a tensor and its model
    """The same random view of a tensor and of an array."""
    if t.dim() == 0:
        return t.view(1), a.reshape(1)
    dim = random.randrange(t.dim())
    length = t.shape[dim]
    match random.randrange(6):
        case 0:
            return t.transpose(0, dim), a.swapaxes(0, dim)
        case 1 if t.dim() > 1:
            k = random.randrange(length)
            return t.select(dim, k), a.take(k, axis=dim) if a.base is None else a[(slice(None),) * dim + (k,)]
        case 2:
            return t.unsqueeze(dim), np.expand_dims(a, dim)
        case 3 if length > 1:
            return t[1:] if t.shape[0] > 1 else t[:], a[1:] if a.shape[0] > 1 else a[:]
        case 4:
            return t[::2], a[::2]
        case _:
            return t.squeeze(), a.squeeze()


@pytest.mark.parametrize("seed", range(40))
def test_views_of_views_share_the_base_memory(seed: int) -> None:
    """A change through any view shows in the base and in all other views, exactly as in NumPy."""
    random = Random(seed)  # noqa: S311 - a reproducible choice
    model = np.arange(24.0, dtype=np.float32).reshape(2, 3, 4)
    base = torch.arange(24.0).reshape(2, 3, 4)
    whole = model[:]
    views = [(base, whole)]
    for step in range(6):
        t, a = random.choice(views)
        t, a = same_view(random, t, a)
        t += step
        a += step
        views.append((t, a))
    for t, a in views:
        assert t.tolist() == a.tolist()
        assert tuple(t.shape) == a.shape
        assert t._version == 6


def test_the_base_of_a_view_of_a_view_is_the_first_tensor() -> None:
    """However long the chain of views."""
    x = torch.zeros(2, 3)
    y = x.view(6)[1:].unsqueeze(0)
    assert y._base is x
    assert x._base is None
    assert y.clone()._base is None


def test_a_change_through_a_view_reaches_the_gradient_of_the_base() -> None:
    """y[0] *= 3 is cat([y[:1] * 3, y[1:]])."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * x
    y[0] *= 3
    y.sum().backward()
    assert x.grad.tolist() == [6.0, 4.0, 6.0]
    assert str(y).endswith("grad_fn=<CopySlices>)")


def test_a_change_of_the_base_reaches_the_gradient_of_a_view() -> None:
    """The view's node is made anew when the base has changed."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * 1
    view = y[1:]
    y *= 5
    view.sum().backward()
    assert view.tolist() == [10.0]
    assert x.grad.tolist() == [0.0, 5.0]


def test_what_a_view_overwrites_gets_no_gradient() -> None:
    """y[0] = w: the old element's gradient is zero, w's is one."""
    x, w = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor(7.0, requires_grad=True)
    y = x * 2
    y[0] = w
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 2.0]
    assert w.grad.item() == 1.0


def test_a_view_of_several_may_not_be_changed_in_place() -> None:
    """`unbind` gives several views of one node."""
    x = torch.ones(2, requires_grad=True) * 1
    first, _ = x.unbind()
    with pytest.raises(RuntimeError, match="multiple views"):
        first += 1


def test_a_view_made_without_recording_may_not_be_changed_with_it() -> None:
    """It is not clear whether that should be recorded."""
    base = torch.ones(3, requires_grad=True) * 1
    with torch.no_grad():
        view = base[0]
    assert view.requires_grad
    with pytest.raises(RuntimeError, match="A view was created in no_grad mode and is being modified inplace"):
        view += 1
    base += 1
    with pytest.raises(RuntimeError, match="its base or another view of its base has been modified inplace"):
        _ = view.grad_fn
    assert str(view) == "tensor(2., grad_fn=<Invalid>)"


def test_a_view_of_several_is_invalid_after_a_change_of_its_base() -> None:
    """It cannot be made anew, and says which it was."""
    base = torch.ones(2, requires_grad=True) * 1
    _, second = base.unbind()
    base += 1
    with pytest.raises(RuntimeError, match="Output 1 of Unbind is a view and its base"):
        second * 2


def test_a_view_of_a_tensor_that_later_requires_a_gradient_does_too() -> None:
    """But where its gradient goes is only known after the next change of its memory."""
    x = torch.ones(3)
    view = x[0]
    x.requires_grad_()
    assert view.requires_grad
    assert (view * 2).grad_fn.next_functions[0] == (None, 0)
    with torch.no_grad():
        x.add_(1)
    (view * 2).backward()
    assert x.grad.tolist() == [2.0, 0.0, 0.0]


def test_a_retained_gradient_follows_a_change() -> None:
    """It is that of the tensor as it is now, also of a base that was changed through a view."""
    x = torch.ones(2, requires_grad=True)
    y = x * 1
    y.retain_grad()
    y[0] = 5
    y.sum().backward()
    assert y.grad.tolist() == [1.0, 1.0]
    assert x.grad.tolist() == [0.0, 1.0]


def test_an_infinite_gradient_passes_a_changed_part() -> None:
    """What was overwritten gets zero, not inf - inf."""
    x = torch.ones(2, requires_grad=True)
    y = x * 1
    y[0] = 5
    y.backward(torch.tensor([float("inf"), float("inf")]))
    assert x.grad.tolist() == [0.0, float("inf")]


def test_a_change_of_a_view_is_walked_back_once() -> None:
    """Even if the change itself saved nothing."""
    x = torch.ones(2, requires_grad=True)
    y = x + 1
    y[0] += 1
    y.sum().backward()
    with pytest.raises(RuntimeError, match="a second time"):
        y.sum().backward()


@pytest.mark.parametrize(
    "text",
    ["x.view(-1)", "x.T", "x[0]", "x[:, 1:]", "x.unsqueeze(1)", "x.expand(4, 2, 3)", "x.permute(1, 0)", "x[..., ::2]"],
)
def test_the_gradient_of_a_view_lands_where_it_came_from(text: str) -> None:
    """The sum of a view counts how often each element of the base is in it."""
    x = torch.zeros(2, 3, requires_grad=True)
    view = eval(text, {"x": x})  # noqa: S307 - the parameters above
    view.sum().backward()
    counted = np.zeros((2, 3))
    places = np.arange(6).reshape(2, 3)
    seen = eval(text.replace("expand(", "broadcast("), {"x": places.view(_Model)})  # noqa: S307
    for place in np.asarray(seen).ravel():
        counted.flat[place] += 1
    assert x.grad.tolist() == counted.tolist()


class _Model(np.ndarray[Any, Any]):
    """NumPy's array with PyTorch's names for the views above."""

    def view(self, *shape: int) -> Any:  # type: ignore[override] # noqa: ANN401
        return self.reshape(*shape)

    def unsqueeze(self, dim: int) -> Any:  # noqa: ANN401
        return np.expand_dims(self, dim)

    def broadcast(self, *shape: int) -> Any:  # noqa: ANN401
        return np.broadcast_to(self, shape)

    def permute(self, *order: int) -> Any:  # noqa: ANN401
        return self.transpose(*order)
