"""Graphs as deep as memory allows: nothing recurses, neither forward nor backward nor when they are let go.

A recursion would end the process within a few thousand nodes on the small stack these tests run on.
"""

import gc
import threading
from collections.abc import Callable
from typing import Any

import pytest

import autodiff as torch
from autodiff.engine.graph import Link, unlinked

MILLION = 1_000_000
SMALL_STACK = 512 * 1024


def on_a_small_stack(run: Callable[[], Any]) -> Any:  # noqa: ANN401 - what `run` gives
    """Run in a thread with 512 KiB of stack; a recursion over the graph would end the process."""
    outcome: list[Any] = []
    before = threading.stack_size(SMALL_STACK)
    gc.disable()  # it would look through the growing graph again and again
    try:
        thread = threading.Thread(target=lambda: outcome.append(run()))
        thread.start()
        thread.join()
    finally:
        gc.enable()
        threading.stack_size(before)
    assert outcome, "the thread raised"
    return outcome[0]


def chain(length: int, x: Any) -> Any:  # noqa: ANN401 - tensors
    """x + 1 + 1 ..."""
    y = x
    for _ in range(length):
        y = y + 1.0
    return y


def run_chain(length: int, shape: tuple[int, ...] = ()) -> float:
    """Forward, backward and the end of a chain: the gradient."""
    x = torch.zeros(shape, requires_grad=True)
    y = chain(length, x).sum()
    y.backward()
    del y
    return float(x.grad.sum().item())


def test_a_chain_of_a_million_nodes_on_a_small_stack() -> None:
    """Computed, walked back and let go in a thread with 512 KiB."""
    assert on_a_small_stack(lambda: run_chain(MILLION)) == 1.0


def test_a_chain_that_is_let_go_without_backward() -> None:
    """Nothing has let the saved values go before."""

    def run() -> bool:
        x = torch.tensor(1.0, requires_grad=True)
        y = x
        for _ in range(MILLION // 10):
            y = y * x
        del y, x
        return True

    assert on_a_small_stack(run)


@pytest.mark.parametrize("others", [0, 1, 53, 60, 121])
def test_every_pattern_comes_upon_links(others: int) -> None:
    """Whatever else is recorded between the nodes of a chain, some of its edges are links."""
    x = torch.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(1500):
        y = y + 1.0
        for _ in range(others):
            x + 1.0
    links, edge = 0, y._node
    while not edge.leaf:
        edge = edge.first
        links += isinstance(edge, Link)
        edge = unlinked(edge)
    assert links >= 10


def branching(length: int, x: Any) -> Any:  # noqa: ANN401 - tensors
    """Every node has two predecessors: the last two."""
    before, y = x, x * 0.5
    for _ in range(length):
        before, y = y, y * 0.5 + before * 0.25
    return y


@pytest.mark.parametrize("backward", [True, False])
def test_a_branching_graph_on_a_small_stack(backward: bool) -> None:
    """Each node is reached on many paths, and is let go when the last of them is."""

    def run() -> bool:
        x = torch.tensor(1.0, requires_grad=True)
        y = branching(50_000, x)
        if backward:
            y.backward()
        del y
        return not backward or x.grad is not None

    assert on_a_small_stack(run)


def test_a_graph_of_arrays_on_a_small_stack() -> None:
    """Nodes of arrays are other objects than those of numbers; they are let go without recursion, too."""
    assert on_a_small_stack(lambda: run_chain(20_000, (2,))) == 2.0


def test_a_graph_of_several_outputs_on_a_small_stack() -> None:
    """So are edges to one of several outputs of a node."""

    def run() -> float:
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = x
        for _ in range(5_000):
            a, b = y.unbind()
            y = torch.stack([b, a])
        y.sum().backward()
        del y, a, b
        return float(x.grad.sum().item())

    assert on_a_small_stack(run) == 2.0


def test_the_graph_of_a_gradient_is_let_go_on_a_small_stack() -> None:
    """With `create_graph` the gradient's own graph is as deep as the first."""

    def run() -> bool:
        x = torch.tensor(1.1, requires_grad=True)
        y = x
        for _ in range(20_000):
            y = y * 1.0000001 + x * 1e-9
        (g,) = torch.autograd.grad(y, [x], create_graph=True)
        del y, g
        return True

    assert on_a_small_stack(run)


def test_a_chain_of_views_on_a_small_stack() -> None:
    """A view knows its base, not all the views between."""

    def run() -> bool:
        x = torch.ones(4, requires_grad=True)
        y = x * 1
        for _ in range(5_000):
            y = y.view(2, 2).view(4)
        y.sum().backward()
        del y
        return bool(x.grad.tolist() == [1.0] * 4)

    assert on_a_small_stack(run)


def test_in_place_changes_make_a_chain_on_a_small_stack() -> None:
    """Every in-place operation adds a node behind the same tensor."""

    def run() -> float:
        x = torch.tensor(1.0, requires_grad=True)
        y = x * 1
        for _ in range(20_000):
            y += 1
        y.backward()
        del y
        return float(x.grad.item())

    assert on_a_small_stack(run) == 1.0
