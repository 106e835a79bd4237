"""The door `torch.autograd.forward_ad`: forward-mode differentiation."""

from autodiff.engine.door import door

__all__: list[str] = []
__getattr__, __dir__ = door("autograd.forward_ad")
