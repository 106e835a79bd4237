"""Graphs as texts: trees, DOT, Mermaid, JSON; what is folded, what is escaped, what fits."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from autodiff.render import Screen
from autodiff.render.dot import dot
from autodiff.render.graph_folding import Segment, folded, segments
from autodiff.render.graphs import GRAPHS, View
from autodiff.render.mermaid import mermaid
from autodiff.session import Scenario
from autodiff.session.graph.facts import graph
from autodiff.session.graph.report import GraphEdge, GraphNode, GraphOutput, GraphReport, GraphRoot
from autodiff.session.report import Facts

VALUE = Facts(3.0, "float32", (), True, False, "AddBackward0", "tensor(3., grad_fn=<AddBackward0>)")
HOSTILE = r"""'<b>&"\\ | [x](y) `z` --> #35; </TABLE>> ]; } end %%{'"""


def found(text: str, inputs: dict[str, str] | None = None, **fields: Any) -> GraphReport:  # noqa: ANN401 - fields
    """The graph of a text."""
    return graph(Scenario(text, tuple((inputs or {"x": "3"}).items()), backward=0)._replace(**fields))


def chain(names: list[str], *, leaf_everywhere: bool = False) -> GraphReport:
    """A graph whose nodes lead each to the next, and the last (or all) to a leaf."""
    leaf = len(names) + 1
    output = (GraphOutput((), "float32"),)
    nodes = []
    for number, name in enumerate(names, 1):
        edges = [GraphEdge(number + 1, 0)]
        edges += [GraphEdge(leaf, 0)] if leaf_everywhere and number + 1 != leaf else []
        nodes.append(GraphNode(number, name, False, tuple(edges), output, ()))
    nodes.append(GraphNode(leaf, "AccumulateGrad", True, (), output, ()))
    return GraphReport("", (), tuple(nodes), (GraphRoot("out", VALUE, 1),))


def tree(report: GraphReport, **view: Any) -> str:  # noqa: ANN401 - fields of a view
    """The tree in a pipe."""
    return GRAPHS["tree"](report, View(**view))


# ------------------------------------------------------------------ trees

POLYNOMIAL = """\
forward:
  x = 3: 3.0  float32[]  requires_grad
  x**2: 9.0  float32[]  requires_grad  #3
  3*x: 9.0  float32[]  requires_grad  #5
  x**2+3*x: 18.0  float32[]  requires_grad  #2
  y = x**2+3*x+2: 20.0  float32[]  requires_grad  #1
backward:
  y: 20.0
  └─ AddBackward0 #1 → #2, None  y = x**2+3*x+2: 20.0  float32[]  saved: alpha=1
     └─ AddBackward0 #2 → #3, #5  x**2+3*x: 18.0  float32[]  saved: alpha=1
        ├─ PowBackward0 #3 → #4  x**2: 9.0  float32[]  saved: exponent=2  freed: self
        │  └─ AccumulateGrad #4  x: 3.0  float32[]  leaf  grad: 9.0
        └─ MulBackward0 #5 → #4, None  3*x: 9.0  float32[]  freed: other
           └─ AccumulateGrad #4  x (above)
"""


def test_a_tree_in_a_pipe() -> None:
    """The program, then the nodes; a shared one stands once; a line is never wrapped."""
    assert tree(found("y = x**2+3*x+2", backward=1)) == POLYNOMIAL


def test_a_tree_of_ascii() -> None:
    """A stream without Unicode gets the same tree in ASCII."""
    shown = tree(found("x*x+1"), is_unicode=False)
    assert shown.isascii()
    assert "`- AddBackward0 #1 -> #2, None" in shown


def test_outputs_of_a_node_are_told_apart() -> None:
    """An edge to another output than the first says which."""
    shown = tree(found("u = x.unbind(); u[0]*u[2]", {"x": "[1, 2, 3]"}))
    assert "MulBackward0 #1 → #2, #2[2]" in shown


def test_what_has_no_graph_says_why() -> None:
    """Without a gradient, for a leaf and for a plain number."""
    assert "requires no gradient" in tree(found("x*2", no_grad=True))
    assert "a leaf: it has no grad_fn" in tree(found("x"))
    assert tree(graph(Scenario("2+3"))) == "backward:\n  out: 5 (no tensor, so it has no graph)\n"


def test_control_characters_are_spelt_out() -> None:
    """Nothing of the user's reaches a terminal as a command."""
    shown = tree(found("s = '\x1b[31m'; x*2"))
    assert "\x1b" not in shown
    assert r"\x1b[31m" in shown


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize(
    ("text", "depth"), [("h = tanh(w@x+b); sum((h-1)**2)", None), ("sin(" * 40 + "sum(x)" + ")" * 40, 50)]
)
def test_the_terminal_is_wide_enough(width: int, text: str, depth: int | None) -> None:
    """No line is longer than the terminal is wide, however deep the tree and long the values."""
    report = found(text, {"x": "[1, 2]", "w": "[[1, 2], [3, 4]]", "b": "[0, 0]"}, backward=1)
    shown = GRAPHS["tree"](report, View(Screen(width, color=False), is_terminal=True, depth=depth))
    assert max(map(len, shown.splitlines())) <= width
    assert "leaf" in shown


