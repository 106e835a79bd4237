"""The door `torch.autograd.graph`: the graph behind tensors."""

from autodiff.engine.door import door

__all__: list[str] = []
__getattr__, __dir__ = door("autograd.graph")
