"""The door `torch.nn.functional`: functions of neural networks."""

from autodiff.engine.door import door

__all__: list[str] = []
__getattr__, __dir__ = door("nn.functional")
