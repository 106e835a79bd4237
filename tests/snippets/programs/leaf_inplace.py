import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
try:
    w += 1
except RuntimeError as error:
    print(error)
with torch.no_grad():
    w += 1
print(w, w._version, w.is_leaf)
w.data -= 1
print(w, w._version)
w.requires_grad_(False)
w += 10
print(w)
