import torch

x = torch.arange(4, dtype=torch.float32)
y = (x ** 2).sum()
print(y)
y.backward()
