"""The door `torch.special`: special functions."""

from autodiff.engine.door import door as _door

__getattr__, __dir__ = _door("special")
