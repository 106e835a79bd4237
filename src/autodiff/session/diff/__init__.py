"""Programs read as expressions, and their derivatives in writing."""

__all__: list[str] = []
