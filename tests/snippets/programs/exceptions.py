import torch

def attempt(thunk):
    try:
        result = thunk()
    except (ValueError, TypeError) as e:
        return f"{type(e).__name__}: {e}"
    except RuntimeError:
        return "runtime"
    except ZeroDivisionError as e:
        return e.args
    else:
        return result
    finally:
        print("attempted")

print(attempt(lambda: 1 + 1))
print(attempt(lambda: 1 / 0))
print(attempt(lambda: "a" + 1))
print(attempt(lambda: torch.ones(2) @ torch.ones(3)))
try:
    try:
        raise ValueError("inner")
    except ValueError as e:
        print("handling", e)
        raise
    finally:
        print("cleaned")
except Exception as e:
    print(repr(e), isinstance(e, ValueError))

def check(x):
    assert x > 0, f"x must be positive, got {x}"
    return x

print(check(3))
check(-1)
