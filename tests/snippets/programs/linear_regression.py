import torch

# y = 2x + 1 with a little structured noise
X = torch.linspace(-1, 1, 21)
noise = torch.tensor([0.05 if i % 2 else -0.05 for i in range(21)])
Y = 2 * X + 1 + noise

w = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
lr = 0.1

for epoch in range(1, 101):
    loss = ((w * X + b - Y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
        w.grad.zero_()
        b.grad.zero_()
    if epoch % 20 == 0:
        print(f"epoch {epoch:3d}  loss {loss.item():.4f}  w {w.item():.3f}  b {b.item():.3f}")