def test_blue_is_where_a_gradient_is_required() -> None:
    """A step that requires a gradient is blue, one that does not is not; nodes are blue."""
    report = found("x.detach()*2+x")
    lines = GRAPHS["tree"](report, View(Screen(100, color=True), is_terminal=True)).splitlines()
    blue = {re.sub(r"\x1b\[\d*m", "", line): "\x1b[94m" in line for line in lines}
    assert [blue[line] for line in blue if line.startswith(" x.detach()*2 ")] == [False]
    assert [blue[line] for line in blue if line.startswith(" x.detach()*2+x ")] == [True]
    assert [blue[line] for line in blue if "AddBackward0" in line] == [True]


# ------------------------------------------------------------------ folding


def test_a_long_run_is_one_line() -> None:
    """Names that repeat are counted; the leaf all of them lead to is not part of the run."""
    shown = tree(chain(["MulBackward0", "AddBackward0"] * 500, leaf_everywhere=True))
    assert "└─ MulBackward0 → AddBackward0 \N{MULTIPLICATION SIGN}500 (1000 nodes)\n" in shown
    assert shown.count("AccumulateGrad") == 1
    assert shown.count("\n") == 4


def test_twigs_are_folded_with_their_branch() -> None:
    """A row of sums folds with the products that are added, which lead to leaves only."""
    shown = tree(found("y = exp(x)*w; y" + "+x*w" * 40 + "+1", {"x": "1", "w": "2"}))
    run = (
        "AddBackward0 → AddBackward0 [MulBackward0] \N{MULTIPLICATION SIGN}40 → MulBackward0 → ExpBackward0 (83 nodes)"
    )
    assert shown.endswith(
        f"""  out: 86.43656
  └─ {run}
     ├─ AccumulateGrad #45  w: 2.0  float32[]  leaf  grad: None
     └─ AccumulateGrad #44  x: 1.0  float32[]  leaf  grad: None
"""
    )


def test_a_small_graph_is_whole() -> None:
    """A run in a graph that fits a screen is not folded."""
    assert len(folded(chain(["SinBackward0"] * 20)).items) == 21


def test_depth_unfolds() -> None:
    """So many levels stand node by node, and the rest is counted."""
    shown = tree(chain(["SinBackward0"] * 100), depth=4)
    assert shown.count("SinBackward0") == 4
    assert "… 97 more nodes\n" in shown
    assert tree(chain(["SinBackward0"] * 100), depth=101).count("SinBackward0") == 100


def test_what_is_broad_is_counted() -> None:
    """A large graph without runs shows what is nearest to the output."""
    text = "+".join(f"sin(x*{k})*cos(y*{k})" for k in range(60))
    report = found(text, {"x": "1", "y": "2"})
    drawing = folded(report)
    assert len(drawing.items) == 40
    assert sum(item.size for item in drawing.items.values()) == len(report.nodes)
    assert f"… {drawing.items['rest'].size} more nodes" in tree(report)


@pytest.fixture(scope="module")
def long() -> GraphReport:
    """A chain of a hundred thousand nodes."""
    return chain(["SinBackward0"] * 100_000)


@pytest.mark.parametrize(
    ("style", "depth"), [("tree", None), ("tree", 100_001), ("dot", None), ("mermaid", 5), ("json", None)]
)
def test_a_chain_of_a_hundred_thousand(long: GraphReport, style: str, depth: int | None) -> None:
    """Nothing recurses, folded or not, and no line grows with the depth."""
    shown = GRAPHS[style](long, View(depth=depth))
    assert "SinBackward0" in shown
    assert len(shown) < 500 * 100_000


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("", []),
        ("a", [("a", 1)]),
        ("aaa", [("a", 3)]),
        ("ababab", [("ab", 3)]),
        ("abcabcd", [("abc", 2), ("d", 1)]),
        ("xaabaab", [("x", 1), ("aab", 2)]),
        ("abc", [("a", 1), ("b", 1), ("c", 1)]),
    ],
)
def test_patterns(names: str, expected: list[tuple[str, int]]) -> None:
    """The longest stretch that a pattern of at most four names covers is one segment."""
    assert list(segments(names)) == [Segment(tuple(pattern), times) for pattern, times in expected]


# ------------------------------------------------------------------ DOT

