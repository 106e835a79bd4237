from torch import *

x = tensor([1.0, 2.0], requires_grad=True)
y = sum(sin(x) * exp(x))
y.backward()
print(y, x.grad, float32, pi)
