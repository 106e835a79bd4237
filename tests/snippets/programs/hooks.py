import torch

grads = []
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * 2
handle = y.register_hook(lambda grad: grads.append(grad.clone()))
z = y.pow(2).sum()
z.backward(retain_graph=True)
print(x.grad)
print(grads)

handle.remove()
x.register_hook(lambda grad: grad.clamp(max=10))
x.grad = None
z.backward()
print(x.grad, len(grads))
