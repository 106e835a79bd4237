"""The door `torch.func`: transforms of functions."""

from autodiff.engine.door import door as _door

__getattr__, __dir__ = _door("func")