TEXTS = {
    "polynomial": found("x**2+3*x+2"),
    "several roots": found("y = x**2; z = y.detach()*2"),
    "hostile": found(f"s = {HOSTILE}; y = x*2"),
    "folded": chain(["MulBackward0", "AddBackward0"] * 500),
    "outputs": found("u = x.unbind(); u[0]*u[2]", {"x": "[1, 2, 3]"}, backward=1),
    "nothing": found("2+3"),
}


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not here")
@pytest.mark.parametrize("title", TEXTS)
def test_graphviz_takes_it(title: str) -> None:
    """`dot` reads the text without a word of complaint, and its nodes are ours."""
    done = subprocess.run(
        ["dot", "-Tplain"],  # noqa: S607 - the one on PATH is the one to ask
        input=dot(TEXTS[title]),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    names = re.findall(r"^node (\w+)", done.stdout, re.MULTILINE)
    drawing = folded(TEXTS[title])
    assert {name for name in names if name[0] in "nr" and not name.startswith("root")} == set(drawing.items)


def test_labels_are_escaped_in_dot() -> None:
    """What a label would act on stands as an entity."""
    text = dot(TEXTS["hostile"])
    assert "&lt;b&gt;&amp;&quot;\\\\ | [x](y) `z` --&gt; #35; &lt;/TABLE&gt;&gt; ]; } end" in text
    assert "<b>" not in text


def test_edges_in_dot() -> None:
    """Inputs are numbered where there are several, and an output unless it is the first."""
    text = dot(TEXTS["outputs"])
    assert re.search(r'n1 -> n2 \[taillabel="0"', text)
    assert re.search(r'n1 -> n2 \[label=" output 2", taillabel="1"', text)
    assert "root0 -> n1;" in text


# ------------------------------------------------------------------ Mermaid

_NODE = r"\w+(?:\(\[|\[\[|\[)\"[^\"`<>*_|\[\]{}]*\"(?:\]\)|\]\]|\]):::\w+"
_LINE = re.compile(
    rf"flowchart TB|  classDef \w+ \S+;|  subgraph \w+|  end|    {_NODE}"
    r"|    \w+ -->(?:\|\"[\w, ]+\"\|)? \w+|    f0(?: --> f\d+)+"
)


@pytest.mark.parametrize("title", TEXTS)
def test_mermaid_has_its_form(title: str) -> None:
    """Every line is a known one, subgraphs end, and edges lead to nodes that are there."""
    lines = mermaid(TEXTS[title]).splitlines()
    assert [line for line in lines if not _LINE.fullmatch(line.replace("<br/>", " "))] == []
    assert sum("subgraph" in line for line in lines) == lines.count("  end")
    known = {match[1] for line in lines if (match := re.match(r" +(\w+)[\[(]", line))}
    led = {name for line in lines if " --> " in line or " -->|" in line for name in re.findall(r"\b([nrf]\w+)\b", line)}
    assert {name for name in led if not name.startswith("output")} <= known


def test_labels_are_escaped_in_mermaid() -> None:
    """What Mermaid or Markdown would act on is written by its number."""
    text = mermaid(TEXTS["hostile"])
    assert "#60;b#62;#38;#34;#92;#92; #124; #91;x#93;#40;y#41; #96;z#96;" in text
    assert "x#42;2" in text
    assert "#37;#37;" in text


# ------------------------------------------------------------------ JSON


def _refuse(word: str) -> float:
    raise AssertionError(word)


def test_json_is_strict_and_whole() -> None:
    """Nothing is folded, no NaN literal is written, and edges lead to numbers that are there."""
    report = found("y = x*nan; z = y/0" + "+1" * 50, backward=1)
    told = json.loads(GRAPHS["json"](report, View()), parse_constant=_refuse)
    assert [node["number"] for node in told["nodes"]] == list(range(1, 54))
    assert told["roots"][0]["node"] == 1
    assert told["nodes"][0]["next_functions"] == [{"node": 2, "output": 0}, {"node": None, "output": 0}]
    assert told["nodes"][-1]["outputs"][0]["grad"]["value"] == "nan"
    assert told["backward"] == 1
    assert told["grads"]["x"]["repr"] == "tensor(nan)"
    assert told["forward"][0] == {
        "number": None, "kind": "input", "source": "3", "line": None, "column": None, "operands": [], "name": "x",
        "value": told["forward"][0]["value"], "node": None, "output": 0,
    }  # fmt: skip


def test_json_tells_an_error() -> None:
    """What was found before it is there too."""
    told = json.loads(GRAPHS["json"](found("x**2", backward=2), View()))
    assert told["error"]["type"] == "RuntimeError"
    assert [saved["state"] for saved in told["nodes"][0]["saved"].values()] == ["kept", "freed"]
    assert len(told["nodes"]) == 2
