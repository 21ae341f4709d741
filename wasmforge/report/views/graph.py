"""A graph as a tree of text: under each node what it needs, which is spelled out where it comes first."""

from collections.abc import Iterator

from wasmforge.model.graph import Graph, Node
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper


def show_graph(graph: Graph, paper: Paper) -> None:
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
    paper.print(lines)


def _below(
    name: str, indent: str, nodes: dict[str, Node], needs: dict[str, list[str]], shown: set[str]
) -> Iterator[Line]:
    """What is under a node. The depth is that of the graph, a dozen at most."""
    shown.add(name)
    for index, need in enumerate(needs[name]):
        last = index == len(needs[name]) - 1
        again = need in shown and bool(needs[need])
        yield _row(f"{indent}{'└─' if last else '├─'} ", nodes[need], again=again)
        if not again:
            yield from _below(need, f"{indent}{'   ' if last else '│  '}", nodes, needs, shown)


def _row(lead: str, node: Node, *, again: bool = False) -> Line:
    about = "  see above" if again else f"  {node.about}" if node.about else ""
    return line(Span(lead, "quiet"), Span(node.name, "plain" if lead else "name"), Span(about, "quiet"))
