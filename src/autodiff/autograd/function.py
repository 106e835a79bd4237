"""The door `torch.autograd.function`: functions whose derivative the user writes."""

from autodiff.engine.door import door as _door

__getattr__, __dir__ = _door("autograd.function")
