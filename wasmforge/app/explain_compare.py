"""Compares the recorded facts of two actions, or of two sets of actions, and returns their differences."""

from wasmforge.errors import did_you_mean, usage_error
from wasmforge.model.explain import Change, Comparison
from wasmforge.model.label import Label
from wasmforge.model.vocabulary import PROFILES
from wasmforge.plan.keys import changes
from wasmforge.runner.history import History


def compare_recorded(history: History, one: str, other: str) -> tuple[Comparison, ...]:
    """Compare the action `one` with the action `other`; for beginnings of labels, all actions with equal endings.

    Raises ForgeError where nothing is recorded.
    """
    labels = history.labels()
    mine, others = _recorded(labels, one), _recorded(labels, other)
    if set(mine) == {""} and "" not in others and ":" not in other:
        others = {"": f"{other}:{one.partition(':')[2]}"} if f"{other}:{one.partition(':')[2]}" in labels else others
    return tuple(
        Comparison(one=mine.get(rest, ""), other=others.get(rest, ""), changes=_changes(history, mine, others, rest))
        for rest in dict.fromkeys((*mine, *others))
    )


def _recorded(known: tuple[str, ...], label: str) -> dict[str, str]:
    """Recorded labels that begin with `label`, by their endings; only the action itself if there is one."""
    if label in known:
        return {"": label}
    found = {k.removeprefix(label): k for k in known if k.startswith((f"{label}:", f"{label}/", f"{label}["))}
    if not found:
        near = did_you_mean(
            label,
            list(known) if ":" in label else sorted({str(Label.parse(k)._replace(step="", source="")) for k in known}),
        )
        raise usage_error(
            f"nothing is recorded of {label!r}", hint="; ".join(p for p in (near, _recording(label)) if p)
        )
    return found


def _recording(label: str) -> str:
    """The command that records it, with the label's profile if it names one."""
    parsed = Label.parse(label)
    option = f" --profile {parsed.profile}" if parsed.profile in PROFILES else ""
    return f"`wasmforge build {parsed.on_target}{option}` records it"


def _changes(history: History, mine: dict[str, str], others: dict[str, str], rest: str) -> tuple[Change, ...]:
    if rest not in mine or rest not in others:
        return ()
    return changes(history.last(mine[rest]) or (), history.last(others[rest]) or ())
