"""The command line."""

from autodiff.cli.entry import main

__all__ = ["main"]
