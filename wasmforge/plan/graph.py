"""Makes dependency graphs: components as in forge.toml, or actions as planned. Pure."""

from collections.abc import Iterable

from wasmforge.model.graph import Edge, Graph, Node
from wasmforge.model.label import Label
from wasmforge.model.manifest import Component
from wasmforge.model.plan import Plan
from wasmforge.plan.select import BuildUnit


def by_component(units: Iterable[BuildUnit]) -> Graph:
    """A node for each component, with its language and its targets."""
    targets: dict[str, dict[str, None]] = {}
    declared: dict[str, Component] = {}
    for part in (part for unit in units for part in reversed(unit.parts)):
        targets.setdefault(part.resolved.name, {})[part.resolved.target] = None
        declared[part.resolved.name] = part.declared.component
    nodes = [
        Node(name=n, about=f"{declared[n].language}{_library_word(declared[n])} for {', '.join(t)}")
        for n, t in targets.items()
    ]
    edges = [Edge(node=n, need=need) for n in targets for need in declared[n].needs]
    return Graph(nodes=tuple(nodes), edges=tuple(edges))


def _library_word(component: Component) -> str:
    return " library" if component.kind == "library" else ""


def by_action(plan: Plan) -> Graph:
    """A node for each action and one for each delivery, drawn together by delivery."""
    owner = {file.action: d.label for d in plan.deliveries for file in d.files if file.action}
    nodes = [
        Node(
            name=label,
            about=_about(plan, action.toolchain),
            group=owner.get(label, str(Label.parse(label)._replace(step="", source=""))),
        )
        for label, action in plan.actions.items()
    ]
    edges = [Edge(node=a.label, need=g.action, what=g.path) for a in plan.actions.values() for g in a.generated_inputs]
    for delivery in plan.deliveries:
        nodes.append(Node(name=delivery.label, about=delivery.folder, group=delivery.label))
        edges += [Edge(node=delivery.label, need=p.action, what=p.name) for p in delivery.files if p.action]
    return Graph(nodes=tuple(nodes), edges=_together(edges))


def _about(plan: Plan, toolchain: str) -> str:
    return f"{toolchain}, not here" if toolchain in plan.absent else toolchain


def _together(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """One edge between two nodes, however much is handed over."""
    handed: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        handed.setdefault((edge.node, edge.need), []).append(edge.what)
    return tuple(Edge(node=n, need=m, what=", ".join(dict.fromkeys(w))) for (n, m), w in handed.items())
