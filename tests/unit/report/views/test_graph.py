"""Graphs as trees, in Graphviz' language and in Mermaid's."""

import io
import re

from hypothesis import given
from hypothesis import strategies as st

from wasmforge.model.graph import Edge, Graph, Node
from wasmforge.report.output import Output
from wasmforge.report.views.dot import dot
from wasmforge.report.views.graph import show_graph
from wasmforge.report.views.mermaid import mermaid

DIAMOND = Graph(
    nodes=(
        Node(name="base", about="zig"),
        Node(name="left", about="c", group="g"),
        Node(name="right", group="g"),
        Node(name="top"),
    ),
    edges=(
        Edge(node="left", need="base"),
        Edge(node="right", need="left", what="x.o"),
        Edge(node="top", need="right"),
        Edge(node="top", need="left"),
    ),
)

TREE = """\
top
├─ right
│  └─ left  c
│     └─ base  zig
└─ left  see above
"""

DOT = """\
digraph wasmforge {
  rankdir=LR
  node [shape=box, style=rounded]
  "base" [label="base\\nzig"]
  "top" [label="top"]
  subgraph cluster_1 {
    label="g"
    "left" [label="left\\nc"]
    "right" [label="right"]
  }
  "left" -> "base"
  "right" -> "left" [label="x.o"]
  "top" -> "right"
  "top" -> "left"
}
"""

MERMAID = """\
flowchart LR
  n0["base<br>zig"]
  n3["top"]
  subgraph g1["g"]
    n1["left<br>c"]
    n2["right"]
  end
  n1 --> n0
  n2 -->|"x.o"| n1
  n3 --> n2
  n3 --> n1
"""


def tree(graph: Graph, encoding: str = "utf-8") -> str:
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    show_graph(graph, Output(out))
    out.seek(0)
    return out.read()


def test_a_tree() -> None:
    assert tree(DIAMOND) == TREE
    assert tree(DIAMOND, "ascii").splitlines()[1:3] == ["|- right", "|  `- left  c"]


def test_languages() -> None:
    assert dot(DIAMOND) == DOT
    assert mermaid(DIAMOND) == MERMAID


def test_a_graph_of_nothing() -> None:
    nothing = Graph(nodes=(), edges=())
    assert tree(nothing) == ""
    assert dot(nothing).endswith("rounded]\n}\n")
    assert mermaid(nothing) == "flowchart LR\n"


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1))
def test_no_sign_ends_a_string(text: str) -> None:
    graph = Graph(nodes=(Node(name=text, about=text, group=text),), edges=())
    assert re.sub(r"\\.", "", dot(graph)).count('"') % 2 == 0
    for row in mermaid(graph).splitlines()[1:-1]:
        assert row.count('"') == 2
        assert not set(row[row.index('"') + 1 : -2].replace("<br>", "")) & set('"<>[]{}|`')
