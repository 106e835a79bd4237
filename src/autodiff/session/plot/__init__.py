"""A function and its derivatives over a range."""

__all__: list[str] = []
