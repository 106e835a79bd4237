"""The door `torch.autograd.function`: functions whose derivative the user writes."""

from autodiff.engine.door import door

__all__: list[str] = []
__getattr__, __dir__ = door("autograd.function")
