import torch
ok = torch.tensor([1, 2, 3])
print(ok.dtype, ok.requires_grad)
x = torch.tensor([1, 2, 3], requires_grad=True)
