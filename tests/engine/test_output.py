"""`out=`, functions in place and devices. Texts recorded from PyTorch 2.13.0."""

import pytest

import autodiff as torch
from autodiff.errors import TorchRuntimeError, TorchTypeError


def test_a_result_is_written_into_the_tensor_given() -> None:
    """The same object comes back, its version counted, its views changed."""
    out = torch.zeros(2, 2)
    row = out[1]
    assert torch.matmul(torch.ones(2, 2), torch.ones(2, 2), out=out) is out
    assert repr(row) == "tensor([2., 2.])"
    assert out._version == 1
    scalar = torch.tensor(0.0)
    assert torch.exp(torch.tensor(0.0), out=scalar) is scalar
    assert scalar.item() == 1


def test_the_dtype_of_out_must_take_the_result() -> None:
    """Pointwise operations and reductions cast upwards; products of matrices do not."""
    a = torch.ones(2, 2)
    assert repr(torch.sum(a, 0, out=torch.zeros(2, dtype=torch.float64))) == "tensor([2., 2.], dtype=torch.float64)"
    assert repr(torch.eq(a, a, out=torch.zeros(2, 2))) == "tensor([[1., 1.],\n        [1., 1.]])"
    with pytest.raises(TorchRuntimeError, match=r"^result type Float can't be cast to the desired output type Long$"):
        torch.mul(a, 2, out=torch.zeros(2, 2, dtype=torch.int64))
    with pytest.raises(TorchRuntimeError, match=r"^Expected out tensor to have dtype float, but got double instead$"):
        torch.mm(a, a, out=torch.zeros(2, 2, dtype=torch.float64))


def test_out_takes_on_the_shape_with_a_warning_unless_it_was_empty() -> None:
    """Functions that make tensors resize silently."""
    out = torch.zeros(3)
    with pytest.warns(UserWarning, match=r"shape \[3\], which does not match the required output shape \[2, 2\]"):
        torch.mul(torch.ones(2, 2), 2, out=out)
    assert out.shape == (2, 2)
    assert torch.mul(torch.ones(2, 2), 2, out=torch.empty(0)).shape == (2, 2)
    assert torch.ones(1, 2, out=out).shape == (1, 2)
    with pytest.warns(UserWarning, match="The number of elements in the out tensor of shape"):
        torch.arange(3, out=out)


def test_recording_refuses_out() -> None:
    """Whether the input or the output requires a gradient; not in no_grad."""
    leaf, out = torch.ones(2, requires_grad=True), torch.zeros(2)
    text = r"^mul\(\): functions with out=... arguments don't support automatic differentiation"
    with pytest.raises(TorchRuntimeError, match=text):
        torch.mul(leaf, 2, out=out)
    with pytest.raises(TorchRuntimeError, match=text):
        torch.mul(out, 2, out=leaf)
    with pytest.raises(TorchRuntimeError, match=r"^aten::ones\(\): functions with out="):
        torch.ones(2, out=leaf)
    with torch.no_grad():
        assert torch.mul(leaf, 2, out=out).tolist() == [2, 2]


def test_several_results_go_into_a_tuple() -> None:
    """Named as PyTorch names them; a function without `out` says so."""
    values, places = torch.empty(2), torch.empty(2, dtype=torch.int64)
    found = torch.max(torch.eye(2), 0, out=(values, places))
    assert type(found).__name__ == "max_out"
    assert found.values is values
    assert places.tolist() == [0, 1]
    with pytest.raises(TorchTypeError, match=r"^isfinite\(\) got an unexpected keyword argument 'out'$"):
        torch.isfinite(values, out=values)


def test_made_tensors_take_the_dtype_of_out() -> None:
    """Unless another one is asked for."""
    wide = torch.zeros(2, 2, dtype=torch.float64)
    assert torch.rand(2, 2, out=wide).dtype is torch.float64
    with pytest.raises(TorchRuntimeError, match=r"^dtype Float does not match dtype of out parameter \(Double\)$"):
        torch.rand(2, 2, out=wide, dtype=torch.float32)


def test_functions_in_place() -> None:
    """They change their argument and return it; `add_` is a method only."""
    x = torch.zeros(2)
    assert torch.cos_(x) is x
    assert torch.nn.functional.relu_(torch.fill_(x, -1)).tolist() == [0, 0]
    assert not hasattr(torch, "add_")
    with pytest.raises(TorchRuntimeError, match="a leaf Variable that requires grad is being used in an in-place"):
        torch.sin_(torch.ones(1, requires_grad=True))


def test_devices_can_be_named_but_there_is_the_cpu_only() -> None:
    """Also as the default, which holds in a block or from now on."""
    assert repr(torch.device("cuda:1")) == "device(type='cuda', index=1)"
    assert repr(torch.device("cpu", 0)) == "device(type='cpu', index=0)"
    with pytest.raises(TorchRuntimeError, match=r"^Invalid device string: 'cpu:x'$"):
        torch.device("cpu:x")
    with pytest.raises(TorchRuntimeError, match=r"device type at start of device string: foo$"):
        torch.device("foo")
    with torch.device("cpu"):
        assert torch.get_default_device() == torch.device("cpu")
    torch.set_default_device("cuda")
    try:
        with pytest.raises(AssertionError, match=r"^Torch not compiled with CUDA enabled$"):
            torch.get_default_device()
    finally:
        torch.set_default_device(None)
    assert not torch.cuda.is_available()
    assert not torch.accelerator.is_available()
    assert torch.randn(2, device="cpu", layout=torch.strided, pin_memory=False).shape == (2,)


def test_a_tensor_may_move_to_where_it_is() -> None:
    """The CPU, named or not; anything else is refused with PyTorch's words."""
    x = torch.ones(2)
    assert x.to("cpu") is x
    assert x.to(torch.device("cpu")) is x
    assert x.to("cpu", torch.float64).dtype is torch.float64
    with pytest.raises(AssertionError, match=r"^Torch not compiled with CUDA enabled$"):
        x.to("cuda")
    with pytest.raises(TorchRuntimeError, match=r"^PyTorch is not linked with support for mps devices$"):
        torch.ones(2, device="mps")
