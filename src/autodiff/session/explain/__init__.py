"""Topics explained by examples that are run when asked for."""

__all__: list[str] = []
