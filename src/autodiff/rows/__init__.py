"""Rows: an expression and its gradients over tables of any size."""

__all__: list[str] = []
