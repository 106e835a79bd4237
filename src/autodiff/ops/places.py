"""Places in a sorted sequence: where values belong, and which bucket they fall into."""

from typing import Any

from autodiff.dtypes import Category, int32, int64
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.gathering import gather
from autodiff.ops.op import Composite, Structural, not_implemented

__all__: list[str] = []


def _inserted(row: Values, values: Values, side: Any) -> Any:  # noqa: ANN401 - "left" or "right"; an array
    """Where in a sorted row; with nan among the numbers, halves are chosen by comparisons that do not hold."""
    if row.dtype.kind != "f" or not (np.isnan(row).any() or np.isnan(values).any()):
        return np.searchsorted(row, values, side)
    found = []
    for value in values.reshape(-1).tolist():
        start, end = 0, len(row)
        while start < end:
            middle = (start + end) // 2
            if row[middle] >= value if side == "left" else row[middle] > value:
                end = middle
            else:
                start = middle + 1
        found.append(start)
    return np.array(found).reshape(values.shape)


def _searched(sorted_sequence: Values, self: Values, right: bool) -> Values:
    side: Any = "right" if right else "left"
    if not self.size:
        return np.zeros(self.shape, dtype=np.int64)
    if sorted_sequence.ndim == 1:
        return np.asarray(_inserted(sorted_sequence, self, side))
    rows = zip(sorted_sequence.reshape(-1, sorted_sequence.shape[-1]), self.reshape(-1, self.shape[-1]), strict=True)
    return np.array([_inserted(row, values, side) for row, values in rows]).reshape(self.shape)


positions = Structural(
    "positions",
    "where the values would be inserted to keep a sorted sequence sorted",
    "sorted_sequence, Tensor self, bool right",
    array=_searched,
    dtypes=lambda d: (d, int64),
    public=False,
)


def _search(
    sorted_sequence: Any,  # noqa: ANN401 - tensors
    self: Any,  # noqa: ANN401
    out_int32: bool,
    right: bool,
    side: str | None,
    sorter: Any = None,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    if side not in (None, "left", "right"):
        raise TorchRuntimeError(f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}")
    if right and side == "left":
        raise TorchRuntimeError(
            "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True"
        )
    shape, own = list(sorted_sequence.shape), list(self.shape)
    if len(shape) != 1 and not own:
        raise TorchRuntimeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but we got "
            f"boundaries tensor dim({len(shape)}) and input value's dim(0) numel(1)"
        )
    if not shape:
        raise TorchRuntimeError(
            "torch.searchsorted(): boundaries tensor should have positive dimension, but got 0 dimension"
        )
    if len(shape) > 1 and shape[:-1] != own[:-1]:
        raise TorchRuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries "
            f"tensor and input value tensor must match, but we got boundaries tensor {shape} and input value tensor "
            f"{own}"
        )
    if sorter is not None:
        sorted_sequence = _in_order_of(sorter, sorted_sequence)
    kind = self.dtype
    if kind is sorted_sequence.dtype and kind.category in (Category.BOOL, Category.COMPLEX) and self.numel():
        raise not_implemented("searchsorted_out_cpu")(kind)
    found = positions(sorted_sequence.detach(), self.detach(), right=right or side == "right")
    return found.to(int32) if out_int32 else found


def _in_order_of(sorter: Any, sequence: Any) -> Any:  # noqa: ANN401 - tensors
    """The sequence as `sorter` puts it in order, row by row."""
    if sorter.shape != sequence.shape:
        raise TorchRuntimeError(
            "torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor "
            f"{list(sequence.shape)} and got sorter tensor {list(sorter.shape)}"
        )
    if sorter.dtype is not int64:
        raise TorchRuntimeError(
            "torch.searchsorted(): sorter must be a tensor of long dtype but got dtype " + sorter.dtype.title
        )
    return gather(sequence.detach(), sorter, dim=-1, sparse_grad=False)


def _number_in(sorted_sequence: Any, number: float) -> Any:  # noqa: ANN401 - tensors
    return sorted_sequence.detach().double().new_tensor(number)


searchsorted = Composite(
    "searchsorted",
    "where the values would be inserted to keep a sorted sequence (or each of its rows) sorted",
    "sorted_sequence, Tensor self, *, bool out_int32=False, bool right=False, str side=None, Tensor sorter=None",
    compute=lambda sorted_sequence, self, sorter, out_int32, right, side: _search(
        sorted_sequence, self, out_int32, right, side, sorter
    ),
    places="function",
)

searchsorted_number = Composite(
    "searchsorted",
    "where a number would be inserted to keep a sorted sequence sorted",
    "sorted_sequence, Scalar self, *, bool out_int32=False, bool right=False, str side=None, Tensor sorter=None",
    compute=lambda sorted_sequence, sorter, self, out_int32, right, side: _search(
        sorted_sequence, _number_in(sorted_sequence, self), out_int32, right, side, sorter
    ),
    places="function",
)


def _bucket(self: Any, boundaries: Any, out_int32: bool, right: bool) -> Any:  # noqa: ANN401 - tensors
    if len(boundaries.shape) != 1:
        raise TorchRuntimeError(f"boundaries tensor must be 1 dimension, but got dim({len(boundaries.shape)})")
    return _search(boundaries, self, out_int32, right, None)


bucketize = Composite(
    "bucketize",
    "the number of the bucket between sorted boundaries, for each element",
    "self, Tensor boundaries, *, bool out_int32=False, bool right=False",
    compute=_bucket,
    places="function",
)

bucketize_number = Composite(
    "bucketize",
    "the number of the bucket between sorted boundaries in which a number lies",
    "Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False",
    compute=lambda boundaries, self, out_int32, right: _bucket(
        _number_in(boundaries, self), boundaries, out_int32, right
    ),
    places="function",
)
