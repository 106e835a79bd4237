"""The door `torch.autograd`: gradients of tensors."""

from autodiff.engine.door import door as _door

__all__: list[str] = []
__getattr__, __dir__ = _door("autograd")
