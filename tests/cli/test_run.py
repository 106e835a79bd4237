"""`autodiff run` as a shell starts it: streams, exit codes, options."""

import json
from pathlib import Path

import pytest

from autodiff.cli.program import budget_of
from autodiff.session import UsageProblem
from autodiff.session.program.budget import Budget
from tests.cli.process import autodiff

PROGRAM = "import torch\nx = torch.tensor(3.0, requires_grad=True)\ny = x**2 + 3*x + 2\ny\nprint('y:', y)\n"


def test_a_file_runs(tmp_path: Path) -> None:
    """Its output is on standard output; bare expressions print nothing."""
    file = tmp_path / "program.py"
    file.write_text(f"\N{ZERO WIDTH NO-BREAK SPACE}{PROGRAM}", encoding="utf-8")
    assert autodiff("run", str(file)) == (0, "y: tensor(20., grad_fn=<AddBackward0>)\n", "")


def test_standard_input_runs_and_echoes() -> None:
    """`-` reads it; `--echo` shows bare expressions as the prompt does, and nothing for None."""
    done = autodiff("run", "-", "--echo", given=f"{PROGRAM}y.backward()\nx.grad\nprint(1) if y > 0 else 2\n'a'\n")
    assert done.code == 0
    assert done.output == (
        "tensor(20., grad_fn=<AddBackward0>)\ny: tensor(20., grad_fn=<AddBackward0>)\ntensor(9.)\n1\n'a'\n"
    )


def test_an_error_ends_it_with_pytorchs_line() -> None:
    """What was printed before is there; the last line of the traceback and a hint are on standard error; 4."""
    done = autodiff("run", "-", given="import torch\nprint(1)\ny = torch.tensor(1.0)\ny.backward()\nprint(2)\n")
    assert (done.code, done.output) == (4, "1\n")
    first, hint = done.errors.splitlines()
    assert first == "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn"
    assert hint.startswith("hint: line 4: ")


def test_a_syntax_error_runs_nothing() -> None:
    """The line with a caret, the right spelling; 3."""
    done = autodiff("run", "-", given="print(1)\nclass A:\n    pass\n")
    assert (done.code, done.output) == (3, "")
    assert done.errors.splitlines()[:3] == [
        "error: line 2: classes are not part of the language",
        "  class A:",
        "  ^",
    ]
    assert done.errors.splitlines()[3].startswith("hint: ")


def test_warnings_come_on_standard_error() -> None:
    """Once each, as `eval` shows them."""
    program = "import torch\nx = torch.ones(1, requires_grad=True) * 2\nx.grad\nx.grad\nprint('end')\n"
    done = autodiff("run", "-", given=program)
    assert (done.code, done.output) == (0, "end\n")
    assert done.errors.startswith("UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor")
    assert done.errors.count("UserWarning") == 1


def test_json_has_a_record_for_each_statement() -> None:
    """Line, text, output, value, names, warnings, error; the exit code is as without."""
    program = f"{PROGRAM}for i in range(2):\n    print(i)\n\nz = float('nan')\ny.undefined\n"
    done = autodiff("run", "-", "--json", given=program)
    records = [json.loads(line, parse_constant=pytest.fail) for line in done.output.splitlines()]
    assert done.code == 4
    assert [record["line"] for record in records] == [1, 2, 3, 4, 5, 6, 9, 10]
    assert [record["value"] for record in records if record["value"]] == ["tensor(20., grad_fn=<AddBackward0>)"]
    assert [record["output"] for record in records if record["output"]] == [
        "y: tensor(20., grad_fn=<AddBackward0>)\n",
        "0\n1\n",
    ]
    assert records[2]["names"]["y"]["grad_fn"] == "AddBackward0"
    assert records[6]["names"]["z"]["value"] == "nan"
    assert [record["error"] is None for record in records] == [True] * 7 + [False]
    assert records[7]["error"]["type"] == "AttributeError"
    assert done.errors.startswith("AttributeError: 'Tensor' object has no attribute 'undefined'\n")


def test_a_file_that_is_not_there() -> None:
    """It is said, and 2."""
    done = autodiff("run", "nothing.py")
    assert (done.code, done.output) == (2, "")
    assert done.errors.startswith("error: nothing.py cannot be read: ")


def test_a_budget_is_kept() -> None:
    """What exceeds it ends with an error that says how to allow more; 4."""
    done = autodiff("run", "-", "--budget", "1000", given="while True: pass\n")
    assert (done.code, done.output) == (4, "")
    assert done.errors.startswith("OverBudget: the program took more than 1000 steps\nhint: line 1: --budget steps=N")


def test_a_scalar_program_loads_no_heavy_library() -> None:
    """Neither NumPy, nor Rich, nor Lark, nor Typer: the plain call takes the short way."""
    program = (
        "import sys; from autodiff.cli import main; main(['run', '-'])\n"
        "print({'numpy', 'rich', 'lark', 'typer', 'pydantic'} & set(sys.modules))"
    )
    import subprocess
    import sys

    from tests.cli.process import ENVIRONMENT

    done = subprocess.run(
        [sys.executable, "-c", program], input=PROGRAM, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        (None, Budget()),
        ("1e6", Budget(steps=10**6)),
        ("5K", Budget(steps=5000)),
        ("steps=2.5M", Budget(steps=2_500_000)),
        ("memory=1G", Budget(memory=10**9)),
        ("steps=10, memory=20", Budget(10, 20)),
        ("1e99", Budget(steps=10**15)),
    ],
)
def test_budgets(text: str | None, budget: Budget) -> None:
    """A number is steps; the parts have names; K, M and G are thousands."""
    assert budget_of(text) == budget


@pytest.mark.parametrize("text", ["", "x", "steps", "steps=", "time=3", "-1", "steps=1,,", "1e", "nan", "1e-3"])
def test_what_is_no_budget(text: str) -> None:
    """Everything else is refused."""
    with pytest.raises(UsageProblem, match="--budget"):
        budget_of(text)
