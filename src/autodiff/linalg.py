"""The door `torch.linalg`: linear algebra."""

from autodiff.engine.door import door as _door

__getattr__, __dir__ = _door("linalg")
