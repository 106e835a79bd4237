"""Files of cases for CI: read, run, judged."""

__all__: list[str] = []
