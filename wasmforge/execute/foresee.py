"""Tells without running anything what a build would do, and why."""

from collections.abc import Mapping

from wasmforge.execute.history import History
from wasmforge.execute.known import Known
from wasmforge.execute.store import Entry, Store
from wasmforge.model.explain import Change, Explanation
from wasmforge.model.plan import Plan
from wasmforge.plan.keys import Facts, changes


def foresee(plan: Plan, identities: Mapping[str, str], store: Store, history: History) -> dict[str, Explanation]:
    """What would become of each action now, by label, in the plan's order."""
    entries: dict[str, Entry] = {}
    said: dict[str, Explanation] = {}
    for label, action in plan.actions.items():
        last = history.last(label)
        anew = _anew(history.before(label), last)
        stale = tuple(dict.fromkeys(g.action for g in action.givens if g.action not in entries))
        if stale:
            because = tuple(Change(what="needs", old="", new=f"{s}, which would run") for s in stale)
            said[label] = _explanation(label, last is None, because, anew)
            continue
        givens = {g.path: entries[g.action].outputs[g.output] for g in action.givens}
        known = Known(action, identities[action.toolchain], givens, store)
        if found := known.find():
            _, entries[label], facts = found
            new = changes(last, facts) if last else ()
            said[label] = Explanation(label=label, status="up to date", changes=new, anew=anew)
            continue
        why = changes(last, known.facts(_read_last(last))) if last else ()
        if last and not why:
            why = (Change(what="the store", old="", new="no longer has its outputs"),)
        said[label] = _explanation(label, last is None, why, anew)
    return said


def _read_last(last: tuple[tuple[str, str], ...] | None) -> tuple[str, ...] | None:
    """The inputs that were read last time."""
    return None if last is None else tuple(n.removeprefix("input ") for n, _ in last if n.startswith("input "))


def _anew(before: Facts | None, last: Facts | None) -> tuple[Change, ...]:
    """What was new when it was last done."""
    return () if before is None or last is None else changes(before, last)


def _explanation(label: str, new: bool, why: tuple[Change, ...], anew: tuple[Change, ...]) -> Explanation:
    return Explanation(label=label, status="never built" if new else "would run", changes=why, anew=anew)
