"""The language: text to a flat program, mistakes explained, and bounded arithmetic on plain numbers."""

from __future__ import annotations

from autodiff.language.arithmetic import OPERATIONS
from autodiff.language.parse import parse
from autodiff.language.program import STATEMENTS, Instruction, Program, occurrences, place

__all__ = ["OPERATIONS", "STATEMENTS", "Instruction", "Program", "occurrences", "parse", "place"]
