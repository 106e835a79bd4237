import torch

x = torch.tensor([1.0])
print(type(x), type(x.grad_fn), type(1), type(1.0), type("a"), type([]), type(None))
print(isinstance(x, torch.Tensor), isinstance(1, (int, float)), type(x) == torch.Tensor)
print(x.dtype, torch.tensor(1).dtype, torch.tensor(True).dtype, torch.float64, (x.int() + 0.5).dtype)
print(x.shape, x.size(), x.size(0), x.dim(), x.ndim, x.numel(), x.device)
print(torch.is_tensor(x), x.is_floating_point(), torch.finfo(torch.float32).eps)
a = torch.tensor(0.1)
b = torch.tensor(0.1, dtype=torch.float64)
print(a == b, a.double() == b, a.item())
print(torch.get_default_dtype())
torch.set_default_dtype(torch.float64)
print(torch.tensor(0.1))
