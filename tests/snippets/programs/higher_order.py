import torch

x = torch.tensor(2.0, requires_grad=True)
y = x ** 4
order = 0
g = y
while order < 5:
    g = torch.autograd.grad(g, x, create_graph=True)[0]
    order += 1
    print(order, g.item(), g.requires_grad)
