"""`nn.Parameter`: a leaf with a name of its own; its results are plain tensors. Texts recorded from PyTorch 2.13.0."""

import copy
import pickle

import autodiff as torch


def test_a_parameter_says_what_it_is() -> None:
    """It requires a gradient by itself, also without data or in no_grad."""
    p = torch.nn.Parameter(torch.tensor(1.0))
    assert repr(p) == "Parameter containing:\ntensor(1., requires_grad=True)"
    assert str(type(p)) == "<class 'torch.nn.parameter.Parameter'>"
    assert repr(torch.nn.Parameter()) == "Parameter containing:\ntensor([], requires_grad=True)"
    with torch.no_grad():
        assert torch.nn.Parameter(torch.ones(2)).requires_grad
    assert repr(torch.nn.Parameter(torch.ones(2), requires_grad=False)) == "Parameter containing:\ntensor([1., 1.])"


def test_results_are_plain_tensors() -> None:
    """Operations know nothing of parameters; the gradient arrives all the same."""
    p = torch.nn.Parameter(torch.tensor(3.0))
    assert repr(p * 2) == "tensor(6., grad_fn=<MulBackward0>)"
    assert type(p.detach()) is torch.Tensor
    (p * p).backward()
    assert p.grad.item() == 6.0


def test_copies_stay_parameters() -> None:
    """Both kinds of copies, and a pickled one; also of a scalar whose memory is viewed."""
    p = torch.nn.Parameter(torch.tensor(1.0))
    for made in (copy.copy(p), copy.deepcopy(p), pickle.loads(pickle.dumps(p))):  # noqa: S301 - our own bytes
        assert repr(made) == repr(p)
    viewed = torch.tensor(2.0)
    viewed.view(1)
    assert copy.deepcopy(viewed).item() == 2.0
