"""The door `torch.autograd.functional`: Jacobians, Hessians and products with them."""

from autodiff.engine.door import door as _door

__getattr__, __dir__ = _door("autograd.functional")
