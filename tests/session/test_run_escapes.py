# ruff: noqa: E501 - an attempt is read as one line
"""Attempts to get out of a program: to Python's objects, to files and processes, past time and memory. All fail."""

import pytest

from autodiff.session.program.budget import Budget
from autodiff.session.program.running import run_program
from autodiff.session.report import BUG, EVALUATION, SYNTAX, Failure

# each ends with an error whose type and message are given in part
ATTEMPTS = [
    # attributes that lead to Python's objects
    ("().__class__", "AttributeError: 'tuple' object has no attribute '__class__'"),
    ("''.__class__.__mro__[1].__subclasses__()", "AttributeError: 'str' object has no attribute '__class__'"),
    ("torch.__builtins__", "AttributeError: module 'torch' has no attribute '__builtins__'"),
    ("torch.__dict__", "AttributeError: module 'torch' has no attribute '__dict__'"),
    ("torch.__loader__", "AttributeError"),
    ("torch.os", "AttributeError: module 'torch' has no attribute 'os'"),
    ("torch.sys.modules", "AttributeError: module 'torch' has no attribute 'sys'"),
    ("torch.nn.__spec__", "AttributeError"),
    ("torch.nn.functional.__globals__", "AttributeError"),
    ("torch.sin.__globals__", "has no attribute '__globals__'"),
    ("torch.sin.function", "has no attribute 'function'"),
    ("print.__self__", "has no attribute '__self__'"),
    ("len.function", "has no attribute 'function'"),
    ("type(1).__subclasses__()", "type object 'int' has no attribute '__subclasses__'"),
    ("type(1).mro()", "type object 'int' has no attribute 'mro'"),
    ("type(1).made_of", "type object 'int' has no attribute 'made_of'"),
    ("type(type).make", "type object 'type' has no attribute 'make'"),
    ("x = torch.ones(2)\nx.__class__", "'Tensor' object has no attribute '__class__'"),
    ("x = torch.ones(2)\nx.__init__()", "'Tensor' object has no attribute '__init__'"),
    ("x = torch.ones(2)\nx._data", "'Tensor' object has no attribute '_data'"),
    ("x = torch.ones(2)\nx.numpy()", "'Tensor' object has no attribute 'numpy'"),
    ("x = torch.ones(2, requires_grad=True) * 2\nx.grad_fn.__class__", "has no attribute '__class__'"),
    ("x = torch.ones(2, requires_grad=True) * 2\nx.grad_fn.metadata", "has no attribute 'metadata'"),
    ("x = torch.ones(2)\nx.append = 1", "attribute 'append' of 'Tensor' objects is not writable"),
    ("x = torch.ones(2)\nx.__class__ = 1", "attribute '__class__' of 'Tensor' objects is not writable"),
    ("torch.sin = 1", "attribute 'sin' of 'module' objects is not writable"),
    ("(lambda: 1).__code__", "'function' object has no attribute '__code__'"),
    ("def f(): return 1\nf.machine", "'function' object has no attribute 'machine'"),
    ("def f(): return 1\nf.scope.names", "'function' object has no attribute 'scope'"),
    ("[].__reduce__()", "'list' object has no attribute '__reduce__'"),
    ("[].append.__self__", "has no attribute '__self__'"),
    ("'{0.__class__}'.format(1)", "'str' object has no attribute 'format'"),
    ("'{x}'.format_map(1)", "'str' object has no attribute 'format_map'"),
    ("(1).__add__(2)", "'int' object has no attribute '__add__'"),
    ("(1.5).fromhex('0x1')", "'float' object has no attribute 'fromhex'"),
    ("torch.no_grad().__enter__()", "has no attribute '__enter__'"),
    ("torch.device('cpu').__reduce__()", "has no attribute '__reduce__'"),
    # f-string fields and format specifications
    ("print(f'{().__class__}')", "'tuple' object has no attribute '__class__'"),
    ("print(f'{1:>1000000000}')", "TooLarge: a field of an f-string has at most 10000 characters"),
    ("print(f'{1.5:.999999999f}')", "TooLarge: a field of an f-string has at most 10000 characters"),
    ("w = 10**9\nprint(f'{1:{w}}')", "TooLarge: a field of an f-string has at most 10000 characters"),
    ("print(f'{1:{1:{1:{1}}}}')", "SyntaxError: fields are nested too deeply"),
    ("print(f'{1!x}')", "SyntaxError: a conversion is !r, !s or !a"),
    ("print(f'{1:__class__}')", "ValueError: Invalid format specifier"),
    ("print(f'{[1]:>10}')", "TypeError: unsupported format string passed to list.__format__"),
    ("print('%999999999d' % 1)", "TypeError: texts cannot be formatted with %"),
    # builtins
    *((f"{name}", f"NameError: name '{name}' is not defined") for name in (
        "eval", "exec", "open", "compile", "__import__", "globals", "locals", "vars", "dir", "getattr", "setattr",
        "hasattr", "input", "breakpoint", "help", "memoryview", "bytearray", "super", "object_", "__builtins__", "__package__",
        "__file__", "__loader__", "id", "exit", "quit", "classmethod", "property", "map", "iter", "next", "BaseException",
        "SystemExit", "KeyboardInterrupt",
    )),
    ("eval('1')", "NameError: name 'eval' is not defined"),
    ("type('X', (), {})", "SyntaxError: dictionaries and sets are not part of the language"),
    ("type('X', (), ())", "TypeError"),
    ("object()", "TypeError: cannot create 'object' instances"),
    ("type(torch.sin)(1)", "TypeError: cannot create 'builtin_function_or_method' instances"),
    ("type(lambda: 1)(1)", "TypeError: cannot create 'function' instances"),
    ("torch.dtype('float32')", "TypeError: cannot create 'dtype' instances"),
    # modules and definitions
    *((f"import {name}", f"SyntaxError: the module '{name}' is not part of the language") for name in (
        "os", "sys", "subprocess", "numpy", "socket", "ctypes", "builtins", "importlib", "torch.utils", "autodiff",
    )),
    ("from os import system", "SyntaxError: the module 'os' is not part of the language"),
    ("from torch import os", "ImportError: cannot import name 'os' from 'torch'"),
    ("from torch import __dict__", "ImportError: cannot import name '__dict__' from 'torch'"),
    ("from math import __loader__", "ImportError: cannot import name '__loader__' from 'math'"),
    ("import math\nmath.factorial(10**6)", "AttributeError: module 'math' has no attribute 'factorial'"),
    ("torch.load('/etc/passwd')", "AttributeError: module 'torch' has no attribute 'load'"),
    ("torch.save(1, 'x')", "AttributeError: module 'torch' has no attribute 'save'"),
    ("torch.hub", "AttributeError: module 'torch' has no attribute 'hub'"),
    ("class A: pass", "SyntaxError: classes are not part of the language"),
    ("@print\ndef f(): pass", "SyntaxError: decorators are not part of the language"),
    ("def f():\n    yield 1", "SyntaxError: generators are not part of the language"),
    ("global x", "SyntaxError: 'global' is not part of the language"),
    ("with open('/etc/passwd') as f:\n    print(f)", "NameError: name 'open' is not defined"),
    ("print(1, file=2)", "TypeError: print() got an unexpected keyword argument 'file'"),
    # loops, recursion, memory
    ("while True: pass", "OverBudget: the program took more than 200000 steps"),
    ("while True:\n    try:\n        x = 1\n    finally:\n        continue", "OverBudget"),
    ("while True:\n    try:\n        while True: pass\n    except Exception: pass", "OverBudget"),
    ("for i in range(10**30): pass", "OverBudget"),
    ("x = [1]\nfor i in x: x.append(i)", "OverBudget"),
    ("def f(): f()\nwhile True:\n    try: f()\n    except RecursionError: pass", "OverBudget"),
    ("[i for i in range(10**12)]", "OverBudget"),
    ("def f(n): return f(n + 1)\nf(0)", "RecursionError: maximum recursion depth exceeded"),
    ("f = lambda: f()\nf()", "RecursionError: maximum recursion depth exceeded"),
    ("x = torch.ones(1, requires_grad=True)\ndef f(g):\n    with torch.enable_grad():\n        y = x * 2\n        y.register_hook(f)\n        y.backward()\nf(1)",
     "RecursionError: maximum recursion depth exceeded"),
    ("list(range(10**9))", "TooLarge: the sequence would have more than 1000000 elements"),
    ("sum(range(10**12))", "TooLarge"),
    ("max(range(10**12))", "TooLarge"),
    ("x = [0] * 10**9", "TooLarge"),
    ("x = 'a' * 10**9", "TooLarge"),
    ("x = 9**9**9", "TooLarge: the integer would have more than 4096 bits"),
    ("x = 2\nfor i in range(100): x = x * x", "TooLarge: the integer would have more than 4096 bits"),
    ("x = 'a'\nfor i in range(100): x = f'{x}{x}'", "TooLarge"),
    ("x = [1]\nfor i in range(100): x += x", "TooLarge"),
    ("x = [1]\nfor i in range(100): x.extend(x)", "TooLarge"),
    ("x = []\nx.append(x)\nprint(x)", "TooLarge: sequences are nested more than 100 deep"),
    ("x = []\nfor i in range(50): x = [x, x]\nprint(x)", "TooLarge"),
    ("x = []\nfor i in range(50): x = [x, x]\nx == x", "TooLarge"),
    ("x = []\nfor i in range(50): x = [x, x]\nraise ValueError(x)", "TooLarge"),
    ("x = []\nfor i in range(50): x = [x, x]\ntorch.tensor(x)", "TooLarge"),
    ("x = []\nfor i in range(50): x = (x, x)\nisinstance(1, x)", "TooLarge"),
    ("x = 0\nfor i in range(50): x = (x, x)\ntry:\n    1/0\nexcept x: pass", "TypeError"),
    ("torch.ones(10**12)", "RuntimeError"),
    ("torch.zeros(10**6, 10**6)", "RuntimeError"),
    ("x = torch.ones(1000, 1000)\nkept = [x + i for i in range(10**6)]", "OverBudget"),
    ("round(1.5, 10**9)", "TooLarge"),
    ("torch.set_printoptions(threshold=10**9)", "TooLarge"),
    ("torch.set_printoptions(profile='full')", "TooLarge"),
    ("torch.zeros(4000, 4000).tolist()", "TooLarge"),
    ("int('9' * 100000)", "ValueError"),
    ("print(1 << 10**9)", "SyntaxError"),
    # error objects
    ("try:\n    1/0\nexcept Exception as e:\n    e.__traceback__", "has no attribute '__traceback__'"),
    ("try:\n    1/0\nexcept Exception as e:\n    e.__traceback__.tb_frame", "has no attribute '__traceback__'"),
    ("try:\n    x.y\nexcept Exception as e:\n    e.with_traceback(None)", "has no attribute 'with_traceback'"),
    ("try:\n    x\nexcept NameError as e:\n    e.obj", "has no attribute 'obj'"),
    ("try:\n    1/0\nexcept ZeroDivisionError as e:\n    type(e).__init__", "has no attribute '__init__'"),
    ("raise SystemExit", "NameError: name 'SystemExit' is not defined"),
    ("raise 1", "TypeError: exceptions must derive from BaseException"),
    ("raise int", "TypeError: exceptions must derive from BaseException"),
]  # fmt: skip


