"""Groups what went wrong by mistake, so that each is told once however many files, targets and tests meet it. Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from wasmforge.model.events import ActionFailed, BuildStarted, Event
from wasmforge.model.finding import Finding
from wasmforge.model.label import Label
from wasmforge.model.report import Failure
from wasmforge.model.smoke import Outcome
from wasmforge.report.first_error import first_error, without_place
from wasmforge.report.format import count

T = TypeVar("T")


def grouped(items: Iterable[T], mistake: Callable[[T], object]) -> list[list[T]]:
    """The items by what `mistake` says of them, in the order of the first of each."""
    groups: dict[object, list[T]] = {}
    for item in items:
        groups.setdefault(mistake(item), []).append(item)
    return list(groups.values())


def failure_mistake(failure: Failure) -> object:
    """What is equal for actions that fail for the same reason; without an error in the output, the whole of it."""
    error = first_error(failure.output)
    return failure.reason, without_place(error) if error else failure.output, failure.hint


def finding_mistake(finding: Finding) -> object:
    """What is equal for deliveries of a component that break a rule in the same way."""
    return finding.component, finding.rule, finding.item, finding.place, finding.hint, finding.waived


def outcome_mistake(outcome: Outcome) -> object:
    """What is equal for runs of one test that fail for the same reason."""
    return outcome.component, outcome.test, outcome.reason, outcome.hint


def elsewhere(labels: Sequence[str]) -> str:
    """Where else than at the first label a mistake was met: `the same in 23 more units for web, node`; may be empty."""
    parsed = [Label.parse(label) for label in labels]
    units = {(label.component, label.step, label.source) for label in parsed}
    targets = list(dict.fromkeys(label.target for label in parsed if label.target))
    components = {label.component for label in parsed}
    parts = [f"in {count(len(units) - 1, 'more unit')}"] if len(units) > 1 else []
    parts += [f"of {len(components)} components"] if len(components) > 1 else []
    parts += [f"for {', '.join(targets)}"] if len(targets) > 1 else []
    return f"the same {' '.join(parts)}" if parts else ""


class ToldMistakes:
    """The mistakes that a run has told in full; the report at the end counts where else they were met."""

    def __init__(self) -> None:
        self._told: set[object] = set()

    def repeats(self, event: Event) -> bool:
        """Whether the event is the failure of an action with a mistake that was told in this build."""
        if isinstance(event, BuildStarted):
            self._told.clear()
        if not isinstance(event, ActionFailed):
            return False
        mistake = failure_mistake(event.failure)
        known = mistake in self._told
        self._told.add(mistake)
        return known
