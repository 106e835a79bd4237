"""Losses, dropout and layers where a derivative test cannot see: weights, what is ignored, drawn, or refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

import autodiff as torch

F = torch.nn.functional
SCORES = [[2.0, 0.5, 0.1], [0.2, 3.0, 0.3]]


def scores(*, grad: bool = False) -> Any:  # noqa: ANN401 - a tensor
    """Two rows of scores for three classes."""
    return torch.tensor(SCORES, requires_grad=grad)


# ------------------------------------------------------------------ classes


def test_the_mean_of_weighted_classes_counts_their_weights() -> None:
    """The mean divides by the weights of the classes that occur, not by the rows."""
    weight = torch.tensor([0.5, 1.5, 2.0])
    each = F.nll_loss(scores(), torch.tensor([0, 2]), weight=weight, reduction="none")
    assert each.tolist() == pytest.approx([-1.0, -0.6])
    mean = F.nll_loss(scores(), torch.tensor([0, 2]), weight=weight)
    assert mean.item() == pytest.approx(-1.6 / 2.5)


def test_an_ignored_class_counts_nothing() -> None:
    """Neither in the loss nor in the gradient; if all are ignored, the mean is nan."""
    x = scores(grad=True)
    F.nll_loss(x, torch.tensor([0, -100])).backward()
    assert x.grad.tolist() == [[-1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    assert math.isnan(F.nll_loss(x, torch.tensor([-100, -100])).item())


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ([0, 3], "Target 3 is out of bounds."),
        ([0, -1], "Target -1 is out of bounds."),
        ([0, 1, 2], r"Expected input batch_size \(2\) to match target batch_size \(3\)."),
        ([0.0, 1.0], "expected target dtype to be Long or Byte, but got Float"),
    ],
)
def test_targets_that_are_no_classes_are_refused(target: list[Any], text: str) -> None:
    """In PyTorch's words."""
    with pytest.raises((IndexError, ValueError, RuntimeError), match=text):
        F.nll_loss(scores(), torch.tensor(target))


def test_smoothed_labels_are_probabilities_of_classes() -> None:
    """A smoothed index is the same as the probabilities it stands for."""
    smoothed = F.cross_entropy(scores(), torch.tensor([0, 2]), label_smoothing=0.3)
    shares = torch.tensor([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]])
    assert smoothed.item() == pytest.approx(F.cross_entropy(scores(), shares).item(), rel=1e-6)


def test_weights_that_require_a_gradient_are_refused_where_it_would_be_lost() -> None:
    """But not when nothing is recorded."""
    weight = torch.tensor([0.5, 1.5, 2.0], requires_grad=True)
    with pytest.raises(
        RuntimeError, match="'nll_loss_forward' is not differentiable with respect to argument 'weight'"
    ):
        F.nll_loss(scores(), torch.tensor([0, 2]), weight=weight)
    with torch.no_grad():
        assert F.nll_loss(scores(), torch.tensor([0, 2]), weight=weight).item() == pytest.approx(-0.64)


# ------------------------------------------------------------------ arguments


def test_the_old_arguments_outdo_the_reduction_and_warn() -> None:
    """`size_average` and `reduce` are older than `reduction`."""
    x, y = torch.tensor([1.0, 2.0]), torch.tensor([0.0, 0.0])
    with pytest.warns(UserWarning, match="please use reduction='sum' instead"):
        assert F.l1_loss(x, y, size_average=False).item() == 3.0


def test_sizes_that_broadcast_warn() -> None:
    """Seldom meant, so PyTorch says it."""
    with pytest.warns(UserWarning, match=r"Using a target size \(torch.Size\(\[3\]\)\)"):
        F.mse_loss(scores(), torch.tensor([1.0, 2.0, 3.0]))


def test_an_unknown_reduction_is_refused() -> None:
    """By its name."""
    with pytest.raises(ValueError, match="most is not a valid value for reduction"):
        F.mse_loss(scores(), scores(), reduction="most")


# ------------------------------------------------------------------ what is drawn


def test_dropout_draws_what_pytorch_draws() -> None:
    """After the same seed the same elements are kept (recorded from PyTorch 2.13.0)."""
    torch.manual_seed(1)
    kept = F.dropout(torch.ones(20), 0.5).tolist()
    assert [round(x) for x in kept] == [2, 2, 2, 2, 0, 2, 2, 0, 0, 2, 0, 2, 0, 2, 2, 2, 0, 2, 0, 0]


def test_rrelu_draws_for_negative_elements_only() -> None:
    """One number for each, in order (recorded from PyTorch 2.13.0)."""
    torch.manual_seed(1)
    out = F.rrelu(torch.tensor([1.5, -0.25, -2.0]), training=True)
    assert [f"{x:.4f}" for x in out.tolist()] == ["1.5000", "-0.0344", "-0.3436"]


def test_dropout_without_training_is_the_tensor_itself() -> None:
    """Nothing is drawn, so the generator stays where it was."""
    x = torch.ones(3)
    torch.manual_seed(1)
    assert F.dropout(x, training=False) is x
    after = torch.rand(2).tolist()
    torch.manual_seed(1)
    assert torch.rand(2).tolist() == after


# ------------------------------------------------------------------ what has one derivative only


@pytest.mark.parametrize(
    ("function", "kernel"),
    [
        (F.hardsigmoid, "hardsigmoid_backward"),
        (lambda x: F.multi_margin_loss(x, torch.tensor([0, 2])), "multi_margin_loss_backward"),
        (
            lambda x: F.multilabel_margin_loss(x, torch.tensor([[0, 2, -1], [1, -1, 0]])),
            "multilabel_margin_loss_backward",
        ),
    ],
)
def test_a_second_derivative_that_pytorch_lacks_is_refused(function: Any, kernel: str) -> None:  # noqa: ANN401
    """The gradient is there, and its node says that nothing follows."""
    x = scores(grad=True)
    (g,) = torch.autograd.grad(function(x).sum(), x, create_graph=True)
    assert g.grad_fn.name() == "torch::autograd::NotImplemented"
    with pytest.raises(RuntimeError, match=f"derivative for aten::{kernel} is not implemented"):
        g.sum().backward()


# ------------------------------------------------------------------ layers


def test_a_padding_row_gets_no_gradient() -> None:
    """Its number may occur, but it does not learn."""
    x = scores(grad=True)
    F.embedding(torch.tensor([0, 1, 1]), x, padding_idx=1).sum().backward()
    assert x.grad.tolist() == [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]


def test_a_long_row_is_shortened_in_place() -> None:
    """The rows that are used get the norm `max_norm`, at most."""
    x = scores()
    F.embedding(torch.tensor([0]), x, max_norm=1.0)
    assert x[0].norm().item() == pytest.approx(1.0, abs=1e-6)
    assert x[1].tolist() == pytest.approx(SCORES[1])


def test_layer_norm_brings_rows_to_mean_0_and_variance_1() -> None:
    """Over the last dimensions that are named."""
    out = F.layer_norm(scores(), (3,))
    assert out.mean(1).tolist() == pytest.approx([0.0, 0.0], abs=1e-6)
    assert out.var(1, correction=0).tolist() == pytest.approx([1.0, 1.0], rel=1e-4)
