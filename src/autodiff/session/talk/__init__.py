"""A session at a prompt: entries, names that stay, what may follow a dot."""

__all__: list[str] = []
