"""Programs with statements: what runs them, what they can reach, what they may use up."""

__all__: list[str] = []
