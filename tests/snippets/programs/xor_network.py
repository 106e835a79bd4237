import torch
import torch.nn.functional as F

X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = torch.tensor([[0.], [1.], [1.], [0.]])
W1 = torch.tensor([[1.0, -1.0, 0.5], [-1.0, 1.0, 0.5]], requires_grad=True)
b1 = torch.zeros(3, requires_grad=True)
W2 = torch.tensor([[1.0], [1.0], [-0.5]], requires_grad=True)
b2 = torch.zeros(1, requires_grad=True)
params = [W1, b1, W2, b2]

def forward(x):
    h = torch.tanh(x @ W1 + b1)
    return torch.sigmoid(h @ W2 + b2)

for step in range(200):
    loss = F.mse_loss(forward(X), Y)
    grads = torch.autograd.grad(loss, params)
    with torch.no_grad():
        for p, g in zip(params, grads):
            p -= 1.0 * g
    if step % 50 == 0:
        print(f"{step:4d} {loss.item():.4f}")
print((forward(X) > 0.5).int().flatten().tolist())
