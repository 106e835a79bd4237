import torch
import math

theta = torch.tensor(3.0, requires_grad=True)
m, v = 0.0, 0.0
beta1, beta2, eps, lr = 0.9, 0.999, 1e-8, 0.3
for t in range(1, 21):
    loss = (theta - 1) ** 2
    theta.grad = None
    loss.backward()
    g = theta.grad.item()
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    m_hat, v_hat = m / (1 - beta1 ** t), v / (1 - beta2 ** t)
    theta.data -= lr * m_hat / (math.sqrt(v_hat) + eps)
    if t in (1, 10, 20):
        print(t, round(theta.item(), 4))
