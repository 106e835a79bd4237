"""The door `torch.func`: transforms of functions."""

from autodiff.engine.door import door

__all__: list[str] = []
__getattr__, __dir__ = door("func")
