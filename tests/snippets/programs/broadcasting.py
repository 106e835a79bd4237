import torch

a = torch.ones(3, 1, requires_grad=True)
b = torch.ones(1, 4, requires_grad=True)
c = torch.tensor(2.0, requires_grad=True)
s = (a * b + c).sum()
s.backward()
for name, t in [("a", a), ("b", b), ("c", c)]:
    print(name, tuple(t.shape), t.grad.shape, t.grad.flatten().tolist())
try:
    torch.ones(3) + torch.ones(4)
except RuntimeError as e:
    print(e)
