import torch

layers = []
for size in (1, 2, 3):
    layers.append(torch.zeros(size))
layers += [torch.ones(1)]
layers.extend([torch.ones(2), torch.ones(3)])
print(len(layers), [t.numel() for t in layers])
last = layers.pop()
print(last.shape, layers[-1], layers[1:3])
layers[0] = "replaced"
print(layers[0], "replaced" in layers, 3 in (1, 2, 3), "b" not in "abc")
a, (b, c) = 1, (2, 3)
a, b = b, a
print(a, b, c)
print([(i, j) for i in range(3) for j in range(i) if i + j > 1])
print(sorted([3, 1, 2]), list(range(5))[::2], tuple([1, 2]), sum([0.5, 0.25]), max(1, 5, 3), min([4, 2]))
print(list(zip([1, 2], "ab")), list(enumerate(["x", "y"], start=1)), any([0, 1]), all([]))
print(str(torch.tensor(1)), repr("q"), bool(torch.tensor(0.0)), int(torch.tensor(7)), float(torch.tensor(1.5)))
x = y = 3
print(x == y == 3, 1 < x <= 3, not x, x is y, x is not None, x and 0, 0 or "default")
