"""The door `torch.autograd.graph`: the graph behind tensors."""

from autodiff.engine.door import door as _door

__getattr__, __dir__ = _door("autograd.graph")
