import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
h = x * 3
h.retain_grad()
out = h.sum()
out.backward()
print(h.grad, h.retains_grad, h.is_leaf)
print(x.grad, x.retains_grad, x.is_leaf)
try:
    torch.tensor(1.0).retain_grad()
except RuntimeError as e:
    print(e)
