import torch
from torch.autograd.functional import jacobian, hessian

def exp_reducer(x):
    return x.exp().sum(dim=1)

inputs = torch.tensor([[0.0, 1.0], [2.0, 3.0]])
print(jacobian(exp_reducer, inputs))

def pow_reducer(x):
    return x.pow(3).sum()

print(hessian(pow_reducer, torch.tensor([1.0, 2.0])))
print(jacobian(lambda a, b: a * b, (torch.tensor(2.0), torch.tensor(3.0))))
