import torch
x = torch.tensor(1.0)
print(x)
for i in range(2):
    print(i, undefined_name if i else x)
