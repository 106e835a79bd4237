"""Tensors meet NumPy, `copy` and `pickle`: memory is shared where PyTorch shares it, history never leaves."""

import copy
import pickle

import numpy as np
import pytest

import autodiff as torch
from autodiff.errors import TorchRuntimeError, TorchTypeError, TorchValueError


def test_an_array_and_its_tensor_share_memory() -> None:
    """Each sees what the other changes, also without dimensions."""
    array = np.array([1.0, 2.0])
    t = torch.from_numpy(array)
    array[0] = 5.0
    t[1] = 7.0
    assert (t.tolist(), array.tolist()) == ([5.0, 7.0], [5.0, 7.0])
    for values in ([1.0, 2.0], 3.0):
        own = torch.tensor(values)
        own.numpy()[...] = 9.0
        assert np.all(own.numpy() == 9.0)
        assert own.sum().item() == 9.0 * own.numel()


def test_data_is_copied_only_if_it_must_be() -> None:
    """as_tensor returns tensors themselves, shares arrays, and converts other dtypes."""
    t, array = torch.ones(2), np.ones(2)
    assert torch.as_tensor(t) is t
    torch.as_tensor(array)[0] = 4.0
    assert array[0] == 4.0
    torch.asarray(array, copy=True)[0] = 8.0
    assert array[0] == 4.0
    assert torch.as_tensor(t, dtype=torch.float64).dtype is torch.float64


def test_arrays_no_tensor_can_be_are_refused() -> None:
    """Texts, reversed memory, and what is no array at all."""
    with pytest.raises(TorchTypeError, match=r"can't convert np\.ndarray of type numpy\.str_"):
        torch.from_numpy(np.array(["a"]))
    with pytest.raises(TorchValueError, match="At least one stride in the given numpy array is negative"):
        torch.from_numpy(np.arange(3)[::-1])
    with pytest.raises(TorchTypeError, match=r"expected np\.ndarray \(got list\)"):
        torch.from_numpy([1])


def test_numpy_never_sees_a_tensor_with_history() -> None:
    """It would compute on, unseen by backward; `force` says that this is meant."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    for refused in (x.numpy, lambda: np.asarray(x), lambda: np.sin(x), lambda: x + np.ones(2)):
        with pytest.raises(TorchRuntimeError, match=r"Can't call numpy\(\) on Tensor that requires grad"):
            refused()
    assert x.numpy(force=True).tolist() == [1.0, 2.0]


def test_numpy_scalars_are_numbers() -> None:
    """On either side, with the dtype of the tensor."""
    x = torch.tensor(3.0, requires_grad=True)
    (np.float32(2.0) * x * np.int64(5)).backward()
    assert x.grad.item() == 10.0


def test_a_deep_copy_is_a_leaf_of_its_own() -> None:
    """Values and gradient are copied; the result of an operation has no copy."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (x * 3).sum().backward()
    other = copy.deepcopy(x)
    with torch.no_grad():
        other[0] = 9.0
    assert (x.tolist(), other.grad.tolist(), other.requires_grad) == ([1.0, 2.0], [3.0, 3.0], True)
    assert other.grad is not x.grad
    with pytest.raises(TorchRuntimeError, match="Only Tensors created explicitly by the user"):
        copy.deepcopy(x * 2)


def test_a_shallow_copy_reads_the_same_memory() -> None:
    """Another leaf, which has no gradient yet."""
    x = torch.ones(2, requires_grad=True)
    other = copy.copy(x)
    with torch.no_grad():
        other[0] = 9.0
    assert x.tolist() == [9.0, 1.0]
    assert other is not x


@pytest.mark.parametrize("values", [[1.0, 2.0], 3.0, 1 + 2j, [True, False]])
def test_a_tensor_survives_pickling(values: object) -> None:
    """Values, dtype and shape come back; so does the wish for a gradient."""
    t = torch.tensor(values)
    back = pickle.loads(pickle.dumps(t))  # noqa: S301 - our own
    assert (back.tolist(), back.dtype, back.shape) == (t.tolist(), t.dtype, t.shape)
    assert pickle.loads(pickle.dumps(torch.ones(1, requires_grad=True))).requires_grad  # noqa: S301


def test_the_limits_of_dtypes() -> None:
    """The largest float32 is the last before infinity; integers hold one more negative number than positive ones."""
    limits = torch.finfo(torch.float32)
    assert torch.tensor(limits.max).item() == limits.max
    assert torch.tensor(limits.max * (1 + limits.eps)).item() == float("inf")
    assert (torch.iinfo(torch.int8).min, torch.iinfo(torch.int8).max) == (-128, 127)


def test_typed_tensors_are_made_by_their_names() -> None:
    """Of data or of sizes; each is a type of the tensors of its dtype."""
    assert torch.LongTensor([1, 2]).dtype is torch.int64
    assert torch.FloatTensor(2, 3).shape == (2, 3)
    assert isinstance(torch.ones(1), torch.FloatTensor)
    assert not isinstance(torch.ones(1), torch.DoubleTensor)
    assert torch.Tensor([1, 2]).dtype is torch.float32


def test_numpy_makes_arrays_of_tensors() -> None:
    """A copy is warned of, as with PyTorch, whose tensors do not know the keyword either."""
    x = torch.tensor([1.0, 2.0])
    assert np.asarray(x).tolist() == [1, 2]
    with pytest.warns(DeprecationWarning, match="doesn't accept a copy keyword"):
        assert np.array(x, copy=True).tolist() == [1, 2]
