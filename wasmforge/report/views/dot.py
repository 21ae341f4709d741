"""Renders a graph in the Graphviz language: an arrow leads from a node to what it needs."""

from itertools import groupby

from wasmforge.model.graph import Graph, Node


def dot(graph: Graph) -> str:
    """The whole text; `dot -Tsvg` draws it."""
    out = ["digraph wasmforge {", "  rankdir=LR", "  node [shape=box, style=rounded]"]
    ordered = sorted(enumerate(graph.nodes), key=lambda pair: (pair[1].group, pair[0]))
    for number, (group, members) in enumerate(groupby(ordered, key=lambda pair: pair[1].group)):
        rows = [_node(node) for _, node in members]
        if group:
            out += [f"  subgraph cluster_{number} {{", f"    label={_quoted(group)}", *(f"  {r}" for r in rows), "  }"]
        else:
            out += rows
    for edge in graph.edges:
        label = f" [label={_quoted(edge.what)}]" if edge.what else ""
        out.append(f"  {_quoted(edge.node)} -> {_quoted(edge.need)}{label}")
    return "\n".join([*out, "}", ""])


def _node(node: Node) -> str:
    text = f"{_escaped(node.name)}\\n{_escaped(node.about)}" if node.about else _escaped(node.name)
    return f'  {_quoted(node.name)} [label="{text}"]'


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
