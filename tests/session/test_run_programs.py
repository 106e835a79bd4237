# ruff: noqa: E501 - a program is read as one line
"""Running programs: what is seen of values, scopes, errors and modes, beyond the snippets."""

import pytest

from autodiff.engine import is_grad_enabled
from autodiff.session.program.budget import Budget
from autodiff.session.program.reach import member
from autodiff.session.program.reachable import ATTRIBUTES, BUILTINS, METHODS, MODULES
from autodiff.session.program.running import run_program, statements_run


def run(program: str, **options: bool) -> str:
    """What a program prints, and the error it ends with."""
    printed: list[str] = []
    failure = run_program(program, printed.append, lambda _: None, Budget(), **options)
    if failure is not None:
        printed.append(f"{failure.type}: {failure.message}")
    return "".join(printed)


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        ("x = 1\ndef f():\n    print(x)\n    x = 2\nf()",
         "UnboundLocalError: cannot access local variable 'x' where it is not associated with a value"),
        ("def f():\n    y = 1\nf()\nprint(y)", "NameError: name 'y' is not defined"),
        ("i = 5\n[i for i in range(3)]\nprint(i)", "5\n"),
        ("for i in range(3): pass\nprint(i)", "2\n"),
        ("def f(a, b): pass\nf(1)", "TypeError: f() missing 1 required positional argument: 'b'"),
        ("def f(a, b, c): pass\nf()", "TypeError: f() missing 3 required positional arguments: 'a', 'b', and 'c'"),
        ("def f(a): pass\nf(1, 2)", "TypeError: f() takes 1 positional argument but 2 were given"),
        ("def f(a, b=1): pass\nf(1, 2, 3)", "TypeError: f() takes from 1 to 2 positional arguments but 3 were given"),
        ("def f(a): pass\nf(1, a=2)", "TypeError: f() got multiple values for argument 'a'"),
        ("def f(a): pass\nf(b=2)", "TypeError: f() got an unexpected keyword argument 'b'"),
        ("a, b = 1, 2, 3", "ValueError: too many values to unpack (expected 2)"),
        ("a, (b, c) = 1, (2,)", "ValueError: not enough values to unpack (expected 2, got 1)"),
        ("a, b = 1", "TypeError: cannot unpack non-iterable int object"),
        ("for i in 3: pass", "TypeError: 'int' object is not iterable"),
        ("(1)[0]", "TypeError: 'int' object is not subscriptable"),
        ("(1)(2)", "TypeError: 'int' object is not callable"),
        ("[1][3]", "IndexError: list index out of range"),
        ("1 + 'a'", "TypeError: unsupported operand type(s) for +: 'int' and 'str'"),
        ("len(1, 2)", "TypeError: len() takes 1 positional argument but 2 were given"),
        ("def main():\n    print('main')\nif __name__ == '__main__':\n    main()", "main\n"),
        ("print(f'{torch.tensor(2.5):.1f}', f'{torch.tensor(2.5)}')", "2.5 2.5\n"),
        ("x = 1\nx += 'a'", "TypeError: unsupported operand type(s) for +=: 'int' and 'str'"),
        ("x = 'a'\nx += 1", 'TypeError: can only concatenate str (not "int") to str'),
        ("with 1: pass", "TypeError: 'int' object does not support the context manager protocol"),
        ("raise", "RuntimeError: No active exception to reraise"),
        ("assert 1 > 2", "AssertionError: "),
        ("try: 1/0\nexcept int: pass", "TypeError: catching classes that do not inherit from BaseException is not allowed"),
        ("x = [1, 2]\nx[0] += 5\nx += (3,)\nprint(x)", "[6, 2, 3]\n"),
        ("x = y = []\nx.append(1)\nprint(y, x is y)", "[1] True\n"),
        ("print(tensor(1.))", "NameError: name 'tensor' is not defined"),
        ("x = torch.sin\nprint(x(torch.tensor(0.)))", "tensor(0.)\n"),
        ("print(list(map))", "NameError: name 'map' is not defined"),
        ("torch.sin(3.0)", "TypeError: sin(): argument 'input' (position 1) must be Tensor, not float"),
        ("import math\nprint(math.sin(0), math.pi)", "0.0 3.141592653589793\n"),
        ("f = lambda n: 1 if n < 1 else n * f(n - 1)\nprint(f(5))", "120\n"),
        ("def f():\n    for i in range(3):\n        try:\n            return i\n        finally:\n            print('f')\nprint(f())",
         "f\n0\n"),
        ("def f():\n    while True:\n        try:\n            break\n        finally:\n            print('b')\n    return 1\nprint(f())",
         "b\n1\n"),
        ("def f():\n    try:\n        1/0\n    finally:\n        return 7\nprint(f())", "7\n"),
        ("try:\n    try:\n        1/0\n    finally:\n        [][1]\nexcept IndexError as e:\n    print(e)\nprint(e)",
         "list index out of range\nNameError: name 'e' is not defined"),
        ("def f():\n    raise ValueError('x')\ntry:\n    [f() for i in [1]]\nexcept ValueError:\n    print('caught', [i for i in [2]])",
         "caught [2]\n"),
        ("x = torch.ones(2, requires_grad=True)\ny, g = torch.func.vjp(lambda t: t * 2, x)\nprint(g(torch.ones(2)))",
         "(tensor([2., 2.]),)\n"),
        ("def f(n):\n    return n if n == 0 else f(n - 1)\nprint(f(900))", "0\n"),
        ("print(1 if [] else 2, [] or 'x', 0 and 1, not [])", "2 x 0 True\n"),
        ("print(3 < torch.tensor(4.) < 5, 1 < 2 > 5)", "tensor(True) False\n"),
        ("print(type(torch.float32), type(range(3)), type(print))",
         "<class 'torch.dtype'> <class 'range'> <class 'builtin_function_or_method'>\n"),
    ],
)  # fmt: skip
def test_what_python_does(program: str, printed: str) -> None:
    """Values, scopes, calls and errors as in Python, in its words."""
    assert run(program) == printed


