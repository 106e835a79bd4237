"""What carries the values of tensors: Python numbers and NumPy arrays."""

from __future__ import annotations

from autodiff.numbers.array import ARRAYS, Array, Storage
from autodiff.numbers.scalar import SCALARS, Number, Scalar

__all__ = ["ARRAYS", "SCALARS", "Array", "Number", "Scalar", "Storage"]
