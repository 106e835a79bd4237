# ruff: noqa: ANN401 - rules run on tensors; matrices have PyTorch's names
"""What operations on matrices ask of their input, and one matrix of a batch at a time."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autodiff.dtypes import DTYPES, Category, dtype
from autodiff.errors import TorchIndexError, TorchRuntimeError
from autodiff.numbers.array import Values, np
from autodiff.ops.diagonal import diag_embed
from autodiff.ops.dimension import wrapped
from autodiff.ops.op import any_of, not_implemented, refused
from autodiff.ops.refusal import Dtypes, Refusal
from autodiff.ops.shape import alias, expand, unsqueeze

__all__: list[str] = []


LinAlgError = type(
    "_LinAlgError",
    (TorchRuntimeError,),
    {"__module__": "torch._C", "__doc__": "A matrix that has no inverse or no factors."},
)


# ------------------------------------------------------------------ what is refused


def squares(name: str) -> Callable[[Sequence[Any], Mapping[str, Any]], None]:
    """The check that the first input has square matrices, before its dtype is looked at."""
    return lambda inputs, attributes: check_square(name, inputs[0])


def matrices(name: str, argument: str = "A") -> Callable[[Sequence[Any], Mapping[str, Any]], None]:
    """The check that the first input has matrices, before its dtype is looked at."""
    return lambda inputs, attributes: check_matrix(name, inputs[0], argument)


def real_or_complex(name: str) -> Mapping[int, Refusal]:
    """The refusal of integers by `linalg.<name>`."""
    return no_integers(refused(f"{name}: Expected a floating point or complex tensor as input. Got {{}}"))


def no_integers(refusal: Refusal) -> Mapping[int, Refusal]:
    """A refusal of integers and bools."""
    return any_of(refusal, Category.BOOL, Category.INTEGER)


def without_half(refusal: Refusal | str, result: Dtypes = lambda d: (d, d)) -> Dtypes:
    """The dtype of the result, after 16-bit floats are refused (a string names the kernel that lacks them)."""
    refuse = not_implemented(refusal) if isinstance(refusal, str) else refusal

    def kept(d: dtype) -> tuple[dtype, dtype]:
        if d.category == Category.FLOAT and d.itemsize < 4:
            raise refuse(d)
        return result(d)

    return kept


def check_same_kind(b: Values, a: Values) -> None:
    """Raise the RuntimeError of PyTorch's older functions unless both sides of a system have one dtype."""
    if a.dtype != b.dtype:
        raise TorchRuntimeError(
            f"Expected b and A to have the same dtype, but found b of type {title_of(b)} and A of type {title_of(a)} "
            "instead."
        )


def title_of(array: Values) -> str:
    """PyTorch's name of an array's dtype, as in `Float`."""
    return next(d.title for d in DTYPES if d.name == array.dtype.name)


def low_precision(name: str) -> Refusal:
    """That `name` takes no 16-bit floats."""
    return refused(f"{name}: Low precision dtypes not supported. Got {{}}")


def check_matrix(name: str, matrix: Any, argument: str = "A") -> None:
    """Raise PyTorch's RuntimeError below two dimensions."""
    if len(matrix.shape) < 2:
        raise TorchRuntimeError(f"{name}: The input tensor {argument} must have at least 2 dimensions.")


def check_square(name: str, matrix: Any) -> None:
    """Raise PyTorch's RuntimeError unless the last two dimensions are of equal length; older functions have no name."""
    check_matrix(name, matrix)
    rows, columns = matrix.shape[-2:]
    if rows != columns:
        raise TorchRuntimeError(
            f"{name + ': ' if name else ''}A must be batches of square matrices, but they are {rows} by {columns} "
            "matrices"
        )


def check_fit(name: str, a: Values, b: Values, *, left: bool) -> None:
    """Raise PyTorch's RuntimeError unless the lengths fit the equation A X = B, or X A = B."""
    if (a.shape[-1] if left else a.shape[-2]) != (b.shape[-2] if left else b.shape[-1]):
        equation = "AX = B" if left else "XA = B"
        raise TorchRuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation {equation} ({a.shape[-2]}x{a.shape[-1]} and "
            f"{b.shape[-2]}x{b.shape[-1]})"
        )


