"""What `eval` does, once its options are known. No Typer here: a call without options does not load it."""

from __future__ import annotations

from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.streams import write
from autodiff.errors import Deliberate, SyntaxProblem
from autodiff.light import NamedTuple
from autodiff.render import RENDERERS, Screen, chosen, failure, mismatch, warned
from autodiff.session import Failure, Scenario, UsageProblem, each_once, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final

    from autodiff.cli.streams import Streams
    from autodiff.session import Report

__all__ = ["Request", "asked", "chosen_format", "evaluate", "fields", "named_values"]

_ALIKE: Final = frozenset({
    "dtype", "backward", "gradient", "retain_graph", "create_graph", "zero_grad", "no_grad", "order", "jacobian",
    "hessian",
})  # fmt: skip
"""Options that are fields of the scenario as they are; then those that are lists of texts."""
_TEXTS: Final = frozenset({"detach", "detach_inplace", "retain_grad"})


class Request(NamedTuple):
    """One `eval`: the scenario, how it is shown, and what is expected of it."""

    scenario: Scenario
    format: str | None = None
    get: tuple[str, ...] = ()
    expect: tuple[tuple[str, str], ...] = ()
    expect_error: tuple[str, ...] = ()
    rtol: float = 1e-5
    atol: float = 1e-8


def asked(words: Sequence[str], options: Mapping[str, Any]) -> Request:
    """The request: an expression and its inputs, and the options by name; those left out have their defaults.

    Raises UsageProblem for inputs and expectations that are not NAME=VALUE.
    """
    scenario = Scenario(words[0], named_values(words[1:]), **fields(options))
    given = {name: options[name] for name in ("rtol", "atol") if name in options}
    return Request(
        scenario,
        "json" if options.get("json") else options.get("format"),
        tuple(options.get("get") or ()),
        named_values(options.get("expect") or (), "--expect"),
        tuple(options.get("expect_error") or ()),
        **given,
    )


def fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a command's options that are fields of the scenario, by the same names."""
    found: dict[str, Any] = {name: value for name, value in options.items() if name in _ALIKE}
    found |= {name: tuple(value or ()) for name, value in options.items() if name in _TEXTS}
    wrt = options.get("wrt")
    return {**found, "wrt": None if wrt is None else tuple(each.strip() for each in wrt.split(",") if each.strip())}


def named_values(words: Sequence[str], option: str | None = None) -> tuple[tuple[str, str], ...]:
    """`NAME=VALUE` words as pairs. Raises UsageProblem for a word that is none, and for a name that comes twice."""
    where = f"{option}: " if option else ""
    pairs = []
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise UsageProblem(f"{where}expected NAME=VALUE, got '{word}'", _guessed(word))
        pairs.append((name.strip(), value))
    return each_once(pairs, where)


def _guessed(word: str) -> str:
    if word.startswith("--"):
        return "see autodiff eval --help for the options"
    return "quote the expression, and give inputs as x=3"


def chosen_format(asked: str | None, streams: Streams) -> str:
    """The format asked for; without one a table on a terminal, plain text otherwise. Raises UsageProblem."""
    style = asked or ("table" if streams.is_terminal else "plain")
    if style not in RENDERERS:
        raise UsageProblem(f"there is no format '{style}'", f"choose one of {', '.join(RENDERERS)}")
    return style


def evaluate(request: Request, streams: Streams) -> int:
    """Run it, print what it gave, and tell how it went."""
    try:
        style = chosen_format(request.format, streams)
        if request.scenario.expression.strip() == "-":
            return _stream(request, streams)
        report = run(request.scenario)
        if report.error is None and request.get:
            write(streams.output, "".join(f"{text}\n" for text in _gotten(report, request.get)))
        elif not request.get:
            write(streams.output, RENDERERS[style](report, Screen(streams.width, streams.color)))
        write(streams.errors, warned(report.warnings, report.hints) + (failure(report.error) if report.error else ""))
        return _judge(report, request, streams)
    except (UsageProblem, SyntaxProblem) as error:
        write(streams.errors, failure(Failure("usage", "UsageError", str(error), error.hint)))
        return ExitStatus.USAGE


def _gotten(report: Report, names: Sequence[str]) -> list[str]:
    from autodiff.session.expect import look_up

    return [chosen(*look_up(report, name)) for name in names]


def _judge(report: Report, request: Request, streams: Streams) -> int:
    """The exit status: of the error, of the expectations, or done."""
    if request.expect_error:
        said = "nothing" if report.error is None else f"{report.error.type}: {report.error.message}"
        missing = [text for text in request.expect_error if report.error is None or text not in said]
        for text in missing:
            write(streams.errors, f"expected an error with '{text}', got {said}\n")
        if missing:
            return ExitStatus.EXPECTATION
    elif report.error is not None:
        return OF_FAILURE[report.error.kind]
    if not request.expect:
        return ExitStatus.DONE
    from autodiff.session.expect import mismatches

    found = mismatches(report, request.expect, rtol=request.rtol, atol=request.atol)
    write(streams.errors, "".join(mismatch(each) for each in found))
    return ExitStatus.EXPECTATION if found else ExitStatus.DONE


# ------------------------------------------------------------------ many expressions


def _stream(request: Request, streams: Streams) -> int:
    """One line out for each line in: JSON, or the numbers asked for. The status is the highest that occurred."""
    import gc

    from autodiff.session.stream import reports

    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # looked for rarely: a large graph is many objects, none of them garbage
    gc.enable()  # a stream may be long, and errors leave cycles behind
    status = ExitStatus.DONE
    for report in reports(streams.input, request.scenario):
        try:
            line, own = _line(report, request), _judge(report, request, streams)
        except Deliberate as error:  # what --get or --expect asks for is not there
            failed = report._replace(error=Failure("usage", "UsageError", str(error), error.hint))
            line, own = RENDERERS["json"](failed, Screen()), ExitStatus.USAGE
        write(streams.output, line)
        status = max(status, own)
    return status


def _line(report: Report, request: Request) -> str:
    if request.get and report.error is None:
        return f"{' '.join(_gotten(report, request.get))}\n"
    return RENDERERS["json"](report, Screen())
