import torch
from torch.func import grad, vmap, jacrev

f = lambda x: torch.sin(x) ** 2
x = torch.tensor(0.5)
print(grad(f)(x))
print(grad(grad(f))(x))
print(vmap(grad(f))(torch.tensor([0.0, 0.5, 1.0])))
print(jacrev(lambda v: v * v)(torch.tensor([1.0, 2.0])))
