import torch

x = torch.tensor([0.0, 1.0], requires_grad=True)
y = torch.where(x > 0, torch.log(x), torch.zeros_like(x))
y.sum().backward()
print(y)
print(x.grad)
x.grad = None
safe = torch.where(x > 0, x, torch.ones_like(x))
torch.where(x > 0, torch.log(safe), torch.zeros_like(x)).sum().backward()
print(x.grad, x.grad.isnan().any().item())
