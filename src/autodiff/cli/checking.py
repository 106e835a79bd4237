"""What `check` does, once its options are known."""

from autodiff.cli.exit import OF_FAILURE, ExitStatus
from autodiff.cli.streams import Streams, write
from autodiff.render import Screen, failure
from autodiff.render.checks import CHECKS
from autodiff.session import UsageProblem
from autodiff.session.check.checking import Wish, check
from autodiff.session.check.report import DISAGREES, Check

__all__ = ["print_check"]


def print_check(wish: Wish, asked: str | None, streams: Streams) -> int:
    """Check, print what was found, and tell how it went. Raises UsageProblem for a format there is none of."""
    style = asked or ("table" if streams.is_terminal else "plain")
    if style not in CHECKS:
        raise UsageProblem(f"there is no format '{style}'", f"choose one of {', '.join(CHECKS)}")
    if wish.expression.strip() == "-":
        return _stream(wish, streams)
    found = check(wish)
    if found.error is None or style == "json":
        write(streams.output, CHECKS[style](found, Screen(streams.width, streams.color)))
    if found.error is not None:
        write(streams.errors, failure(found.error))
    return _status(found)


def _status(found: Check) -> int:
    """The exit status of one check."""
    if found.error is not None:
        return OF_FAILURE[found.error.kind]
    drawn = found.sampling
    nothing = drawn is not None and not drawn.agreeing + drawn.disagreeing + drawn.kinks
    disagrees = (drawn is not None and drawn.disagreeing) or any(c.verdict == DISAGREES for c in found.comparisons)
    return ExitStatus.EXPECTATION if nothing or disagrees else ExitStatus.DONE


def _stream(defaults: Wish, streams: Streams) -> int:
    """One line of JSON out for each line in. The status is the highest that occurred."""
    import gc

    from autodiff.session.check.stream import checks

    gc.enable()  # a stream may be long, and graphs of gradients leave cycles behind
    status = ExitStatus.DONE
    for found in checks(streams.input, defaults):
        write(streams.output, CHECKS["json"](found, Screen()))
        status = max(status, _status(found))
    return status
