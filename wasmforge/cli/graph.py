"""`wasmforge graph`: dependencies."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from wasmforge.cli import options, selection_options
from wasmforge.cli.params import Option

_HERE = Path()


class GraphFormat(StrEnum):
    """How a graph is written."""

    TEXT = "text"
    DOT = "dot"
    MERMAID = "mermaid"
    JSON = "json"


def graph(
    components: options.Components = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    actions: Annotated[bool, Option("--actions", help="Show actions instead of components.")] = False,
    form: Annotated[
        GraphFormat, Option("--format", "-f", help="The output: a tree of text, Graphviz' dot, Mermaid, or JSON.")
    ] = GraphFormat.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Show the dependencies of components, or with --actions of every command of a build."""
    from wasmforge.app.graph import graph as make_graph
    from wasmforge.app.workspace import Settings
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.dot import dot
    from wasmforge.report.views.graph import show_graph
    from wasmforge.report.views.mermaid import mermaid

    settings = Settings(start=options.folder(directory))
    with options.quiet_reporter() as emit:
        request = make_graph(settings, selection_options.request_of(components, target, profile), emit, actions=actions)
    out = options.open_output(color)
    match form:
        case GraphFormat.TEXT:
            show_graph(request, out)
        case GraphFormat.JSON:
            show_json(request, out)
        case GraphFormat.DOT:
            out.write(dot(request))
        case GraphFormat.MERMAID:
            out.write(mermaid(request))
    out.flush()
