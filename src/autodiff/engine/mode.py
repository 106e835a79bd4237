"""Whether operations are recorded, per thread and task. What users switch it with is in grad_mode.py."""

from __future__ import annotations

from _contextvars import ContextVar  # as in contextvars, without a file to load

from autodiff.light import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

__all__ = [
    "FORMULA",
    "FORMULA_UNRECORDED",
    "INFERENCE",
    "RECORDING",
    "UNRECORDED",
    "Mode",
    "anomaly",
    "checks_nan",
    "default_device",
    "dual_level",
    "mode",
]


class Mode(NamedTuple):
    """How operations behave.

    `recording`: results remember how they were made. `formula`: the engine itself is computing a gradient, where a
    number operand is an attribute, as in PyTorch's C++ (its nodes end in 1). `inference`: results may never be part of
    a graph. `hooks`: what packs a value when it is saved for backward, and unpacks it again.
    """

    recording: bool
    formula: bool
    inference: bool = False
    hooks: tuple[Callable[[Any], Any], Callable[[Any], Any]] | None = None

    def with_hooks(self) -> Mode:
        """This mode, with the hooks of the one that is on."""
        hooks = mode.get().hooks
        return self if hooks is None else self._replace(hooks=hooks)


RECORDING: Final = Mode(recording=True, formula=False)
UNRECORDED: Final = Mode(recording=False, formula=False)
FORMULA: Final = Mode(recording=True, formula=True)
INFERENCE: Final = Mode(recording=False, formula=False, inference=True)
FORMULA_UNRECORDED: Final = Mode(recording=False, formula=True)

mode: Final[ContextVar[Mode]] = ContextVar("mode", default=RECORDING)
dual_level: Final[ContextVar[Any]] = ContextVar("dual_level", default=None)
"""The innermost forward derivative being taken (a Level), at which tensors may have tangents; usually None."""
anomaly: Final[ContextVar[tuple[bool, bool]]] = ContextVar("anomaly mode, its look for nan", default=(False, True))
default_device: Final[ContextVar[Any]] = ContextVar("default_device", default=None)
"""Where tensors are made that do not say where (a `device`); None: on the CPU."""


def checks_nan() -> bool:
    """Whether backward should look for nan."""
    return anomaly.get() == (True, True)
