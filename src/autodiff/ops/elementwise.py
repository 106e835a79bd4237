"""The pointwise operations that reductions are made of, from the modules they are declared in."""

from autodiff.ops.exponential import exp, log
from autodiff.ops.pairwise import maximum, minimum
from autodiff.ops.rounding import abs_, sgn

__all__ = ["abs_", "exp", "log", "maximum", "minimum", "sgn"]
