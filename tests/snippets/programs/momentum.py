import torch

x = torch.tensor([2.0, -1.5], requires_grad=True)
velocity = torch.zeros_like(x)
history = []
for i in range(30):
    loss = x[0] ** 2 + 10 * x[1] ** 2
    loss.backward()
    with torch.no_grad():
        velocity.mul_(0.5).add_(x.grad)
        x -= 0.02 * velocity
    x.grad = None
    history.append(loss.item())
print([round(v, 3) for v in history[::5]])
print(sum(history) / len(history) < history[0], min(history) == history[-1])
print(x)
