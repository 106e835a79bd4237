"""The short way of float arrays: the bits of the general way, and no memory that somebody else has."""

import sys
from typing import Any

import pytest

import autodiff as torch
from autodiff.numbers.array import np
from autodiff.numbers.blocks import chosen
from autodiff.ops import summation

EXPRESSIONS = (
    "x * w + 2",
    "(x - w) / (1 - x)",
    "2 / x - 3 * x",
    "x ** 3 - x ** 2 + x ** -1",
    "x.abs() * torch.maximum(x, w)",
    "torch.where(x > w, x, 0.5) * x",
    "x.clamp(-0.5, 0.5).relu() + x.sigmoid()",
    "torch.nn.functional.softplus(x) * torch.tanh(w)",
    "(x * x + 1).sqrt().rsqrt() * x.exp()",
    "(x * s + s) * w[:1]",
    "torch.addcdiv(x, w, s, value=3)",
    "torch.nn.functional.elu(x, 1.5)",
)


def _values(text: str, size: int, dtype: Any) -> list[bytes]:  # noqa: ANN401
    """The bits of an expression and of its gradients."""
    generator = np.random.default_rng(3)
    x, w = (torch.from_numpy(generator.standard_normal(size).astype(dtype)).requires_grad_() for _ in range(2))
    s = torch.tensor(0.7, dtype=x.dtype, requires_grad=True)
    y = eval(text, {"torch": torch, "x": x, "w": w, "s": s})  # noqa: S307 - the texts above
    y.backward(torch.from_numpy(generator.standard_normal(size).astype(dtype)))
    return [np.asarray(t.tolist()).tobytes() for t in (y, x.grad, w.grad, s.grad) if t is not None]


@pytest.mark.parametrize("text", EXPRESSIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_short_way_gives_the_bits_of_the_general_way(
    text: str, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values and gradients, of few elements and of more than fit a block."""
    sizes = (3, 40_000)
    short = [_values(text, size, dtype) for size in sizes]
    monkeypatch.setattr(sys.modules["autodiff.engine.apply"], "short_result", lambda *_: None)
    monkeypatch.setattr(sys.modules["autodiff.engine.record"], "pulled", lambda *_: None)
    monkeypatch.setattr(sys.modules["autodiff.engine.backward"].ownership, "is_ours", lambda _: False)
    assert short == [_values(text, size, dtype) for size in sizes]


def test_a_gradient_is_kept_without_a_copy_only_if_nobody_else_has_it() -> None:
    """The seed, a gradient a hook has seen and one that two leaves share are copied."""
    seen: list[Any] = []
    x = torch.ones(3, requires_grad=True)
    w = torch.ones(3, requires_grad=True)
    x.register_hook(seen.append)
    seed = torch.tensor([1.0, 2.0, 3.0]) * 1  # memory of its own
    (x + w).backward(seed)
    for t in (x, w):
        t.grad.add_(1)
    assert seed.tolist() == [1.0, 2.0, 3.0]
    (x * 2).backward(seed)
    x.grad.mul_(0)
    assert [t.tolist() for t in seen] == [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]
    assert w.grad.tolist() == [2.0, 3.0, 4.0]


def test_gradients_meet_in_one_memory() -> None:
    """What accumulates does so in place; what a node gives to two others is not changed by one of them."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    before = x.grad.data_ptr()
    y = x * 1
    (y * 2 + y * 3 + (y + y)).sum().backward()
    assert x.grad.data_ptr() == before
    assert x.grad.tolist() == [9.0, 11.0]


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_choices_by_bits_are_those_of_where(kind: str) -> None:
    """Also of nan, of negative zeros and between single elements."""
    generator = np.random.default_rng(1)
    a, b = generator.standard_normal((2, 40_000)).astype(kind)
    a[:4] = [np.nan, -0.0, np.inf, 0.0]
    zero, two = np.array(0, kind), np.array(2, kind)
    for yes, no in ((a, b), (a, zero), (zero, a), (two, a), (a, two), (two, zero), (zero, zero)):
        assert chosen(b > 0, yes, no).tobytes() == np.where(b > 0, yes, no).tobytes()
        assert chosen((b > 0)[::2], yes[::2] if yes.ndim else yes, no[::2] if no.ndim else no).size == 20_000


@pytest.mark.parametrize("shape", [(5000,), (70, 90), (4, 5000), (5000, 4), (17, 33, 19)])
def test_sums_are_added_in_the_same_order_whatever_adds_them(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """NumPy's einsum adds rows one by one, as a running total does, along each axis and of transposed arrays."""
    values = np.random.default_rng(2).standard_normal(shape).astype("float32") * 100
    axes = [(k,) for k in range(len(shape))] + [tuple(range(len(shape)))]
    found = [summation.total(v, a).tobytes() for v in (values, values.T) for a in axes]
    monkeypatch.setattr(summation, "_MANY", 1 << 60)
    assert found == [summation.total(v, a).tobytes() for v in (values, values.T) for a in axes]
