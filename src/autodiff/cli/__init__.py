"""The command line."""

from __future__ import annotations

from autodiff.cli.entry import main

__all__ = ["main"]
