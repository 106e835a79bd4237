"""The door `torch.nn`: functions and parameters of neural networks."""

from autodiff.engine.door import door as _door

__all__: list[str] = []
__getattr__, __dir__ = _door("nn")