def measure_if_recorded(tensor: Any, *dims: int) -> None:
    """Raise PyTorch's IndexError if a node is made that must know the length of a dimension there is not."""
    if tensor.requires_grad and alias(tensor).requires_grad:
        for dim in dims:
            if not tensor.shape:
                raise TorchIndexError(f"Dimension specified as {dim} but tensor has no dimensions")
            wrapped(dim, len(tensor.shape))


def check_finite(matrix: Values) -> None:
    """Raise PyTorch's _LinAlgError for a matrix without singular values."""
    if not np.isfinite(matrix).all():
        wrong = np.isfinite(matrix).all(axis=(-2, -1)).reshape(-1).argmin()
        which = f"(Batch element {wrong}): " if matrix.ndim > 2 else ""
        raise LinAlgError(
            f"linalg.svd: {which}The algorithm failed to converge because the input matrix contained non-finite values."
        )


def check_outcome(name: str, info: Any, failure: str, error: Callable[[str], Exception] = LinAlgError) -> None:
    """Raise PyTorch's error for the first matrix with an `info` other than 0; `{}` in `failure` is that."""
    values = info.reshape(-1).tolist()
    wrong = next((k for k, value in enumerate(values) if value), None)
    if wrong is not None:
        where = f" (Batch element {wrong}):" if info.shape else ""
        raise error(f"{name}:{where} {failure.format(values[wrong])}")


SINGULAR = "The diagonal element {} is zero, the inversion could not be completed because the input matrix is singular."

# ------------------------------------------------------------------ batches


def each_matrix(function: Callable[..., Any], *batches: Values) -> Any:
    """`function` of the matrices of one or more batches of the same shape, its results stacked likewise."""
    lead = batches[0].shape[:-2]
    if not lead:
        return function(*batches)
    found = [function(*(batch[index] for batch in batches)) for index in np.ndindex(*lead)]
    if not found:
        alone = function(*(np.ones(batch.shape[len(lead) :], dtype=batch.dtype) for batch in batches))
        return _over(alone, lambda part: np.empty((*lead, *np.shape(part)), dtype=np.asarray(part).dtype))
    if isinstance(found[0], tuple):
        return tuple(_stacked(parts, lead) for parts in zip(*found, strict=True))
    return _stacked(found, lead)


def _over(outcome: Any, function: Callable[[Any], Values]) -> Any:
    return tuple(map(function, outcome)) if isinstance(outcome, tuple) else function(outcome)


def _stacked(parts: Any, lead: tuple[int, ...]) -> Values:
    whole = np.stack(parts)
    return whole.reshape(*lead, *whole.shape[1:])


def broadcast_batches(first: Values, second: Values) -> tuple[Values, Values]:
    """Both batches of matrices repeated to the same dimensions before the last two."""
    lead = np.broadcast_shapes(first.shape[:-2], second.shape[:-2])
    repeated = (np.broadcast_to(each, (*lead, *each.shape[-2:])) for each in (first, second))
    return next(repeated), next(repeated)


def by_columns(matrices: Values) -> Values:
    """The same matrices, each column by column in memory, as PyTorch has them from LAPACK."""
    turned: Values = np.ascontiguousarray(matrices.swapaxes(-1, -2)).swapaxes(-1, -2)
    return turned


def adjoint_array(matrices: Values) -> Values:
    """The conjugate transposes."""
    return matrices.swapaxes(-1, -2).conj()


# ------------------------------------------------------------------ in rules


def on_diagonal(scale: Any, shape: Any) -> Any:
    """A number for each matrix, on its whole diagonal."""
    return diag_embed(expand(unsqueeze(scale, dim=-1), size=tuple(shape[:-1])), offset=0, dim1=-2, dim2=-1)


def is_vector(a: Any, b: Any) -> bool:
    """Whether the right-hand side is a vector for each matrix."""
    return len(b.shape) == 1 or (len(a.shape) - 1 == len(b.shape) and tuple(b.shape) == tuple(a.shape[:-1]))
