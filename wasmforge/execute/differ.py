"""Compares the facts that actions were last done with: which action with which, and how they differ."""

from wasmforge.errors import did_you_mean, usage
from wasmforge.execute.history import History
from wasmforge.model.explain import Change, Comparison
from wasmforge.model.vocabulary import PROFILES
from wasmforge.plan.keys import changes


def compare_recorded(history: History, one: str, other: str) -> tuple[Comparison, ...]:
    """Each action whose label is, or begins with, `one` beside that whose label goes on likewise after `other`.

    Of two whole labels, the one with the other. Raises ForgeError where nothing is recorded.
    """
    known = history.labels()
    mine, others = _recorded(known, one), _recorded(known, other)
    if set(mine) == {""} and "" not in others and ":" not in other:
        others = {"": f"{other}:{one.partition(':')[2]}"} if f"{other}:{one.partition(':')[2]}" in known else others
    return tuple(
        Comparison(one=mine.get(rest, ""), other=others.get(rest, ""), changes=_changes(history, mine, others, rest))
        for rest in dict.fromkeys((*mine, *others))
    )


def _recorded(known: tuple[str, ...], label: str) -> dict[str, str]:
    """Labels by what they say after this one; when there is an action of that very name, only that."""
    if label in known:
        return {"": label}
    found = {k.removeprefix(label): k for k in known if k.startswith((f"{label}:", f"{label}/", f"{label}["))}
    if not found:
        near = did_you_mean(label, list(known) if ":" in label else sorted({k.partition(":")[0] for k in known}))
        raise usage(f"nothing is recorded of {label!r}", hint="; ".join(p for p in (near, _recording(label)) if p))
    return found


def _recording(label: str) -> str:
    """What would record it; the profile is told where the label names one."""
    delivery, _, rest = label.partition("/")
    profile = rest.partition(":")[0].partition("/")[0]
    told = f" --profile {profile}" if profile in PROFILES else ""
    return f"`wasmforge build {delivery}{told}` records it"


def _changes(history: History, mine: dict[str, str], others: dict[str, str], rest: str) -> tuple[Change, ...]:
    if rest not in mine or rest not in others:
        return ()
    return changes(history.last(mine[rest]) or (), history.last(others[rest]) or ())
