import torch

x = torch.tensor(1.0, requires_grad=True)
is_train = False
with torch.set_grad_enabled(is_train):
    y = x * 2
print(y.requires_grad)
torch.set_grad_enabled(True)
y = x * 2
print(y.requires_grad, torch.is_grad_enabled())
_ = torch.set_grad_enabled(False)
y = x * 2
print(y.requires_grad, torch.is_grad_enabled())
with torch.enable_grad():
    y = x * 2
    print(y.requires_grad)
torch.set_grad_enabled(True)
with torch.inference_mode():
    z = x * 3
    print(z.requires_grad, z.is_inference())
try:
    z.requires_grad_()
    (x * z).backward()
except RuntimeError as e:
    print(type(e).__name__, e)
