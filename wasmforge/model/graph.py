"""What needs what, as nodes and edges; knows neither components nor actions."""

from wasmforge.model.base import Noun


class Node(Noun, frozen=True, kw_only=True):
    """Something with a name of its own; `about` is said beside it, `group` is what it is drawn together with."""

    name: str
    about: str = ""
    group: str = ""


class Edge(Noun, frozen=True, kw_only=True):
    """`node` needs `need`; `what` is what is handed over, if that can be named."""

    node: str
    need: str
    what: str = ""


class Graph(Noun, frozen=True, kw_only=True):
    """Nodes, each after what it needs, and edges between them; there are no circles."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
