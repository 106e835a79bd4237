# ruff: noqa: E501 - a row of the table is read as one line
"""The mistakes people make, as data: what stands before the place of the error and at it, and the right spelling.

The first entry whose two patterns match speaks. A group `back` moves the caret to its beginning; other groups can
be used in the message and the hint. The samples are what the tests try.
"""

from typing import NamedTuple

__all__ = ["CHARACTERS", "MISTAKES", "OF_EXPRESSIONS", "RESERVED", "Mistake"]


class Mistake(NamedTuple):
    """One mistake: a pattern that ends where the parser stopped, one that begins there, and what to say."""

    label: str
    before: str
    here: str
    message: str
    hint: str | None
    samples: tuple[str, ...]


_NAME = r"[^\W\d]\w*"
_NUMBER = r"(?<![\w.])(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_FUNCTION = (
    r"(?:a?(?:sin|cos|tan)h?|exp|expm1|log(?:2|10|1p)?|sqrt|rsqrt|abs|sign|floor|ceil|round|relu|sigmoid|softplus"
    r"|erf|sum|mean|prod|max|min|tensor|ones|zeros|softmax|norm|ln)"
)
_COMPARISON = r"==|!=|<=|>=|<|>"
_SIMPLE = r"[\w.]+"
_OPERAND_END = r"[\w.)\]'\"]\s*"
_NO_OPERAND = r"(?:^|[-+*/%@&|~<>=(\[,:;\r\n])\s*"

