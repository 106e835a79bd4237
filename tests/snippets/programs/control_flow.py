def collatz(n):
    """How many steps it takes."""
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps

for start in [6, 7, 9]:
    print(start, collatz(start))

for i in range(10):
    if i == 3:
        continue
    elif i > 5:
        break
    print(i, end=" ")
else:
    print("not printed")
print()
n = 3
while n:
    n -= 1
else:
    print("loop ended", n)

def factorial(n, acc=1):
    if n <= 1:
        return acc
    return factorial(n - 1, acc * n)

print(factorial(20))
total = 0
for a, b in zip(range(3), range(3, 6)):
    total += a * b; print(total)
