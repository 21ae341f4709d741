"""Returns the dependency graph of components, or of actions."""

from wasmforge.app.planning import plan_units
from wasmforge.app.selection import select_units
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.model.graph import Graph
from wasmforge.plan import Request
from wasmforge.plan.graph import by_action, by_component


def graph(settings: Settings, request: Request, emit: EventSink, *, actions: bool) -> Graph:
    """The dependencies of components, or of actions; for actions, toolchains are looked for."""
    workspace = Workspace(settings, emit, read_only=True)
    units = select_units(workspace, request)
    return by_action(plan_units(workspace, units, allow_missing=True)[0]) if actions else by_component(units)
