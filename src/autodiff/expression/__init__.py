"""Expressions as values: the carrier that writes a derivative down."""

from __future__ import annotations

from autodiff.expression.algebra import Algebra
from autodiff.expression.derivative import derivative
from autodiff.expression.domain import missing
from autodiff.expression.expr import Expr, Unwritten, is_linear
from autodiff.expression.write import write, write_named

__all__ = ["Algebra", "Expr", "Unwritten", "derivative", "is_linear", "missing", "write", "write_named"]