MISTAKES: tuple[Mistake, ...] = (
    # numbers
    Mistake("other base", r"(?P<back>(?<![\w.])0)", r"(?P<rest>[xXoObB][0-9a-fA-F]+)",
            "only decimal numbers are part of the language", "write 0{rest} as a decimal number", ("0x10", "1 + 0b11")),
    Mistake("leading zero", r"(?P<back>(?<![\w.])0+)", r"(?P<number>[0-9]+)",
            "a number cannot begin with 0", "write {number}", ("0123", "x + 007")),
    Mistake("two points", r"(?P<number>(?<![\w.])[0-9]+)\.", r"\.(?P<rest>[0-9]*)",
            "unexpected second point in a number", "write {number}.{rest}", ("1..2", "x*3..5")),
    Mistake("two points", r"[0-9]\.[0-9]+", r"\.[0-9]+",
            "unexpected second point in a number", "write one point", ("1.2.3",)),
    Mistake("two points", r"\.", r"\.", "unexpected '..'", "write ':' for a range, as in x[0:2]", ("x[a..b]", "x..y")),
    # operands side by side
    Mistake("factors", rf"(?P<number>{_NUMBER})\s*", r"(?P<name>[A-Za-z_Α-ορ-ω]\w*)",
            "unexpected name after a number", "write {number}*{name}", ("2x+1", "2 x", "3.5x", "3.x", "y=2x", "1e")),
    Mistake("factors", rf"(?P<number>{_NUMBER})\s*", r"π",
            "unexpected name after a number", "write {number}*pi", ("2π", "2 π*x")),
    Mistake("factors", rf"(?P<number>{_NUMBER})\s*", r"\((?P<inside>[^()\r\n]{1,40})\)",
            "unexpected '(' after a number", "write {number}*({inside})", ("2(x)", "2 (x+1)")),
    Mistake("factors", rf"(?P<number>{_NUMBER})\s*", r"\(",
            "unexpected '(' after a number", "write {number}*(...)", ("2((x))",)),
    Mistake("argument", rf"(?<![\w.])(?P<name>(?:torch\.)?{_FUNCTION})\s+", rf"(?P<other>{_NUMBER}|{_NAME})",
            "a function's argument stands in parentheses", "write {name}({other})", ("sin x", "log 2", "1 + exp x")),
    Mistake("factors", rf"(?<![\w.])(?!(?:True|False|None)\b)(?P<name>{_NAME})\s+",
            r"(?P<other>[A-Za-z_Α-ορ-ω]\w*)(?!['\"])",
            "unexpected name after a name", "write {name}*{other}", ("x y", "a + x y", "α β")),
    Mistake("factors", rf"(?<![\w.])(?P<name>{_NAME})\s*", rf"(?P<other>{_NUMBER})",
            "unexpected number after a name", "write {name}*{other}", ("x 2", "x .5")),
    Mistake("factors", rf"(?P<number>{_NUMBER})\s*", rf"(?P<other>{_NUMBER})",
            "unexpected number after a number", "write {number}*{other} or one number", ("2 3", "1_ 2".replace("_", ""))),
    Mistake("factors", r"[)\]]\s*", r"\(",
            "unexpected '(' after a closing bracket", "write * between two factors", ("(x+1)(x-1)", "f(x)(y)", "x[0](y)")),
    Mistake("factors", r"[)\]]\s*", rf"(?P<other>{_NUMBER}|[A-Za-z_Α-ορ-ω]\w*)",
            "unexpected '{other}' after a closing bracket", "write *{other}", ("(x+1)y", "sin(x) 2", "x[0] y")),
    # operators of other languages
    Mistake("power", rf"(?P<left>{_SIMPLE})\s*", rf"\^\s*(?P<right>{_SIMPLE})",
            "'^' is not a power", "write {left}**{right}", ("x^2", "x ^ n", "2^0.5")),
    Mistake("power", r"", r"\^", "'^' is not a power", "write **", ("(x+1)^(2)", "x^-1", "^2")),
    Mistake("arrow", r"(?P<back>=)\s*", r"(?P<sign>[<>])=?", "'={sign}' is no operator", "write {sign}=", ("x => 2", "x =< 2")),
    Mistake("arrow", r"(?P<back>-)\s*", r">", "'->' is not part of the language", None, ("x -> y",)),
    Mistake("unequal", r"(?P<back><)\s*", r">", "'<>' is no operator", "write !=", ("x <> 2",)),
    Mistake("and", r"(?P<back>&\s*)", r"&", "'&&' is no operator", "write & between comparisons in parentheses: (a) & (b)",
            ("x && y", "(x>1)&&(x<2)")),
    Mistake("absolute value", _NO_OPERAND, r"\|(?P<inside>[^|\r\n]{1,60})\|",
            "'|' does not mean the absolute value", "write abs({inside})", ("|x|", "1 + |x-1|", "2*|x|*3")),
    Mistake("or", r"(?P<back>\|\s*)", r"\|", "'||' is no operator", "write | between comparisons in parentheses: (a) | (b)",
            ("x || y",)),
    Mistake("factorial", rf"(?P<name>{_SIMPLE})\s*", r"!(?!=)",
            "'!' is not part of the language", "for a factorial write exp(lgamma({name} + 1))", ("x!", "2*n!", "3! + 1")),
    Mistake("factorial", r"[)\]]\s*", r"!(?!=)",
            "'!' is not part of the language", "for a factorial write exp(lgamma(x + 1))", ("(x)!",)),
    Mistake("not", _NO_OPERAND, r"!(?!=)", "'!' is not part of the language", "write ~", ("!x", "y = !x")),
    Mistake("walrus", r"", r":=", "':=' is not part of the language", "write =", ("x := 2", "(y := 2)")),
    # comparisons and assignments
    Mistake("chain", rf"(?<![\w.])(?P<a>{_SIMPLE})\s*(?P<first>{_COMPARISON})\s*(?P<b>{_SIMPLE})\s*",
            rf"(?P<second>{_COMPARISON})\s*(?P<c>{_SIMPLE})",
            "comparisons cannot be chained", "write ({a} {first} {b}) & ({b} {second} {c})", ("a<b<c", "0 <= x < 1", "x==y==z")),
    Mistake("chain", _OPERAND_END, rf"(?:{_COMPARISON})(?!\s*=)",
            "comparisons cannot be chained", "write (a < b) & (b < c)", ("f(a)<b<c", "0 < x+1 < (2)")),
    Mistake("twice equal", r"(?P<back>==)", r"=", "'===' is no operator", "write ==", ("x === 2",)),
    Mistake("twice equal", r"=\s*", r"==?", "unexpected '='", "write = to assign, == to compare", ("x = = 2", "x = == 2")),
    Mistake("one definition", rf"(?:^|[;\r\n])\s*{_NAME}\([^()]*\)\s*", r"=(?!=)",
            "functions cannot be defined", "write a name: y = ...", ("f(x) = x**2", "y=1; f(x, a)=2")),
    Mistake("one target", rf"(?:^|[;\r\n])\s*{_NAME}\s*=(?!=)[^=;\r\n]*", r"=(?!=)",
            "only one name can be assigned at a time", "write y = 3; x = y", ("x = y = 3",)),
    Mistake("target", _OPERAND_END, r"(?P<sign>(?:\*\*|//|[-+*/%@])?=)(?!=)",
            "the left of '{sign}' cannot be assigned", "write == to compare", ("x + 1 = 2", "2 = x", "x + y += 1", "f(x) += 1")),
    # brackets and commas
    Mistake("missing argument", r"[(\[,]\s*", r",", "nothing stands before ','", "leave the ',' out", ("f(,)", "f(x,,y)", "[,1]")),
    Mistake("keywords last", r"\([^()]*=[^()=]*,\s*", rf"{_NUMBER}|[-+~(\[]|'|\"",
            "a positional argument follows a keyword", "write the keyword arguments last", ("f(a=1, 2)", "sum(dim=0, -x)")),
    Mistake("keywords last", rf"\([^()]*=[^()=]*,\s*(?P<back>{_NAME}\s*)", r"[^=\w]",
            "a positional argument follows a keyword", "write the keyword arguments last", ("f(a=1, x)", "f(a=1, x+1)")),
    Mistake("unpacking", r"[(,]\s*", r"(?P<stars>\*\*?)", "'{stars}' cannot unpack arguments", "write them one by one", ("f(*x)",)),
    Mistake("empty statement", r"(?:^|[;\r\n])\s*", r";", "nothing stands before ';'", "leave the ';' out", ("x;;y", ";x")),
    Mistake("open line", r"(?P<sign>\*\*|//|[-+*/%@&|~<>=,])[ \t]*(?:#[^\r\n]*)?", r"[\r\n]",
            "nothing follows '{sign}' on its line", "put the expression in parentheses to continue it on the next line",
            ("x +\ny", "y = # nothing\nz")),
    # text
    Mistake("prefix", r"(?<!\w)(?P<back>[fFrRbBuU]{1,2})", r"['\"]", "a string has no prefix here", "write it without {back}", ("f'x'",)),
    Mistake("strings", r"['\"]\s*", r"['\"]", "two strings stand side by side", "write one string", ("'a' 'b'", "'''a'''")),
    Mistake("escape", r"", r"(?P<q>['\"])(?:(?!(?P=q))[^\\\r\n]|\\[\\'\"nrt])*\\(?P<letter>[^\\'\"nrt\r\n])",
            "a string has an unknown escape: \\{letter}", "write \\\\{letter}", (r"'a\d'",)),
    Mistake("unterminated", r"", r"(?P<quote>['\"])", "a string is never closed", "add {quote}", ("'abc", 'f("abc)')),
    Mistake("LaTeX", r"", r"\\(?P<name>[A-Za-z]+)", "'\\{name}' is LaTeX, not part of the language", "write {name}",
            (r"\sin(x)", r"2*\alpha")),
)  # fmt: skip

