import torch

x = torch.tensor([1.0, 3.0, 3.0, 2.0], requires_grad=True)
x.max().backward()
print(x.grad)
x.grad = None
x.max(dim=0).values.backward()
print(x.grad)
x.grad = None
torch.relu(x - 2).sum().backward()
print(x.grad)
z = torch.zeros(3, requires_grad=True)
z.abs().sum().backward()
print(z.grad)
