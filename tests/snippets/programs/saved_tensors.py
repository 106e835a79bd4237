import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x.pow(2)
print(x.equal(y.grad_fn._saved_self))
print(x is y.grad_fn._saved_self)
z = x.exp()
print(z.equal(z.grad_fn._saved_result))
print(z is z.grad_fn._saved_result)
print(y.grad_fn._saved_exponent)
