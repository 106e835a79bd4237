"""Many expressions from standard input: one line out for each line in."""

import json
import subprocess
import threading
from typing import Any

from tests.cli.process import COMMAND, ENVIRONMENT, autodiff


def _objects(given: str, *words: str) -> tuple[int, list[dict[str, Any]]]:
    done = autodiff("eval", "-", *words, given=given)
    return done.code, [json.loads(line) for line in done.output.splitlines()]


def test_a_bad_line_does_not_stop_the_stream() -> None:
    """It gives its error object; the exit code is the highest that occurred."""
    code, found = _objects("x**2\n2x\n\n# a comment\nq\nx**3\n", "x=2")
    assert code == 4
    assert [each["error"] and each["error"]["type"] for each in found] == [None, "SyntaxError", "NameError", None]
    assert [each["grads"]["x"]["value"] for each in (found[0], found[3])] == [4.0, 12.0]
    assert found[1]["error"]["hint"] == "write 2*x"


def test_requests_have_the_options_as_keys() -> None:
    """A JSON request replaces the command line's inputs and options by its own."""
    requests = [
        {"expression": "w*x", "inputs": {"w": [1, 2], "x": 0.5}, "gradient": [1, 1], "wrt": ["x"]},
        {"expression": "x**2", "backward": 2, "retain_graph": True, "zero_grad": True},
        {"expression": "z", "inputs": {"z": {"real": 1, "imag": -2}}, "backward": 0},
        {"expression": "y = x**2; y*x", "detach": "y", "dtype": "float64"},
        {"expression": "c*x", "inputs": {"c": "tensor(3)", "x": -1.5}},
    ]
    code, found = _objects("".join(f"{json.dumps(each)}\n" for each in requests), "x=3")
    assert code == 0
    assert found[0]["grads"].keys() == {"x"}
    assert found[0]["grads"]["x"]["value"] == 3.0
    assert [call["grads"]["x"]["value"] for call in found[1]["backward"]] == [6.0, 6.0]
    assert found[2]["values"]["out"]["value"] == {"real": 1.0, "imag": -2.0}
    assert (found[3]["grads"]["x"]["value"], found[3]["grads"]["x"]["dtype"]) == (9.0, "float64")
    assert (found[4]["inputs"]["c"]["dtype"], found[4]["grads"]["x"]["value"]) == ("int64", 3.0)


def test_the_dtype_of_one_line_is_not_that_of_the_next() -> None:
    """Nothing of a line is left for the next one."""
    _, found = _objects('{"expression": "x", "dtype": "float64"}\ny = 3\nx\ny\n', "x=1")
    assert [each["values"]["out"]["dtype"] for each in (found[0], found[2])] == ["float64", "float32"]
    assert found[3]["error"]["message"] == "name 'y' is not defined"


def test_bad_requests_are_explained() -> None:
    """What is no JSON, no object of ours, or has a key of the wrong kind gets its own error and exit code."""
    bad = ['{"expression": ', "{}", '{"expression": "x", "detatch": "x"}', '{"expression": 3}', "{" * 100_000]
    bad += ['{"expression": "x", "no_grad": 1}', '{"expression": "x", "inputs": {"x y": 1}}', '{"a":' + "[" * 100_000]
    code, found = _objects("".join(f"{each}\n" for each in bad), "x=1")
    assert (code, len(found)) == (3, len(bad))
    assert all(each["error"]["message"] for each in found)
    assert found[2]["error"]["hint"] == "did you mean detach?"


def test_get_gives_one_line_of_numbers_a_line() -> None:
    """Several numbers stand side by side; a bad line still gives its error object."""
    done = autodiff("eval", "-", "x=2", "--get", "out", "--get", "x.grad", given="x**2\n2x\nx**3\n")
    first, second, third = done.output.splitlines()
    assert (first, third) == ("4.0 4.0", "8.0 12.0")
    assert json.loads(second)["error"]["type"] == "SyntaxError"


def test_expectations_hold_for_every_line() -> None:
    """A line that fails makes the exit code 1; the others are printed all the same."""
    done = autodiff("eval", "-", "x=2", "--expect", "out=4", "--get", "out", given="x**2\nx**3\nx*2\n")
    assert (done.code, done.output) == (1, "4.0\n8.0\n4.0\n")
    assert done.errors == "out: expected 4, got 8.0, difference 4.0\n"


def test_answers_come_as_the_lines_do() -> None:
    """Each answer is flushed before the next line is read."""
    with subprocess.Popen(
        [*COMMAND, "eval", "-", "x=2", "--get", "out"],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        watchdog = threading.Timer(30, running.kill)  # an answer held back would be waited for without end
        watchdog.start()
        for expression, answer in (("x", "2.0\n"), ("x**2", "4.0\n")):
            running.stdin.write(f"{expression}\n")
            running.stdin.flush()
            assert running.stdout.readline() == answer
        running.stdin.close()
        assert running.wait(timeout=30) == 0
        watchdog.cancel()
