"""Builds single outputs through the store, without contracts or delivery, for benchmarks."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from wasmforge.app.execute_plan import execute_plan
from wasmforge.app.planning import plan_units
from wasmforge.app.workspace import Workspace
from wasmforge.errors import ForgeError
from wasmforge.model.base import Struct
from wasmforge.model.events import Waiting
from wasmforge.model.plan import Plan
from wasmforge.plan import BuildUnit
from wasmforge.runner.scheduler import RunResult
from wasmforge.store.file_lock import project_lock
from wasmforge.store.store import Blob

Key = TypeVar("Key", bound=Hashable)


class BuiltOutput(Struct, frozen=True, kw_only=True):
    """An output and its file name; or the reason why there is none, and the next step."""

    blob: Blob | None = None
    name: str = ""
    why: str = ""
    fix: str = ""


def build_outputs(workspace: Workspace, units: Mapping[Key, BuildUnit], role: str) -> dict[Key, BuiltOutput]:
    """The output with this role of each unit. A unit that cannot be built has the reason instead."""
    workspace.cache_dirs.ready()
    with project_lock(workspace.project.state, lambda: workspace.emit(Waiting(what="another build of this project"))):
        try:
            plan, toolchains = plan_units(workspace, tuple(units.values()))
        except ForgeError as e:
            first = e.problems[0]
            return {key: BuiltOutput(why=str(first), fix=first.hint) for key in units}
        result = execute_plan(workspace, plan, toolchains, keep_going=True)
    places = _output_indexes(workspace, role)
    return {key: _output_of(plan, result, f"{unit.resolved.label}:", places, role) for key, unit in units.items()}


def _output_indexes(workspace: Workspace, role: str) -> dict[str, int]:
    """For each step with an output of this role, the index of that output."""
    recipes = (*workspace.catalog.recipes.values(), *workspace.catalog.passes.values())
    return {s.name: list(s.outputs).index(role) for r in recipes for s in r.steps if role in s.outputs}


def _output_of(plan: Plan, result: RunResult, base: str, places: Mapping[str, int], role: str) -> BuiltOutput:
    """The output of the actions whose labels begin with `base`."""
    if failed := next((f for f in result.failures if f.label.startswith(base)), None):
        return BuiltOutput(why=f"{failed.label}: {failed.reason}", fix=failed.hint)
    for label, entry in result.entries.items():
        action = plan.actions[label]
        if label.startswith(base) and action.step in places:
            name = action.outputs[places[action.step]]
            return BuiltOutput(blob=entry.outputs[name], name=name)
    return BuiltOutput(why=f"its recipe makes no {role}")
