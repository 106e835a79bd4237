"""The door `torch.nn.functional`: functions of neural networks."""

from autodiff.engine.door import door as _door

__getattr__, __dir__ = _door("nn.functional")
