"""PyTorch's autograd for the shell and for tutorials: `import autodiff as torch`."""

__version__ = "0.1.0"
