import torch

x = torch.arange(6.).reshape(2, 3)
x.requires_grad_()
y = x * 1
row = y[0]
row.mul_(2)
print(y)
print(row.grad_fn.name(), y.grad_fn.name())
y.sum().backward()
print(x.grad)
print(row._base is y, x.view(-1).shape, x.T.shape)
