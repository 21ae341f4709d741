"""Events into lines, pure: a bold verb, what it is about, how long it took. Knows no stream and no terminal."""

from collections.abc import Callable
from typing import Any, Literal

from wasmforge.model.artifact import Failure, Finding
from wasmforge.model.events import (
    ActionFailed,
    ActionFinished,
    ActionStarted,
    Affected,
    BuildStarted,
    Changed,
    Delivered,
    Event,
    Found,
    ImageOutput,
    ImageReady,
    ImageStep,
    Proved,
    Provisioning,
    Tested,
    Waiting,
    Watching,
)
from wasmforge.report.figures import shipped
from wasmforge.report.ink import Line, Span, Style, line, tool_lines
from wasmforge.report.quantities import count, duration, size

Detail = Literal["quiet", "normal", "verbose"]

VERB = 11
"""Columns of the verb, which is set to the right."""

BODY = " " * (VERB + 1)

REASONS = 3
"""Reasons why a component is affected, and changed files, that are shown without -v."""

TAIL = 40
"""Lines of a failed tool's output that are shown without -v."""

VERBS = {"compile": "Compiled", "link": "Linked", "build": "Built", "assemble": "Assembled", "optimize": "Optimized"}
"""What an action of a step did; other steps just `Ran`."""


def words(event: Event, detail: Detail = "normal") -> list[Line]:
    """The lines that tell an event; none when it is not worth telling in this detail."""
    tell = TELLERS.get(type(event))
    return tell(event, detail) if tell else []


def said(verb: str, *rest: str | Span, style: Style = "good") -> Line:
    """A line that begins with a verb: `   Compiled matmul@web/release:link  1.2 s`."""
    return line(Span(f"{verb:>{VERB}}", style), " ", *rest)


def step(label: str) -> str:
    """The step in a label: `compile` in `matmul@web/release:compile[src/a.c]`."""
    return label.rpartition("[")[0].rpartition(":")[2] if label.endswith("]") else label.rpartition(":")[2]


def failed(failure: Failure, detail: Detail) -> list[Line]:
    """A failure with the end of the tool's output, and the command that anybody can run again."""
    lines = [said("Failed", Span(failure.label, "name"), f"  {failure.reason}", style="bad")]
    lines += _output(failure.output, most=None if detail == "verbose" else TAIL)
    if failure.command:
        lines.append(_command(failure.command))
    if failure.hint:
        lines.append(line(BODY, Span(f"hint: {failure.hint}", "hint")))
    return lines


def found(finding: Finding) -> list[Line]:
    """A broken rule with its place and hint, or a waived one with the reason it was waived for."""
    where = Span(f"{finding.component}@{finding.target}", "name")
    if finding.waived:
        verb = said("Waived", where, f"  {finding.rule}: {finding.what}", style="warn")
        return [verb, line(BODY, Span(f"because: {finding.waived}", "quiet"))]
    lines = [said("Broken", where, f"  {finding.rule}: {finding.what}", style="bad")]
    if finding.place:
        lines.append(line(BODY, Span(f"at {finding.place}", "quiet")))
    if finding.hint:
        lines.append(line(BODY, Span(f"hint: {finding.hint}", "hint")))
    return lines


def _started(event: BuildStarted, detail: Detail) -> list[Line]:
    if detail == "quiet" or not event.actions:
        return []
    most = f", {event.workers} at a time" if min(event.workers, event.actions) > 1 else ""
    lines = [said("Building", count(event.actions, "action"), most)]
    if detail == "verbose":
        lines += [said("Using", name, "  ", Span(what, "quiet")) for name, what in sorted(event.tools.items())]
    return lines


def _affected(event: Affected, detail: Detail) -> list[Line]:
    """Which components a change touches and why; of many reasons the first, unless all are asked for."""
    if detail == "quiet":
        return []
    since = f"since {event.since} ({event.commit[:9]})"
    if not event.components:
        what = f"{count(event.files, 'file')} changed {since}, none that is built here"
        return [said("Unaffected", what if event.files else f"nothing changed {since}")]
    most = None if detail == "verbose" else REASONS
    lines = []
    for it in event.components:
        more = f", and {len(it.because) - REASONS} more" if most and len(it.because) > most else ""
        why = Span(f"  {', '.join(it.because[:most])}{more}", "quiet")
        lines.append(said("Affected", Span(it.component, "name"), f"  {', '.join(it.targets)}", why))
    return [said("Comparing", f"{count(event.files, 'file')} changed {since}"), *lines]


def _watching(event: Watching, detail: Detail) -> list[Line]:
    del event
    return [] if detail == "quiet" else [said("Watching", "for changes; Ctrl-C ends it")]


