import torch

def f(x):
    return x ** 3 - 2 * x - 5

x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
steps = 0
while True:
    y = f(x)
    if abs(y.item()) < 1e-12 or steps >= 50:
        break
    slope = torch.autograd.grad(y, x)[0]
    x = (x - y / slope).detach().requires_grad_()
    steps += 1
print(steps, x.item())