OF_EXPRESSIONS = frozenset({"chain", "one definition", "one target", "strings", "prefix", "not", "and", "or"})
"""The labels of mistakes that are none in a program, or are another's business there."""

RESERVED: dict[str, str | None] = {
    **dict.fromkeys(
        ["as", "assert", "async", "await", "break", "continue", "del", "except", "finally", "global", "nonlocal"]
    ),
    **dict.fromkeys(["pass", "raise", "return", "try", "with", "yield"]),
    "and": "write & between comparisons in parentheses: (a) & (b)",
    "or": "write | between comparisons in parentheses: (a) | (b)",
    "not": "write ~",
    "is": "write ==",
    "in": "write == for each value, joined by |",
    **dict.fromkeys(["if", "else", "elif"], "write where(condition, a, b)"),
    **dict.fromkeys(["for", "while"], "write the steps one by one, or operate on a whole tensor"),
    **dict.fromkeys(["def", "lambda", "class"], "functions cannot be defined: write the expression itself"),
    **dict.fromkeys(["import", "from"], "leave it out: every function is there already"),
}
"""The words Python reserves, and what to write instead."""

CHARACTERS: dict[str, str] = {
    **dict.fromkeys("×·⋅∙∗✕✖", "write *"),
    **dict.fromkeys("÷∕⁄", "write /"),
    **dict.fromkeys("−–—‐‑", "write -"),
    **{sign: f"write **{power}" for power, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    "ⁿ": "write **n",
    "⁻": "write **-",
    "√": "write sqrt(x)",
    "∛": "write x**(1/3)",
    "π": "write pi",
    "∞": "write inf",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    **dict.fromkeys("≈≃", "write isclose(a, b)"),
    "∧": "write &",
    "∨": "write |",
    "¬": "write ~",
    "∑": "write sum(x)",
    "∏": "write prod(x)",
    **dict.fromkeys("“”„«»", 'write "'),
    **dict.fromkeys("‘’‚′", "write '"),
    "\N{FULLWIDTH LEFT PARENTHESIS}": "write (",
    "\N{FULLWIDTH RIGHT PARENTHESIS}": "write )",
    "\N{FULLWIDTH COMMA}": "write ,",
    "µ": "write mu",
    "{": "write (...) or [...]: sets and dictionaries are not part of the language",
    "}": "write ) or ]",
    "$": "leave it out: a name stands alone",
    "?": "leave it out, or write where(condition, a, b)",
    "`": "leave it out: a name stands alone",
    "!": "write !=, or ~ for not",
    "\\": "leave it out",
}
"""Characters that begin no token, and what to write instead."""
