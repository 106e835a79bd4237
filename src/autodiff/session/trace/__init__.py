"""Backward told node by node."""

__all__: list[str] = []