def _changed(event: Changed, detail: Detail) -> list[Line]:
    """A line apart, then the first files."""
    if detail == "quiet":
        return []
    most = len(event.paths) if detail == "verbose" else REASONS
    more = f", and {len(event.paths) - most} more" if len(event.paths) > most else ""
    return [line(), said("Changed", f"{', '.join(event.paths[:most])}{more}")]


def _provisioning(event: Provisioning, detail: Detail) -> list[Line]:
    return [] if detail == "quiet" else [said("Fetching", Span(event.toolchain, "name"), f"  {event.what}")]


def _image_step(event: ImageStep, detail: Detail) -> list[Line]:
    if detail == "quiet":
        return []
    return [said("Preparing", Span(event.toolchain, "name"), f"  {event.progress}  ", Span(event.what, "quiet"))]


def _image_ready(event: ImageReady, detail: Detail) -> list[Line]:
    del detail  # it is the answer
    identity = Span(f"  {event.image} {event.identity}", "quiet")
    return [said("Ready", Span(event.toolchain, "name"), identity, _after(duration(event.seconds)))]


def _waiting(event: Waiting, detail: Detail) -> list[Line]:
    return [] if detail == "quiet" else [said("Waiting", f"for {event.what}", style="warn")]


def _running(event: ActionStarted, detail: Detail) -> list[Line]:
    return [said("Running", event.label, style="name"), _command(event.command)] if detail == "verbose" else []


def _finished(event: ActionFinished, detail: Detail) -> list[Line]:
    if event.cached and detail == "verbose":
        return [said("Cached", event.label, style="quiet"), *_output(event.output)]
    if event.cached or detail == "quiet":
        return []
    verb = VERBS.get(step(event.label), "Ran")
    return [said(verb, event.label, _after(duration(event.seconds))), *_output(event.output)]


def _delivered(event: Delivered, detail: Detail) -> list[Line]:
    if detail == "quiet" or not (event.changed or detail == "verbose"):
        return []
    artifact = event.artifact
    where = f"{artifact.component}@{artifact.target}  {artifact.folder}"
    amount = _after(size(shipped(artifact).size))
    told = said("Delivered", where, amount) if event.changed else said("Unchanged", where, amount, style="quiet")
    return [told, *([_command(artifact.run)] if artifact.run else [])]


def _proved(event: Proved, detail: Detail) -> list[Line]:
    if detail == "quiet" or (event.cached and detail != "verbose"):
        return []
    return [said("Proved", f"{event.component}@{event.target}", _after(", ".join(event.features)))]


def _tested(event: Tested, detail: Detail) -> list[Line]:
    it = event.outcome
    where = f"{it.component}@{it.target}"
    test = f"  {it.test} in {it.runtime}"
    if it.status == "failed":
        first, *rest = tool_lines(it.reason) or [""]
        head = said("Failed", Span(where, "name"), f"{test}: {first}", style="bad")
        return [head, *(line(BODY, Span(text, "tool")) for text in rest)]
    if detail == "quiet" or (it.cached and detail != "verbose" and it.status == "passed"):
        return []
    if it.status == "skipped":
        return [said("Skipped", where, f"{test}: {it.reason}", style="warn")]
    if it.cached:
        return [said("Passed", where, test, _after("before"), style="quiet")]
    return [said("Passed", where, test, _after(duration(it.seconds)))]


def _output(output: str, most: int | None = None) -> list[Line]:
    """A tool's output, indented; of more than `most` lines only the last."""
    texts = tool_lines(output)
    left_out = len(texts) - most if most and len(texts) > most else 0
    note = [line(BODY, Span(f"… {count(left_out, 'line')} left out; -v shows all", "quiet"))] if left_out else []
    return note + [line(BODY, Span(text, "tool")) for text in texts[left_out:]]


def _command(command: str) -> Line:
    return line(BODY, Span(f"$ {command}", "quiet"))


def _after(text: str) -> Span:
    return Span(f"  {text}" if text else "", "quiet")


TELLERS: dict[type[Event], Callable[[Any, Detail], list[Line]]] = {
    Affected: _affected,
    BuildStarted: _started,
    Watching: _watching,
    Changed: _changed,
    Provisioning: _provisioning,
    ImageStep: _image_step,
    ImageOutput: lambda event, detail: _output(event.output) if detail == "verbose" else [],
    ImageReady: _image_ready,
    Waiting: _waiting,
    ActionStarted: _running,
    ActionFinished: _finished,
    ActionFailed: lambda event, detail: failed(event.failure, detail),
    Delivered: _delivered,
    Proved: _proved,
    Found: lambda event, _: found(event.finding),
    Tested: _tested,
}
"""Who tells which event; `Finished` is a page of its own (table.py)."""
