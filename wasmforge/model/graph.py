"""A dependency graph: nodes and edges."""

from wasmforge.model.base import Struct


class Node(Struct, frozen=True, kw_only=True):
    """Something with a name of its own; `about` is said beside it, `group` is what it is drawn together with."""

    name: str
    about: str = ""
    group: str = ""


class Edge(Struct, frozen=True, kw_only=True):
    """`node` needs `need`; `what` is what is handed over, if that can be named."""

    node: str
    need: str
    what: str = ""


class Graph(Struct, frozen=True, kw_only=True):
    """Nodes, each after what it needs, and edges between them; there are no circles."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
