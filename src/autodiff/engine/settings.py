"""What a program may set for itself: the default dtype and how tensors are printed."""

from typing import Any

from autodiff.dtypes import default_dtype, dtype, set_default_dtype
from autodiff.engine.display import changed, print_options, set_print_options

__all__ = ["get_default_dtype", "set_default_dtype", "set_printoptions"]


def get_default_dtype() -> dtype:
    """The dtype of tensors made from Python floats."""
    return default_dtype()


def set_printoptions(**options: Any) -> None:  # noqa: ANN401 - precision, threshold, edgeitems, linewidth, profile, sci_mode
    """Change how tensors are printed: `precision`, `threshold`, `edgeitems`, `linewidth`, `profile`, `sci_mode`."""
    set_print_options(changed(print_options(), **options))
