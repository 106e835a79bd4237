"""`resize_` and `resize_as_`; recorded from PyTorch 2.13.0."""

import pytest

import autodiff as torch


def test_a_tensor_is_resized_in_its_memory() -> None:
    """What a smaller shape hid is there again; a tensor that requires a gradient keeps its shape."""
    z = torch.arange(6.0).view(2, 3)
    assert z.resize_(2).tolist() == [0, 1]
    assert z._version == 1
    assert z.resize_(2, 3).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert z.resize_(0).shape == (0,)
    assert torch.ones(2).resize_as_(z.resize_(3, 2)).shape == (3, 2)
    assert torch.tensor(7.0).resize_((1,)).tolist() == [7]
    with pytest.raises(RuntimeError, match=r"^cannot resize variables that require grad$"):
        torch.ones(2, requires_grad=True).resize_(3)
