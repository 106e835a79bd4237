"""Forward mode: every tangent follows from the derivative rules; texts recorded from PyTorch 2.13.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import autodiff as torch
from autodiff.engine.mode import dual_level
from autodiff.errors import TorchNotImplementedError, TorchRuntimeError, TorchValueError
from autodiff.ops.op import Composite
from tests.ops.calls import label, operands, unique_ops
from tests.ops.gradcheck import flat, weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autodiff.ops.op import Op

fw_ad = torch.autograd.forward_ad
SAMPLED = [op for op in unique_ops() if op.samples and (op.derivatives or isinstance(op, Composite))]
UNSUPPORTED = {"cdist", "multi_margin_loss", "multilabel_margin_loss", "multilabel_margin_loss_forward"}
"""PyTorch, too, has no derivative of their gradient, which a tangent would need."""
SAMPLED = [op for op in SAMPLED if op.name not in UNSUPPORTED]
STEP = 1e-6


@pytest.fixture
def level() -> Iterator[None]:
    """A dual level for the time of a test."""
    with fw_ad.dual_level():
        yield


# ------------------------------------------------------------------ every operation of the table


def called(op: Op, sample: tuple[Any, ...], wrap: Callable[[Any, int], Any]) -> list[Any]:
    """The differentiable results of a sample, where `wrap(values, number)` makes the differentiable tensors."""
    count = iter(range(100))

    def make(value: Any, differentiable: bool) -> Any:  # noqa: ANN401
        return wrap(value, next(count)) if differentiable else torch.tensor(value)

    torch.manual_seed(1)
    outcome = op(*operands(op, sample, make))
    results = outcome if isinstance(outcome, (tuple, list)) else (outcome,)
    return [t for t in results if isinstance(t, torch.Tensor) and t.dtype is torch.float64]


def leaf(value: Any, *, grad: bool = False) -> Any:  # noqa: ANN401 - numbers; a tensor
    """A tensor in double precision, complex if one of the numbers is."""
    is_complex = any(isinstance(x, complex) for x in flat(value))
    return torch.tensor(value, dtype=torch.complex128 if is_complex else torch.float64, requires_grad=grad)


def direction(t: Any, number: int) -> Any:  # noqa: ANN401 - tensors
    """A tangent for a tensor, with elements that follow no pattern."""
    found = weights(tuple(t.shape), 0.37 * number)
    return found * (1 - 0.5j) if t.dtype.is_complex else found


def close(a: list[Any], b: list[Any], tolerance: float) -> bool:
    """Whether all numbers agree, relative to the larger."""
    return len(a) == len(b) and all(
        x == y or (x != x and y != y) or abs(x - y) <= tolerance * max(1.0, abs(x), abs(y))
        for x, y in zip(a, b, strict=True)
    )


@pytest.mark.filterwarnings("ignore::UserWarning")  # of what is deprecated
@pytest.mark.parametrize("op", SAMPLED, ids=label)
def test_tangents_are_the_jacobian_of_the_rules_times_the_direction(op: Op) -> None:
    """For every sample and every weighting w of the results: w (J v) forwards is (w J) v backwards."""
    for sample in op.samples:
        vectors: list[Any] = []
        with fw_ad.dual_level():

            def dual(value: Any, number: int) -> Any:  # noqa: ANN401
                t = leaf(value)
                vectors.append(direction(t, number))  # noqa: B023
                return fw_ad.make_dual(t, vectors[-1])  # noqa: B023

            pairs = [fw_ad.unpack_dual(t) for t in called(op, sample, dual)]
        forwards = 0.0
        for primal, tangent in pairs:
            if tangent is not None:
                forwards += (tangent * weights(tuple(primal.shape), 0.7)).sum().item()
        leaves: list[Any] = []

        def tracked(value: Any, number: int) -> Any:  # noqa: ANN401, ARG001
            leaves.append(leaf(value, grad=True))  # noqa: B023
            return leaves[-1]  # noqa: B023

        results = [t for t in called(op, sample, tracked) if t.requires_grad]
        backwards = 0.0
        if results:
            seeds = [weights(tuple(t.shape), 0.7).to(t.dtype) for t in results]
            found = torch.autograd.grad(results, leaves, seeds, allow_unused=True)
            for g, v in zip(found, vectors, strict=True):
                if g is not None:
                    backwards += (g.conj() * v).sum().item().real
        assert close([forwards], [backwards], 1e-9), sample


@pytest.mark.filterwarnings("ignore::UserWarning")  # of what is deprecated
@pytest.mark.parametrize("op", SAMPLED, ids=label)
def test_tangents_are_central_differences(op: Op) -> None:
    """A small step in the direction changes the results as the tangents say."""
    for sample in op.samples:
        if any(isinstance(x, complex) for x in flat([s for s in sample if isinstance(s, (int, float, complex, list))])):
            continue
        with fw_ad.dual_level():
            duals = called(op, sample, lambda value, k: fw_ad.make_dual(leaf(value), direction(leaf(value), k)))
            pairs = [fw_ad.unpack_dual(t) for t in duals]
        low, high = (
            called(op, sample, lambda value, k: leaf(value) + step * direction(leaf(value), k))  # noqa: B023
            for step in (-STEP, STEP)
        )
        for (primal, tangent), before, after in zip(pairs, low, high, strict=True):
            if tangent is None:
                continue
            numeric = ((after - before) / (2 * STEP)).reshape(-1).tolist()
            scale = max([1.0, *map(abs, primal.reshape(-1).tolist())])
            assert close(tangent.reshape(-1).tolist(), numeric, 1e-6 * scale), sample


def test_what_pytorch_has_no_tangent_of_is_refused() -> None:
    """The operations left out above raise, as they do in PyTorch."""
    rows = torch.tensor([[1.0, 2.0], [0.5, 0.25]])
    with fw_ad.dual_level(), pytest.raises(NotImplementedError, match="Trying to use forward AD with cdist"):
        torch.cdist(fw_ad.make_dual(rows, torch.ones(2, 2)), rows)


# ------------------------------------------------------------------ texts


def test_dual_tensors_are_shown_with_their_tangents(level: None) -> None:  # noqa: ARG001
    """A number as Python shows it, other tangents as tensors, after everything else."""
    d = fw_ad.make_dual(torch.tensor(3.0), torch.tensor(1.0))
    assert repr(d**2 + 3 * d + 2) == "tensor(20., tangent=9.0)"
    assert repr(torch.sin(d)) == "tensor(0.1411, tangent=-0.9899924993515015)"
    assert repr(torch.ones(2) * d) == "tensor([3., 3.], tangent=tensor([1., 1.]))"
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    e = fw_ad.make_dual(x, torch.ones(2))
    assert repr(e * e) == (
        "tensor([1., 4.], grad_fn=<MulBackward0>,\n       tangent=tensor([2., 4.], grad_fn=<AddBackward0>))"
    )
    assert repr(fw_ad.unpack_dual(e.detach())) == "UnpackedDualTensor(primal=tensor([1., 2.]), tangent=None)"
    assert repr(fw_ad.unpack_dual(e)) == (
        "UnpackedDualTensor(primal=tensor([1., 2.], grad_fn=<Identity>), tangent=tensor([1., 1.]))"
    )


@pytest.mark.parametrize(
    ("primal", "tangent", "error", "text"),
    [
        (
            [1.0, 2.0],
            1.0,
            TorchRuntimeError,
            r"Tensor is of size \[2\] while the given forward gradient is of size \[\]",
        ),
        (3, 1.0, TorchValueError, r"Expected primal to be floating point or complex, but got: torch\.int64"),
        (3.0, 1, TorchValueError, r"Expected tangent to be floating point or complex, but got: torch\.int64"),
    ],
)
def test_what_cannot_be_dual_is_refused(level: None, primal: Any, tangent: Any, error: type, text: str) -> None:  # noqa: ANN401, ARG001
    """Other sizes, and integers."""
    with pytest.raises(error, match=text):
        fw_ad.make_dual(torch.tensor(primal), torch.tensor(tangent))


def test_levels_are_entered_and_left_once() -> None:
    """Outside there are no duals; a second level inside is refused; all tangents are forgotten at the end."""
    p, t = torch.tensor(3.0), torch.tensor(1.0)
    with pytest.raises(TorchRuntimeError, match="no level exists, make sure to enter_dual_level"):
        fw_ad.make_dual(p, t)
    with pytest.raises(TorchRuntimeError, match="Dual level must be a positive number"):
        fw_ad.exit_dual_level()
    assert fw_ad.enter_dual_level() == 0
    d = fw_ad.make_dual(p, t)
    with pytest.raises(TorchRuntimeError, match="Nested forward mode AD is not supported"):
        fw_ad.enter_dual_level()
    with pytest.raises(TorchRuntimeError, match="already has a forward gradient at the same level 0"):
        fw_ad.make_dual(d, t)
    with pytest.raises(TorchRuntimeError, match="itself has a forward gradient at the same level0"):
        fw_ad.make_dual(p, d)
    fw_ad.exit_dual_level()
    assert repr(d) == "tensor(3.)"
    assert dual_level.get() is None
    with fw_ad.dual_level():
        assert fw_ad.unpack_dual(d).tangent is None


def test_an_operation_without_a_derivative_is_refused(level: None) -> None:  # noqa: ARG001
    """As in PyTorch, which names it."""
    d = fw_ad.make_dual(torch.tensor([[3.0, 2.0]]), torch.ones(1, 2))
    with pytest.raises(TorchNotImplementedError, match="Trying to use forward AD with aten::heaviside that does not"):
        torch.heaviside(d, d)
    with pytest.raises(TorchNotImplementedError, match="Trying to use forward AD with multi_margin_loss that does not"):
        torch.nn.functional.multi_margin_loss(d, torch.tensor([1]))


# ------------------------------------------------------------------ memory and modes


def test_changes_in_place_change_tangents_in_place(level: None) -> None:  # noqa: ARG001
    """The tangent's own memory; a view's tangent is part of its base's; a changed base gets zeros around it."""
    t = torch.tensor([1.0, 10.0, 100.0])
    d = fw_ad.make_dual(torch.tensor([1.0, 2.0, 3.0]), t)
    second = d[1]
    second.mul_(5)
    assert t.tolist() == [1.0, 50.0, 100.0]
    d[0] = 7.0
    assert repr(d) == "tensor([ 7., 10.,  3.], tangent=tensor([  0.,  50., 100.]))"
    z = torch.zeros(3)
    z[0] = second
    assert repr(z) == "tensor([10.,  0.,  0.], tangent=tensor([50.,  0.,  0.]))"
    assert repr(z[:2].clone().detach_()) == "tensor([10.,  0.])"
    total = d + 1
    d.mul_(2)
    assert fw_ad.unpack_dual(total).tangent.tolist() == [0.0, 50.0, 100.0]


