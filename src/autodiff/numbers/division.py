"""Division of arrays: rounded, and what remains of it."""

from typing import Any

from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Values, np

__all__ = ["divide_rounded", "floor_divide", "fmod", "remainder"]


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