def ending(program: str, budget: Budget) -> Failure:
    """The error a program ends with; it must end with one."""
    failure = run_program(program, lambda _: None, lambda _: None, budget)
    assert failure is not None, "it got through"
    return failure


@pytest.mark.parametrize(("program", "said"), ATTEMPTS)
def test_an_attempt_ends_with_a_clear_error(program: str, said: str) -> None:
    """The error says what is wrong; it is never a mistake of ours that shows."""
    failure = ending(f"import torch\n{program}\n", Budget(steps=200_000, memory=500_000_000))
    assert failure.kind in {SYNTAX, EVALUATION}
    assert failure.kind != BUG
    assert said in f"{failure.type}: {failure.message.removeprefix('line 2: ').removeprefix('line 3: ')}"
    assert len(failure.message) < 1000


def test_there_are_enough_attempts() -> None:
    """At least sixty."""
    assert len(ATTEMPTS) >= 60


def test_memory_is_bounded() -> None:
    """A program that gathers more than it may ends, and says how much that is."""
    program = "import torch\nkept = []\nwhile True:\n    kept.append(torch.ones(1000000) * 2)\n"
    failure = ending(program, Budget(steps=10**9, memory=100_000_000))
    assert failure.type == "OverBudget"
    assert "100000000 bytes" in failure.message
    assert failure.hint is not None
    assert "--budget memory=" in failure.hint
