import torch

w = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
print(w)
print(type(w), w.requires_grad, isinstance(w, torch.Tensor))
(w ** 2).sum().backward()
print(w.grad)
del w
try:
    print(w)
except NameError as e:
    print(e)
