"""Recording on and off: nesting, decorating, errors, threads and tasks."""

import asyncio
import threading
from typing import Any

import pytest

import autodiff as torch


def recorded() -> bool:
    """Whether an operation remembers how it was made."""
    return bool((torch.tensor(1.0, requires_grad=True) * 2).requires_grad)


def test_modes_nest() -> None:
    """Each block restores what was before it."""
    with torch.no_grad():
        assert not recorded()
        with torch.enable_grad():
            assert recorded()
            with torch.set_grad_enabled(False):
                assert not recorded()
            assert recorded()
        assert not recorded()
    assert recorded()


def test_an_error_restores_the_mode() -> None:
    """Also if the block, or a derivative, raises."""
    with pytest.raises(ZeroDivisionError), torch.no_grad():
        _ = 1 / 0
    assert recorded()
    x = torch.tensor(2.0, requires_grad=True)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()
    assert recorded()
    assert str(x * 3) == "tensor(6., grad_fn=<MulBackward0>)"


@pytest.mark.parametrize("decorator", [torch.no_grad, torch.no_grad()])
def test_a_mode_decorates(decorator: Any) -> None:  # noqa: ANN401
    """With and without parentheses; each call is a block of its own, and calls may recurse."""

    @decorator
    def countdown(n: int) -> list[bool]:
        return [recorded()] + (countdown(n - 1) if n else [])

    assert countdown(3) == [False] * 4
    assert recorded()


def test_a_switch_acts_at_once() -> None:
    """`set_grad_enabled(False)` without `with` stays until it is switched back."""
    torch.set_grad_enabled(False)
    try:
        assert not recorded()
        assert not torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)
    assert recorded()


def test_a_thread_starts_in_the_usual_mode() -> None:
    """The mode is each thread's own, as in PyTorch."""
    seen: list[bool] = []
    with torch.no_grad():
        thread = threading.Thread(target=lambda: seen.append(recorded()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_a_task_keeps_its_mode_to_itself() -> None:
    """Two tasks that take turns do not see each other's blocks."""

    async def quiet(turn: asyncio.Event, other: asyncio.Event) -> bool:
        with torch.no_grad():
            other.set()
            await turn.wait()
            return recorded()

    async def loud(turn: asyncio.Event, other: asyncio.Event) -> bool:
        await turn.wait()
        found = recorded()
        other.set()
        return found

    async def both() -> list[bool]:
        one, two = asyncio.Event(), asyncio.Event()
        return list(await asyncio.gather(quiet(one, two), loud(two, one)))

    assert asyncio.run(both()) == [False, True]


def test_leaves_are_changed_under_no_grad() -> None:
    """A step of gradient descent: the leaf stays a leaf, and its memory changes."""
    x = torch.tensor(3.0, requires_grad=True)
    for _ in range(3):
        (x * x).backward()
        with torch.no_grad():
            x -= 0.25 * x.grad
        x.grad = None
    assert str(x) == "tensor(0.3750, requires_grad=True)"
    assert x.is_leaf
