"""The door `torch.special`: special functions."""

from autodiff.engine.door import door

__all__: list[str] = []
__getattr__, __dir__ = door("special")
