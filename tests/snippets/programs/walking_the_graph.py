import torch

x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(5.0, requires_grad=True)
f = torch.sin(x * y) + x / y

def show(node, depth=0):
    if node is None:
        return
    print("  " * depth + node.name())
    for parent, _ in node.next_functions:
        show(parent, depth + 1)

show(f.grad_fn)
print(f.grad_fn.next_functions[0][0].next_functions[0][0].name())
