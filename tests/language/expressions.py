"""Random texts of the language, as Hypothesis strategies."""

from hypothesis import strategies as st

_OPERATORS = ["+", "-", "*", "/", "//", "%", "@", "**", "&", "|"]
_COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]
NAMES = st.sampled_from(["x", "y", "dim", "torch", "Truex", "e1", "α", "_"])  # noqa: RUF001
_ATOMS = NAMES | st.sampled_from(
    ["0", "1", "2.5", "1e3", ".5", "3.", "2j", "1_000", "True", "False", "None", "...", "'a'", '"b c"', "()", "[]"]
)
_SPACES = st.sampled_from(["", " ", "  ", "\t"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.builds(
        "{}{}{}{}{}".format, inner, _SPACES, st.sampled_from(_OPERATORS), _SPACES, inner.filter(lambda t: t != "")
    )
    bracketed = inner.map("({})".format)
    unary = st.builds("{}{}{}".format, st.sampled_from(["-", "+", "~"]), _SPACES, inner)
    comparison = st.builds("({}{}{})".format, bracketed, st.sampled_from(_COMPARISONS), bracketed)
    several = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    sequence = st.builds("{}{}{}".format, st.just("["), several, st.sampled_from(["]", ",]"])) | inner.map(
        "({},)".format
    )
    bound = inner | st.just("")
    ranges = st.builds("{}:{}".format, bound, bound) | st.builds("{}:{}:{}".format, bound, bound, bound)
    index = st.builds("{}[{}]".format, NAMES, st.lists(inner | ranges, min_size=1, max_size=3).map(",".join))
    keywords = st.lists(st.sampled_from(["a", "b", "keepdim"]), max_size=2, unique=True)
    call = st.builds(
        _call, NAMES | st.builds("{}.{}".format, NAMES, NAMES), st.lists(inner, max_size=2), keywords, inner
    )
    attribute = st.builds("{}.{}".format, NAMES, NAMES)
    return binary | bracketed | unary | comparison | sequence | index | call | attribute


def _call(callee: str, positional: list[str], keywords: list[str], value: str) -> str:
    return f"{callee}({', '.join([*positional, *(f'{name}={value}' for name in keywords)])})"


EXPRESSIONS = st.recursive(_ATOMS, _grow, max_leaves=12)
_TARGETS = NAMES | st.builds("{}.grad".format, NAMES) | st.builds("{}[{}]".format, NAMES, EXPRESSIONS)
_ASSIGNMENTS = st.builds(
    "{} {} {}".format,
    _TARGETS,
    st.sampled_from(["=", "+=", "-=", "*=", "/=", "//=", "%=", "**=", "@="]),
    EXPRESSIONS | st.builds("{}, {}".format, EXPRESSIONS, EXPRESSIONS),
)
STATEMENTS = EXPRESSIONS | _ASSIGNMENTS | st.builds("{}, {} = {}".format, NAMES, NAMES, EXPRESSIONS)
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from(["; ", "\n", " # note (\n\n"]).map(lambda separator: separator.join(parts))
)
