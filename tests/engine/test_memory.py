"""What a graph holds, and that it is given back without the garbage collector."""

import contextlib
import gc
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import autodiff as torch

STEPS = 2_000


@pytest.fixture(autouse=True)
def _without_collector() -> Iterator[None]:
    """Only reference counts give memory back in these tests."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def number_chain() -> Any:  # noqa: ANN401 - a tensor
    """A chain over numbers."""
    x = torch.tensor(1.1, requires_grad=True)
    y = x
    for _ in range(STEPS):
        y = (y * x).sin() + 0.5
    return y


def array_chain() -> Any:  # noqa: ANN401 - a tensor
    """A chain over arrays."""
    x = torch.tensor([1.1, 0.3], requires_grad=True)
    y = x
    for _ in range(STEPS // 10):
        y = (y * x).sin() + 0.5
    return y.sum()


def in_place_chain() -> Any:  # noqa: ANN401 - a tensor
    """In-place changes, also through views."""
    x = torch.tensor([1.1, 0.3], requires_grad=True)
    y = x * 1
    for _ in range(STEPS // 20):
        y += x
        y[0] *= 0.5
    return y.sum()


def nothing(_: Any) -> None:  # noqa: ANN401
    """Only forward."""


def backward(y: Any) -> None:  # noqa: ANN401
    """Backward, keeping the graph."""
    y.backward(retain_graph=True)


@pytest.mark.parametrize("make", [number_chain, array_chain, in_place_chain])
@pytest.mark.parametrize("use", [nothing, backward])
def test_a_dropped_graph_is_given_back(make: Callable[[], Any], use: Callable[[Any], None]) -> None:
    """No cycle keeps it: the third graph takes the memory of the second."""
    use(make())  # whatever is compiled and cached on first use
    tracemalloc.start()
    try:
        kept = []
        for _ in range(3):
            y = make()
            use(y)
            held = tracemalloc.get_traced_memory()[0]
            del y
            kept.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert held - kept[-1] > 50_000
    assert kept[2] - kept[1] < (held - kept[2]) / 10  # Python itself keeps some freed tuples for later


_STEPS: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda y, w: y + w,
    "multiply": lambda y, w: y * w,
    "divide": lambda y, w: y / w,
    "number": lambda y, _: y * 0.5,
    "power": lambda y, _: y**2,
    "power of tensors": lambda y, w: y**w,
    "function": lambda y, _: torch.tanh(y),
}


@pytest.mark.parametrize("name", _STEPS)
def test_an_operation_on_numbers_takes_200_bytes(name: str) -> None:
    """At most, with all that backward needs."""
    step = _STEPS[name]
    y, w = (torch.tensor(value, requires_grad=True) for value in (0.5, 0.9))
    step(y, w)  # whatever is compiled on first use
    tracemalloc.start()
    try:
        for _ in range(STEPS):
            y = step(y, w)
        assert tracemalloc.get_traced_memory()[0] <= 200 * STEPS
    finally:
        tracemalloc.stop()


def test_the_graph_of_a_gradient_is_given_back() -> None:
    """`autograd.grad` with `create_graph` makes no cycle either."""
    x = torch.tensor(1.1, requires_grad=True)

    def run() -> None:
        y = x
        for _ in range(200):
            y = y * x
        (g,) = torch.autograd.grad(y, [x], create_graph=True)
        torch.autograd.grad(g, [x])

    run()
    gc.collect()  # what the first use left behind
    run()
    assert gc.collect() == 0


def test_no_operation_leaves_garbage() -> None:
    """Not even errors and hooks do."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)

    def run() -> None:
        y = x * x
        y.register_hook(lambda g: g)
        y.retain_grad()
        z = y[0] + y.max() + torch.stack([y, y]).mean()
        z.backward()
        with contextlib.suppress(RuntimeError):
            z.backward()

    run()
    gc.collect()
    run()
    assert gc.collect() == 0


def test_backward_lets_intermediate_tensors_go() -> None:
    """After backward the graph keeps no value alive, even while its root is still held."""
    x = torch.ones(1000, requires_grad=True)
    y = x.exp()
    alive = weakref.ref(y._data.value)
    z = (y * y).sum()
    del y
    assert alive() is not None
    z.backward()
    assert alive() is None
    assert z.grad_fn is not None


def test_a_leaf_and_its_gradient_go_together() -> None:
    """The gradient lives as long as the leaf or its graph."""
    x = torch.tensor(2.0, requires_grad=True)
    y = x * x
    y.backward()
    gone = weakref.ref(x)
    del x
    assert gone() is None
    assert y.item() == 4.0


def test_a_graph_does_not_hold_tensors_it_has_not_saved() -> None:
    """`x + 1` saves nothing, so a large input is let go at once."""
    x = torch.ones(1000, requires_grad=True)
    a = x * 2
    gone = weakref.ref(a)
    b = a + 1
    del a
    assert gone() is None
    b.sum().backward()
    assert x.grad.tolist() == [2.0] * 1000
