"""The door `torch.autograd.functional`: Jacobians, Hessians and products with them."""

from autodiff.engine.door import door

__all__: list[str] = []
__getattr__, __dir__ = door("autograd.functional")