def test_tangents_flow_without_recording(level: None) -> None:  # noqa: ARG001
    """no_grad is about backward only; inference mode, and a switch, are about tangents too."""
    d = fw_ad.make_dual(torch.tensor(3.0), torch.tensor(1.0))
    with torch.no_grad():
        assert repr(d * d) == "tensor(9., tangent=6.0)"
    with torch.inference_mode():
        assert repr(d * d) == "tensor(9.)"
    with fw_ad._set_fwd_grad_enabled(False):
        assert repr(d * d) == "tensor(9.)"
    assert repr(d * d) == "tensor(9., tangent=6.0)"


# ------------------------------------------------------------------ orders


def test_gradients_of_duals_are_dual(level: None) -> None:  # noqa: ARG001
    """Forward over backward: also for scalars, whose gradients are plain numbers otherwise."""
    a = fw_ad.make_dual(torch.tensor(2.0), torch.tensor(1.0)).requires_grad_()
    assert repr(torch.autograd.grad(a**3, a)) == "(tensor(12., tangent=12.0),)"
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    d = fw_ad.make_dual(x, torch.ones(2))
    (g,) = torch.autograd.grad((d**3).sum(), x)
    assert repr(g) == "tensor([12., 27.], tangent=tensor([12., 18.]))"


@pytest.mark.parametrize("outer", ["jacfwd", "jacrev"])
@pytest.mark.parametrize("inner", ["jacfwd", "jacrev"])
def test_second_derivatives_agree_in_every_order(outer: str, inner: str) -> None:
    """Forward and backward, nested in all four ways; results keep no history."""
    x = torch.tensor([0.5, -1.5], dtype=torch.float64)
    slope = getattr(torch.func, inner)(lambda t: (t.sin() * t.flip(0) ** 2).sum())
    found = getattr(torch.func, outer)(slope)(x)
    a, b = 0.5, -1.5
    mixed = 2 * b * torch.cos(x[0]) + 2 * a * torch.cos(x[1])
    expected = [
        [-torch.sin(x[0]) * b * b + 2 * torch.sin(x[1]), mixed],
        [mixed, -torch.sin(x[1]) * a * a + 2 * torch.sin(x[0])],
    ]
    assert not found.requires_grad
    assert close(flat(found.tolist()), [float(e) for row in expected for e in row], 1e-12)


