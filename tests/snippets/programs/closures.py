import torch

def make_model(w, b):
    def model(x):
        return w * x + b
    return model

w = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(-1.0, requires_grad=True)
model = make_model(w, b)
y = model(torch.tensor(3.0))
y.backward()
print(y.item(), w.grad, b.grad)
compose = lambda f, g: lambda x: f(g(x))
print(compose(torch.exp, torch.log)(torch.tensor(5.0)))
counters = [lambda: i for i in range(3)]
print([c() for c in counters])

def scale(values, factor=2, shift=0):
    return [v * factor + shift for v in values]

print(scale([1, 2]), scale([1, 2], shift=1), scale(factor=3, values=(1,)))
