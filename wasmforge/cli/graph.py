"""`wasmforge graph`: what needs what."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from wasmforge.cli import narrow, options
from wasmforge.cli.declare import Option

_HERE = Path()


class Form(StrEnum):
    """How a graph is written."""

    TEXT = "text"
    DOT = "dot"
    MERMAID = "mermaid"
    JSON = "json"


def graph(
    components: options.Components = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    actions: Annotated[bool, Option("--actions", help="By action, not by component.")] = False,
    form: Annotated[Form, Option("--format", "-f", help="A tree, or the language of a program.")] = Form.TEXT,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Show what needs what: components, or with --actions every command of a build."""
    from wasmforge import forge
    from wasmforge.ground import Settings
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.dot import dot
    from wasmforge.report.views.graph import show_graph
    from wasmforge.report.views.mermaid import mermaid

    settings = Settings(start=options.folder(directory))
    with options.quiet_reporter() as tell:
        found = forge.graph(settings, narrow.request(components, target, profile), tell, actions=actions)
    paper = options.paper(color)
    match form:
        case Form.TEXT:
            show_graph(found, paper)
        case Form.JSON:
            show_json(found, paper)
        case Form.DOT:
            paper.write(dot(found))
        case Form.MERMAID:
            paper.write(mermaid(found))
    paper.flush()
