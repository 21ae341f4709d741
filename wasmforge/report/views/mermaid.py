"""Renders a graph in the Mermaid language: an arrow leads from a node to what it needs."""

import re
from itertools import groupby

from wasmforge.model.graph import Graph, Node

SPECIAL = re.compile(r'[#"<>&`\\{}|\[\]]')


def mermaid(graph: Graph) -> str:
    """The whole text, to stand in a block of its own."""
    ids = {node.name: f"n{number}" for number, node in enumerate(graph.nodes)}
    out = ["flowchart LR"]
    ordered = sorted(enumerate(graph.nodes), key=lambda pair: (pair[1].group, pair[0]))
    for number, (group, members) in enumerate(groupby(ordered, key=lambda pair: pair[1].group)):
        rows = [f'  {ids[node.name]}["{_label(node)}"]' for _, node in members]
        out += [f'  subgraph g{number}["{_escaped(group)}"]', *(f"  {r}" for r in rows), "  end"] if group else rows
    for edge in graph.edges:
        arrow = f'-->|"{_escaped(edge.what)}"|' if edge.what else "-->"
        out.append(f"  {ids[edge.node]} {arrow} {ids[edge.need]}")
    return "\n".join([*out, ""])


def _label(node: Node) -> str:
    return f"{_escaped(node.name)}<br>{_escaped(node.about)}" if node.about else _escaped(node.name)


def _escaped(text: str) -> str:
    """Signs that mean something there, by their numbers."""
    return SPECIAL.sub(lambda match: f"#{ord(match[0])};", text)
