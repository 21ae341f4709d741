"""Renders a graph as a tree of text: under each node what it needs, expanded once."""

from collections.abc import Iterator

from wasmforge.model.graph import Graph, Node
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line


def show_graph(graph: Graph, out: Output) -> None:
    """Print a tree for each node that nobody needs."""
    nodes = {n.name: n for n in graph.nodes}
    needs: dict[str, list[str]] = {name: [] for name in nodes}
    for edge in graph.edges:
        needs[edge.node].append(edge.need)
    needed = {edge.need for edge in graph.edges}
    shown: set[str] = set()
    lines: list[Line] = []
    for name, node in nodes.items():
        if name not in needed:
            lines += [_row("", node), *_below(name, "", nodes, needs, shown)]
    out.print(lines)


def _below(
    name: str, indent: str, nodes: dict[str, Node], needs: dict[str, list[str]], shown: set[str]
) -> Iterator[Line]:
    """What is under a node. The depth is that of the graph, a dozen at most."""
    shown.add(name)
    for index, need in enumerate(needs[name]):
        last = index == len(needs[name]) - 1
        repeated = need in shown and bool(needs[need])
        yield _row(f"{indent}{'└─' if last else '├─'} ", nodes[need], repeated=repeated)
        if not repeated:
            yield from _below(need, f"{indent}{'   ' if last else '│  '}", nodes, needs, shown)


def _row(lead: str, node: Node, *, repeated: bool = False) -> Line:
    about = "  see above" if repeated else f"  {node.about}" if node.about else ""
    return line(Span(lead, "quiet"), Span(node.name, "plain" if lead else "name"), Span(about, "quiet"))
