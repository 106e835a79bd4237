import torch

x = torch.tensor(3.14159)
v = torch.tensor([1.0, 2.5])
n, name = 42, "grad"
print(f"{x:.2f}|{x}|{x!r}|{x.item():8.3f}|{x.item():<8.1f}|{x.item():+e}")
print(f"{v}|{v!r:>30}|{n:05d}|{n:,}|{n:x}|{n:b}|{name:>8}|{name:^8}|{name!r}")
print(f"{n=} {name = } {n / 7:.{n // 21}f} {'a' if n > 3 else 'b'} {{}} {v.tolist()}")
print("a", "b", sep="-", end="!\n")
print(1, 2.0, True, None, "x", [1, "y"], (1,), ())
print(f'{1e10} {1e16} {1e-5} {1/3} {10**20} {float("inf")} {0.1 + 0.2}')
print("implicit " "concatenation " f"{n}", """and
two lines""")
print(f"{n:>{n // 4}}|{-n:+}|{n:e}|{0.5:%}|{1234567.891:,.2f}")
print('tab\there \x41\u00e9 \\ \'quoted\'', r'\raw')
