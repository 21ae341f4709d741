"""Explains why an action was run, or would be, and how two keys differ."""

from collections.abc import Mapping

from wasmforge import config
from wasmforge.app.execute_plan import scratch_dirs
from wasmforge.app.planning import plan_units
from wasmforge.app.workspace import EventSink, Settings, Workspace
from wasmforge.errors import ForgeError, Problem, did_you_mean
from wasmforge.model.explain import Comparison, Explanation
from wasmforge.model.label import Label
from wasmforge.model.plan import Action
from wasmforge.plan import Request, select
from wasmforge.runner.history import History
from wasmforge.store.store import Blob


def explain(settings: Settings, request: Request, label: str, emit: EventSink) -> tuple[Explanation, ...]:
    """What a build would do, and why, with the action `label`, or else with all whose labels begin with it."""
    from wasmforge.app.explain_predict import predict

    workspace = Workspace(settings, emit, read_only=True)
    plan, toolchains = plan_units(workspace, select(workspace.manifest, workspace.catalog, request), allow_missing=True)
    scratch = scratch_dirs(workspace)

    def lineage(action: Action, generated_inputs: Mapping[str, Blob]) -> str:
        toolchain = toolchains.get(action.toolchain)
        return scratch.lineage(action, toolchain, generated_inputs) if toolchain else ""

    explanations = predict(plan, plan.tools, workspace.store, workspace.history, lineage)
    chosen = [e for name, e in explanations.items() if name == label] or [
        e for n, e in explanations.items() if n.startswith(label)
    ]
    if not chosen:
        begun = {str(Label.parse(name)._replace(step="", source="")) for name in explanations}
        hint = did_you_mean(label, list(explanations)) if "@" in label else did_you_mean(label, list(begun))
        raise ForgeError(Problem(what=f"no action has the label {label!r}", hint=hint))
    return tuple(chosen)


def compare(settings: Settings, one: str, other: str) -> tuple[Comparison, ...]:
    """The differences between two actions, or groups of actions by the beginning of labels, as last run."""
    from wasmforge.app.explain_compare import compare_recorded

    return compare_recorded(
        History(config.load_project(settings.start).root, f"{config.STATE_DIR}/history"), one, other
    )
