"""Functions of NumPy arrays with PyTorch's answers where NumPy has others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np

__all__ = [
    "divide_rounded",
    "each",
    "floor_divide",
    "fmod",
    "once_rounded",
    "power",
    "power_of_number",
    "remainder",
]


def once_rounded(function: str | Callable[..., Values]) -> Callable[..., Values]:
    """An elementwise function done in double precision and rounded once: PyTorch's values, nearly always.

    NumPy casts to double and back in blocks that fit the cache, if it is told the dtypes.
    """

    def compute(*values: Values) -> Values:
        own = getattr(np, function) if isinstance(function, str) else function
        kind = values[0].dtype if len(values) == 1 else np.result_type(*values)
        wide = _WIDE.get(kind.char)
        if wide is None:
            return own(*values)
        if isinstance(own, np.ufunc) and values[0].size >= _MANY and _alike(values):
            return own(*values, out=np.empty_like(values[0], dtype=kind), dtype=wide, casting="same_kind")
        return own(*(v.astype(wide) for v in values)).astype(kind)

    return compute


def _alike(values: Sequence[Values]) -> bool:
    """Whether the result is laid out as the first of these."""
    return len(values) == 1 or (len({v.shape for v in values}) == 1 and all(v.flags.c_contiguous for v in values))


_WIDE: Final = {"e": "float64", "f": "float64", "F": "complex128"}
"""What to compute in, by the kind of the values."""
_MANY: Final = 1000
"""From so many values on, a copy of them in double is slower than NumPy's casts in blocks."""


def power(x: Any, exponent: Any) -> Values:  # noqa: ANN401 - arrays, or one of them a number
    """x ** exponent for arrays of one dtype; a negative power of an integer is 0, except of 1 and -1."""
    kind = np.result_type(x, exponent)  # before the next line gives a number a dtype of its own
    x, exponent = np.asarray(x), np.asarray(exponent)
    if kind.kind in "iu":
        flipped = np.where(exponent % 2 == 0, x * x, x)
        base, size = np.where(exponent < 0, 0, x), np.where(exponent < 0, 1, exponent)
        return np.where((exponent < 0) & (np.abs(x) == 1), flipped, np.power(base, size)).astype(kind)
    found = once_rounded("power")(x.astype(kind, copy=False), exponent.astype(kind, copy=False))
    if kind.kind == "f" and np.isnan(found).any():
        odd = (exponent % 2 == 1) & (exponent != 1)  # which has the sign of its base, and takes it from a nan
        return np.where(np.isnan(x) & odd, kind.type(np.nan), found)
    return found


def power_of_number(x: Values, exponent: complex) -> Values:
    """x ** exponent as PyTorch's kernel computes it: small powers are products, rounded at each step."""
    if x.dtype.kind in "iu" and isinstance(exponent, int) and exponent < 0:
        raise TorchRuntimeError("Integers to negative integer powers are not allowed.")
    products: Mapping[complex, Callable[[], Values]] = {
        2: lambda: x * x,
        3: lambda: x * x * x,
        1: lambda: +x,
        0.5: lambda: np.where(x < 0, x.dtype.type(np.nan), np.sqrt(x)),
        -0.5: lambda: 1 / np.sqrt(x),
        -1: lambda: 1 / x,
        -2: lambda: 1 / (x * x),
    }
    if exponent in products and (x.dtype.kind in "iufc" and (exponent in (2, 3) or x.dtype.kind == "f")):
        return products[exponent]().astype(x.dtype, copy=False)
    return power(x, np.asarray(exponent, dtype=x.dtype))


def remainder(a: Any, b: Any) -> Values:  # noqa: ANN401 - arrays, or one of them a number
    """a % b with the sign of b. Raises RuntimeError where an integer b is zero."""
    divisor = _divisor(a, b)
    if np.result_type(a, divisor).kind != "f":
        return np.remainder(a, divisor)
    rest = np.fmod(a, divisor)  # a rest of zero keeps the sign of a
    return np.where((rest != 0) & ((rest < 0) != (divisor < 0)), rest + divisor, rest)


def fmod(a: Any, b: Any) -> Values:  # noqa: ANN401
    """The remainder with the sign of a. Raises RuntimeError where an integer b is zero."""
    return np.fmod(a, _divisor(a, b))


def floor_divide(a: Any, b: Any) -> Values:  # noqa: ANN401
    """floor(a / b). Raises RuntimeError where an integer b is zero."""
    return np.floor_divide(a, _divisor(a, b))


def divide_rounded(a: Any, b: Any, rounding_mode: str) -> Values:  # noqa: ANN401
    """a / b rounded down (`floor`) or towards zero (`trunc`)."""
    if rounding_mode == "floor":
        return floor_divide(a, b)
    whole = np.result_type(a, b).kind in "iu"
    return np.trunc(np.true_divide(a, _divisor(a, b))).astype(np.result_type(a, b)) if whole else np.trunc(a / b)


def _divisor(a: Any, b: Any) -> Any:  # noqa: ANN401
    if np.result_type(a, b).kind in "iu" and not np.all(b):
        raise TorchRuntimeError("ZeroDivisionError")
    return b


def each(function: Callable[..., Any]) -> Callable[..., Values]:
    """An elementwise function that NumPy lacks, from its scalar form."""

    def compute(*values: Values) -> Values:
        arrays = np.broadcast_arrays(*values)
        flat: Iterable[Any] = zip(*(a.ravel().tolist() for a in arrays), strict=True)
        kind = np.result_type(*values)
        found = np.array([function(*row) for row in flat], dtype=kind).reshape(arrays[0].shape)
        like = next((v for v in values if np.shape(v) == found.shape), found)
        laid_out = np.empty_like(like, dtype=kind)  # in the order of the operand's dimensions
        laid_out[...] = found
        return laid_out

    return compute