def test_third_derivatives_forward() -> None:
    """Levels inside levels do not mix their tangents."""
    third = torch.func.jacfwd(torch.func.jacfwd(torch.func.jacfwd(lambda t: t**4)))
    assert third(torch.tensor(2.0)).item() == 48.0
    inner = torch.func.jvp(lambda x: x * torch.func.jvp(lambda y: x + y, (x,), (torch.tensor(1.0),))[1],
                           (torch.tensor(3.0),), (torch.tensor(1.0),))  # fmt: skip
    assert repr(inner) == "(tensor(3.), tensor(1.))"


def test_transforms_call_the_function_once() -> None:
    """With tensors that say which transform they are inside of."""
    seen: list[str] = []
    torch.func.jacfwd(lambda t: (seen.append(repr(t)), t * 2)[1])(torch.tensor([1.0, 2.0]))
    assert seen == ["GradTrackingTensor(lvl=2, value=\n    tensor([1., 2.])\n)"]
    value, push = torch.func.linearize(lambda t: (seen.append(""), t.sin())[1], torch.tensor(2.0))
    assert repr((value, push(torch.tensor(1.0)), push(torch.tensor(2.0)))) == (
        "(tensor(0.9093), tensor(-0.4161), tensor(-0.8323))"
    )
    assert len(seen) == 2
    with pytest.raises(TorchRuntimeError, match=r"tangent:0 with shape torch\.Size\(\[2\]\) in flattened pytree"):
        push(torch.ones(2))


def test_a_function_of_the_users_has_a_jvp(level: None) -> None:  # noqa: ARG001
    """It gets tangents, zeros for inputs without; without a jvp the function is refused."""

    class Product(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, y: Any) -> Any:  # noqa: ANN401
            ctx.save_for_forward(x, y)
            return x * y

        @staticmethod
        def jvp(ctx: Any, t: Any, u: Any) -> Any:  # noqa: ANN401
            x, y = ctx.saved_tensors
            return t * y + x * u

    d = fw_ad.make_dual(torch.tensor(3.0), torch.tensor(1.0))
    assert repr(Product.apply(d, torch.tensor(5.0))) == "tensor(15., tangent=5.0)"
    Product.jvp = torch.autograd.Function.jvp  # type: ignore[method-assign] # as a user would take it back
    with pytest.raises(NotImplementedError, match="You must implement the jvp function"):
        Product.apply(d, d)
