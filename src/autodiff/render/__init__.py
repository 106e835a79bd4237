"""Reports to text: a plain function for each format, and what goes to standard error."""

from __future__ import annotations

from autodiff.render.formats import DERIVATIVES, LISTINGS, RENDERERS, Screen
from autodiff.render.plain import chosen, failure, mismatch, warned

__all__ = ["DERIVATIVES", "LISTINGS", "RENDERERS", "Screen", "chosen", "failure", "mismatch", "warned"]
