import torch

a = torch.tensor([1.0, 2.0], requires_grad=True)
b = a.exp()
b += 1
try:
    b.sum().backward()
except RuntimeError as e:
    print("RuntimeError:", str(e)[:72])
else:
    print("no error")
c = a.sin()
c += 1
c.sum().backward()
print(a.grad)