def test_modes_end_with_the_program() -> None:
    """What it switched on is its own, also when it ends in the middle of a block."""
    assert run("import torch\nwith torch.no_grad():\n    1/0") == "ZeroDivisionError: division by zero"
    assert run("import torch\ntorch.set_grad_enabled(False)\nprint(torch.is_grad_enabled())") == "False\n"
    assert is_grad_enabled()


def test_an_error_in_a_hook_has_its_own_place() -> None:
    """It passes through the engine, and can be caught."""
    program = "import torch\nx = torch.ones(1, requires_grad=True)\nx.register_hook(lambda g: g / undefined)\n"
    failure = run_program(f"{program}x.sum().backward()\n", print, lambda _: None, Budget())
    assert failure is not None
    assert (failure.type, failure.line) == ("NameError", 3)
    caught = f"{program}try:\n    x.sum().backward()\nexcept NameError as e:\n    print('caught', e)\n"
    assert run(caught) == "caught name 'undefined' is not defined\n"


@pytest.mark.parametrize(
    ("program", "hint"),
    [
        ("y = torch.tensor(2.) * 2\nz = y.detach()\nz.backward()",
         "line 3: no path leads back from z, which is given by z = y.detach() in line 2, to a tensor that requires a gradient"),
        ("x = torch.ones(1, requires_grad=True)\ny = (x * x).sum()\ny.backward()\ny.backward()",
         "line 4: in y.backward(): an earlier backward freed the graph; give that one retain_graph=True, or compute it again"),
        ("x = torch.ones(2, requires_grad=True)\n(x * 2).backward()",
         "line 2: x * 2 has several elements"),
        ("x = torch.ones(2, requires_grad=True)\nx += 1",
         "line 2: in x += 1 would change a leaf that requires a gradient: put it under `with torch.no_grad():`"),
        ("x = torch.ones(2, requires_grad=True)\ny = x.exp()\ny += 1\ny.sum().backward()",
         "line 4: y += 1 (line 3) changed a value that backward needs"),
        ("torch.tensor(1, requires_grad=True)", "line 1: write the numbers with a point"),
        ("x = 1\nx + 'a'", "line 2: in x + 'a'"),
        ("prnt(1)", "line 1: did you mean print?"),
        ("tensor(1.)", "line 1: write torch.tensor, or begin with: from torch import tensor"),
        ("'{}'.format(1)", "line 1: write an f-string"),
    ],
)  # fmt: skip
def test_hints_name_the_line_and_the_remedy(program: str, hint: str) -> None:
    """In the program's own names."""
    failure = run_program(program, print, lambda _: None, Budget())
    assert failure is not None
    assert failure.hint is not None
    assert failure.hint.startswith(hint)


def test_a_print_comes_at_once() -> None:
    """Not when the program ends."""
    seen: list[str] = []
    failure = run_program("print(1)\nprint(2)\n1/0", seen.append, lambda _: None, Budget())
    assert failure is not None
    assert seen == ["1\n", "2\n"]


def test_the_table_is_all_there_is() -> None:
    """Every name of the table is there, and nothing of it begins with two underscores but a type's name."""
    for path, members in MODULES.items():
        for name in members:
            member(path, name)
    names = {*(BUILTINS - {"__name__"}), *(n for t in (ATTRIBUTES, METHODS) for group in t.values() for n in group)}
    assert {name for name in names if name.startswith("__")} == {"__name__"}
    assert {"eval", "exec", "open", "getattr", "setattr", "globals", "compile", "input", "vars"} & BUILTINS == set()


def test_records_stop_at_an_error() -> None:
    """The last one has it; a text that does not parse gives one record."""
    records = list(statements_run("x = 1\nx.y\nprint(2)", Budget()))
    assert [record.error is None for record in records] == [True, False]
    (record,) = statements_run("x = (", Budget())
    assert record.error is not None
    assert record.error.type == "SyntaxError"
