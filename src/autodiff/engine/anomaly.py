"""Anomaly mode: a backward that stops at the first node whose gradient is not a number."""

import warnings
from typing import Any, Self

from autodiff.engine.core import TensorBase
from autodiff.engine.mode import anomaly
from autodiff.errors import TorchRuntimeError
from autodiff.numbers.array import Array, np

__all__ = [
    "detect_anomaly",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "refuse_nan",
    "set_detect_anomaly",
]


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on."""
    return anomaly.get()[0]


def is_anomaly_check_nan_enabled() -> bool:
    """Whether anomaly mode looks for nan, when it is on."""
    return anomaly.get()[1]


def refuse_nan(name: str, gradients: Any) -> None:  # noqa: ANN401 - tensors, numbers or None
    """Raise PyTorch's RuntimeError if a gradient a node has made is nan."""
    for k, g in enumerate(gradients):
        value = g._data.value if isinstance(g, TensorBase) else g
        if value is None:
            continue
        bad = bool(np.isnan(value).any()) if isinstance(getattr(g, "_data", None), Array) else value != value
        if bad:
            raise TorchRuntimeError(f"Function '{name}' returned nan values in its {k}th output.")


class set_detect_anomaly:  # noqa: N801 - PyTorch's spelling
    """Switch anomaly mode on or off, at once; as a `with` block, until its end."""

    __module__ = "torch.autograd.anomaly_mode"

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = anomaly.get()
        anomaly.set((mode, check_nan))

    def __enter__(self) -> None:
        """Nothing: it is on already."""

    def __exit__(self, *_: object) -> None:
        anomaly.set(self._before)


class detect_anomaly:  # noqa: N801 - PyTorch's spelling
    """Anomaly mode for a `with` block."""

    __module__ = "torch.autograd.anomaly_mode"

    def __init__(self, check_nan: bool = True) -> None:
        self._check_nan = check_nan
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging.",
            UserWarning,
            stacklevel=2,
        )

    def __enter__(self) -> Self:
        self._before = anomaly.get()
        anomaly.set((True, self._check_nan))
        return self

    def __exit__(self, *_: object) -> None:
        anomaly.set(self._before)
