import torch

z = torch.tensor(1 + 2j, requires_grad=True)
loss = (z * z.conj()).real
loss.backward()
print(loss, z.grad)
w = torch.tensor([3 + 4j])
print(w.abs(), w.angle(), w.real, w.imag)
try:
    z2 = z * 2
    z2.backward()
except RuntimeError as e:
    print(e)
