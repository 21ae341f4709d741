"""Predicts what a build would do, and why, without running anything."""

from collections.abc import Callable, Mapping
from functools import partial

from wasmforge.model.explain import Change, Explanation
from wasmforge.model.plan import Action, Plan
from wasmforge.plan.keys import Facts, changes
from wasmforge.runner.action_cache import ActionCache
from wasmforge.runner.history import History
from wasmforge.store.store import ActionResult, Blob, Store

Lineage = Callable[[Action, Mapping[str, Blob]], str]
"""The origin of the scratch folder that an action would find, see `runner/scratch_dirs.py`."""


def predict(
    plan: Plan, identities: Mapping[str, str], store: Store, history: History, lineage: Lineage = lambda *_: ""
) -> dict[str, Explanation]:
    """What a build would do with each action now, by label, in the plan's order."""
    entries: dict[str, ActionResult] = {}
    explanations: dict[str, Explanation] = {}
    for label, action in plan.actions.items():
        last = history.last(label)
        anew = _anew(history.before(label), last)
        stale = tuple(dict.fromkeys(g.action for g in action.generated_inputs if g.action not in entries))
        if stale:
            because = tuple(Change(what="needs", old="", new=f"{s}, which would run") for s in stale)
            explanations[label] = _explanation(label, last is None, because, anew)
            continue
        if absent := plan.absent.get(action.toolchain):
            unknown = Change(what="the toolchain", new=f"{action.toolchain} {absent.why}")
            explanations[label] = Explanation(label=label, status="unknown", changes=(unknown,), anew=anew)
            continue
        generated_inputs = {g.path: entries[g.action].outputs[g.output] for g in action.generated_inputs}
        action_cache = ActionCache(
            action, identities[action.toolchain], generated_inputs, store, partial(lineage, action, generated_inputs)
        )
        if cached := action_cache.find():
            _, entries[label], facts = cached
            new = changes(last, facts) if last else ()
            explanations[label] = Explanation(label=label, status="up to date", changes=new, anew=anew)
            continue
        why = changes(last, action_cache.facts(_read_last(last))) if last else ()
        if last and not why:
            why = (Change(what="the store", old="", new="no longer has its outputs"),)
        explanations[label] = _explanation(label, last is None, why, anew)
    return explanations


def _read_last(last: tuple[tuple[str, str], ...] | None) -> tuple[str, ...] | None:
    """The inputs that were read in the last run."""
    return None if last is None else tuple(n.removeprefix("input ") for n, _ in last if n.startswith("input "))


def _anew(before: Facts | None, last: Facts | None) -> tuple[Change, ...]:
    """What had changed when the action was last run."""
    return () if before is None or last is None else changes(before, last)


def _explanation(label: str, new: bool, why: tuple[Change, ...], anew: tuple[Change, ...]) -> Explanation:
    return Explanation(label=label, status="never built" if new else "would run", changes=why, anew=anew)
