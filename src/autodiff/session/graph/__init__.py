"""The graph as PyTorch holds it, and the program beside it, as facts."""

__all__: list[str] = []
