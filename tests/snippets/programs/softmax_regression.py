import torch
import torch.nn.functional as F
from torch import nn

logits = torch.tensor([[2.0, 0.5, 0.1], [0.2, 1.5, 0.3]], requires_grad=True)
target = torch.tensor([0, 2])
loss = nn.functional.cross_entropy(logits, target)
loss.backward()
print(f"loss = {loss:.4f}")
print(logits.grad)
manual = (F.softmax(logits.detach(), dim=1) - F.one_hot(target, 3)) / 2
print(torch.allclose(manual, logits.grad))
print(logits.argmax(dim=1), logits.max(dim=1).values)
