import torch

a = torch.tensor([1.0, 2.0], requires_grad=True)
b = a.detach()
c = a.clone()
d = a.detach().clone()
b[0] = 10
print(a)
d[1] = 20
print(a, d)
print(c, c.requires_grad, b.requires_grad, d.requires_grad)
print(b.data_ptr() == a.data_ptr(), d.data_ptr() == a.data_ptr())
