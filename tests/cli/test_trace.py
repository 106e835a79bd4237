"""`autodiff trace` in a pipe: lines, strict JSON, no prompts, exit codes."""

import json

from tests.cli.process import autodiff


def _refuse(name: str) -> None:
    raise ValueError(name)


def test_lines_in_a_pipe() -> None:
    """The arithmetic of each step, without escape codes or empty lines."""
    done = autodiff("trace", "x**2", "x=3")
    assert (done.code, done.errors) == (0, "")
    assert done.output == (
        "x**2 = 9: PowBackward0 at column 1, saves x = 3\n"
        "backward 1: out.backward()\n"
        "  PowBackward0 of x**2 receives 1\n"
        "    to x: g * (2 * self) = g * (2 * x) = 1 * (2 * 3) = 6\n"
        "    frees x = 3\n"
        "  AccumulateGrad of x receives 6\n"
        "    x.grad: was None, now 6\n"
    )


def test_steps_ask_nothing_in_a_pipe() -> None:
    """`--step` waits on a terminal only: here it is the same as without."""
    assert autodiff("trace", "x**2", "x=3", "--step").output == autodiff("trace", "x**2", "x=3").output


def test_json_is_one_object() -> None:
    """A NaN is a text, and the numbers of the story can be read."""
    done = autodiff("trace", "x*0/x", "x=0", "--json", "--nan")
    assert done.code == 1
    read = json.loads(done.output, parse_constant=_refuse)
    assert read["culprits"][0]["made"] == "nan"
    assert [event["event"] for event in read["events"]][-1] == "backward"


def test_errors_stand_below_what_was_done() -> None:
    """The walk so far on the standard output, PyTorch's text and the hint on the other."""
    done = autodiff("trace", "x**2", "x=3", "--backward", "2")
    assert done.code == 4
    assert done.output.endswith("    cannot go on\n")
    assert done.errors.startswith("RuntimeError: Trying to backward through the graph a second time")


def test_options_are_those_of_eval() -> None:
    """An unknown one is refused with a guess, a format there is none of with a list."""
    assert autodiff("trace", "x", "--retain-grph").code == 2
    refused = autodiff("trace", "x", "x=1", "--format", "dot")
    assert (refused.code, refused.errors.splitlines()[-1]) == (2, "hint: choose one of table, plain, json")
