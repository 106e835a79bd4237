import torch
v = torch.ones(2, 2, requires_grad=True)
out = v * 3
try:
    out.backward()
except RuntimeError as e:
    print(f"caught: {e}")
out.backward(torch.eye(2))
print(v.grad)
out.backward(torch.ones(3))
