"""The door `torch.autograd.forward_ad`: forward-mode differentiation."""

from autodiff.engine.door import door as _door

__getattr__, __dir__ = _door("autograd.forward_ad")
