"""The table of operations: one declaration each, from which everything else follows."""

from autodiff.ops.op import Composite, Elementwise, Op, Parameter, Structural
from autodiff.ops.table import OPS, OVERLOADS

__all__ = ["OPS", "OVERLOADS", "Composite", "Elementwise", "Op", "Parameter", "Structural"]
