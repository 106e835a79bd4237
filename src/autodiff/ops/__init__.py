"""The table of operations: one declaration each, from which everything else follows."""

from __future__ import annotations

from autodiff.ops.op import Composite, Elementwise, Op, Parameter, Structural
from autodiff.ops.table import OVERLOADS, all_operations

__all__ = ["OVERLOADS", "Composite", "Elementwise", "Op", "Parameter", "Structural", "all_operations"]
