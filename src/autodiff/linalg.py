"""The door `torch.linalg`: linear algebra."""

from autodiff.engine.door import door

__all__: list[str] = []
__getattr__, __dir__ = door("linalg")
