import torch

x = torch.tensor(0.0, requires_grad=True)
y = torch.sqrt(x) * 0
y.backward()
print(x.grad)
x.grad = None
with torch.autograd.set_detect_anomaly(True):
    try:
        (torch.sqrt(x) * 0).backward()
    except RuntimeError as e:
        print(e)
