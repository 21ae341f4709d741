"""What needs what: components as forge.toml says, or actions as they are planned. Pure."""

from collections.abc import Iterable

from wasmforge.model.graph import Edge, Graph, Node
from wasmforge.model.plan import Plan
from wasmforge.plan.select import Wanted


def by_component(wanted: Iterable[Wanted]) -> Graph:
    """A node for each component, with its language and its targets."""
    targets: dict[str, list[str]] = {}
    placed = {}
    for one in wanted:
        targets.setdefault(one.settled.name, []).append(one.settled.target)
        placed[one.settled.name] = one.placed.component
    nodes = [Node(name=n, about=f"{placed[n].language} for {', '.join(t)}") for n, t in targets.items()]
    edges = [Edge(node=n, need=need) for n in targets for need in placed[n].needs]
    return Graph(nodes=tuple(nodes), edges=tuple(edges))


def by_action(plan: Plan) -> Graph:
    """A node for each action and one for each delivery, drawn together by delivery."""
    owner = {piece.action: d.label for d in plan.deliveries for piece in d.pieces}
    nodes = [
        Node(name=label, about=action.toolchain, group=owner.get(label, label.partition(":")[0]))
        for label, action in plan.actions.items()
    ]
    edges = [Edge(node=a.label, need=g.action, what=g.path) for a in plan.actions.values() for g in a.givens]
    for delivery in plan.deliveries:
        nodes.append(Node(name=delivery.label, about=delivery.folder, group=delivery.label))
        edges += [Edge(node=delivery.label, need=p.action, what=p.name) for p in delivery.pieces]
    return Graph(nodes=tuple(nodes), edges=_together(edges))


def _together(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """One edge between two nodes, however much is handed over."""
    handed: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        handed.setdefault((edge.node, edge.need), []).append(edge.what)
    return tuple(Edge(node=n, need=m, what=", ".join(dict.fromkeys(w))) for (n, m), w in handed.items())
