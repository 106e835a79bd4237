"""The whole tool in under a second: run this first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import autodiff as torch

SOURCE = Path(__file__).parents[1] / "src"


def command(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command line."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    done = subprocess.run(
        [sys.executable, "-m", "autodiff", *arguments],
        check=False, capture_output=True, encoding="utf-8", env=environment,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_the_command() -> None:
    """Value, grad_fn and gradient, as PyTorch prints them."""
    wanted = "out: tensor(20., grad_fn=<AddBackward0>)\nx.grad: tensor(9.)\n"
    assert command("eval", "x**2+3*x+2", "x=3") == (0, wanted, "")


def test_the_library() -> None:
    """Broadcasting, a reduction, accumulation, detach, a second derivative."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    w = torch.tensor(0.5, requires_grad=True)
    loss = ((x * w).sin() ** 2).mean()
    (first,) = torch.autograd.grad(loss, [w], create_graph=True)
    first.backward()
    assert str(loss) == "tensor(0.6443, grad_fn=<MeanBackward0>)"
    assert str(first) == "tensor(1.0278, grad_fn=<SumBackward0>)"
    assert (x.grad.shape, w.grad.shape) == ((3,), ())
    assert not loss.detach().requires_grad


def test_an_error() -> None:
    """A second backward is refused in PyTorch's words."""
    x = torch.tensor(3.0, requires_grad=True)
    y = x**2
    y.backward()
    with pytest.raises(RuntimeError, match=r"^Trying to backward through the graph a second time"):
        y.backward()
