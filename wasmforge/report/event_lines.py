"""Formats events as lines: a verb, its object, the time. Pure."""

from collections.abc import Callable
from typing import Any, Literal

from wasmforge.model.events import (
    ActionFailed,
    ActionFinished,
    ActionStarted,
    Affected,
    BuildStarted,
    Changed,
    ContractHolds,
    Delivered,
    Differs,
    Downloading,
    Event,
    ImageOutput,
    ImageReady,
    ImageStep,
    Loaded,
    LocalFiles,
    Notice,
    Provisioning,
    RuleViolated,
    SandboxChosen,
    SmokeFinished,
    Waiting,
    Watching,
    Withheld,
)
from wasmforge.model.finding import Finding
from wasmforge.model.label import Label
from wasmforge.model.report import Failure
from wasmforge.report.delivery_rows import primary_file
from wasmforge.report.first_error import telling_start
from wasmforge.report.format import count, duration, size
from wasmforge.report.style import Line, Span, Style, clean, line, tool_lines

Detail = Literal["quiet", "normal", "verbose"]

VERB_WIDTH = 11
"""Width of the right-aligned verb, in columns."""

BODY = " " * (VERB_WIDTH + 1)

MAX_REASONS = 3
"""Reasons and changed files that are shown without -v."""

MAX_OUTPUT_LINES = 40
"""Lines of a failed tool's output that are shown without -v."""

VERBS = {"compile": "Compiled", "link": "Linked", "build": "Built", "assemble": "Assembled", "optimize": "Optimized"}
"""The verb of a finished action by its step; other steps are `Ran`."""


def event_lines(event: Event, detail: Detail = "normal") -> list[Line]:
    """The lines for an event; none if it is not shown at this detail."""
    emit = FORMATTERS.get(type(event))
    return emit(event, detail) if emit else []


def verb_line(verb: str, *rest: str | Span, style: Style = "good") -> Line:
    """A line with a leading verb: `   Compiled matmul@web/release:link  1.2 s`."""
    return line(Span(f"{verb:>{VERB_WIDTH}}", style), " ", *rest)


def step_name(label: str) -> str:
    """The step in a label: `compile` in `matmul@web/release:compile[src/a.c]`."""
    return Label.parse(label).step or label


def failure_lines(failure: Failure, detail: Detail) -> list[Line]:
    """A failure with the tool's output from the first error on, the command to run again, and the hints."""
    lines = [verb_line("Failed", Span(failure.label, "name"), f"  {failure.reason}", style="bad")]
    lines += _output_lines(failure.output, most=None if detail == "verbose" else MAX_OUTPUT_LINES)
    if failure.command:
        lines.append(_command_line(failure.command))
    return [*lines, *hint_lines(failure.hint)]


def hint_lines(hint: str) -> list[Line]:
    """A line for each line of a hint; none without one."""
    return [line(BODY, Span(f"hint: {text}", "hint")) for text in hint.splitlines()]


def finding_lines(finding: Finding) -> list[Line]:
    """A broken rule with its place and hint, or a waived one with its reason."""
    where = Span(str(Label(finding.component, finding.target)), "name")
    if finding.waived:
        verb = verb_line("Waived", where, f"  {finding.rule}: {finding.what}", style="warn")
        return [verb, line(BODY, Span(f"because: {finding.waived}", "quiet"))]
    lines = [verb_line("Broken", where, f"  {finding.rule}: {finding.what}", style="bad")]
    if finding.place:
        lines.append(line(BODY, Span(f"at {finding.place}", "quiet")))
    return [*lines, *hint_lines(finding.hint)]


def _started(event: BuildStarted, detail: Detail) -> list[Line]:
    if detail == "quiet" or not event.actions:
        return []
    most = f", {event.workers} at a time" if min(event.workers, event.actions) > 1 else ""
    lines = [verb_line("Building", count(event.actions, "action"), most)]
    if detail == "verbose":
        lines += [verb_line("Using", name, "  ", Span(what, "quiet")) for name, what in sorted(event.tools.items())]
    return lines


def _local_files(event: LocalFiles, detail: Detail) -> list[Line]:
    """One line with the first files; all of them with -v."""
    if detail == "quiet":
        return []
    most = len(event.files) if detail == "verbose" else MAX_REASONS
    more = f" and {len(event.files) - most} more" if len(event.files) > most else ""
    return [verb_line("Using", f"{', '.join(event.files[:most])}{more} from this project")]


def _sandbox_chosen(event: SandboxChosen, detail: Detail) -> list[Line]:
    """The sandbox is shown with -v; a missing sandbox always."""
    if event.sandbox == "none" and detail != "quiet":
        return [verb_line("Sandbox", f"none: {event.reason}", style="warn")]
    return [verb_line("Sandbox", f"{event.sandbox} {event.version}".strip())] if detail == "verbose" else []


def _affected(event: Affected, detail: Detail) -> list[Line]:
    """The affected components with the first reasons; all reasons with -v."""
    if detail == "quiet":
        return []
    since = f"since {event.since} ({event.commit[:9]})"
    if not event.components:
        what = f"{count(event.files, 'file')} changed {since}; they affect no component"
        return [verb_line("Unaffected", what if event.files else f"nothing changed {since}")]
    most = None if detail == "verbose" else MAX_REASONS
    lines = []
    for it in event.components:
        more = f", and {len(it.because) - MAX_REASONS} more" if most and len(it.because) > most else ""
        why = Span(f"  {', '.join(it.because[:most])}{more}", "quiet")
        lines.append(verb_line("Affected", Span(it.component, "name"), f"  {', '.join(it.targets)}", why))
    return [verb_line("Comparing", f"{count(event.files, 'file')} changed {since}"), *lines]


def _watching(event: Watching, detail: Detail) -> list[Line]:
    del event
    return [] if detail == "quiet" else [verb_line("Watching", "for changes; Ctrl-C stops it")]


def _changed(event: Changed, detail: Detail) -> list[Line]:
    """An empty line, then the first files."""
    if detail == "quiet":
        return []
    most = len(event.paths) if detail == "verbose" else MAX_REASONS
    more = f", and {len(event.paths) - most} more" if len(event.paths) > most else ""
    return [line(), verb_line("Changed", f"{', '.join(event.paths[:most])}{more}")]


def _provisioning(event: Provisioning, detail: Detail) -> list[Line]:
    return [] if detail == "quiet" else [verb_line("Fetching", Span(event.toolchain, "name"), f"  {event.what}")]


def _downloading(event: Downloading, detail: Detail) -> list[Line]:
    """One line when it begins; how far it is shows only a terminal."""
    if detail == "quiet" or event.done:
        return []
    return [verb_line("Fetching", Span(event.name, "name"), f"  {event.what}")]


def _image_step(event: ImageStep, detail: Detail) -> list[Line]:
    if detail == "quiet":
        return []
    return [verb_line("Preparing", Span(event.toolchain, "name"), f"  {event.progress}  ", Span(event.what, "quiet"))]


def _image_ready(event: ImageReady, detail: Detail) -> list[Line]:
    del detail  # always shown: it is the result
    identity = Span(f"  {event.image} {event.identity}", "quiet")
    return [verb_line("Ready", Span(event.toolchain, "name"), identity, _suffix(duration(event.seconds)))]


def _notice(event: Notice, detail: Detail) -> list[Line]:
    return [] if detail == "quiet" else [verb_line("Notice", event.what, style="warn")]


def _waiting(event: Waiting, detail: Detail) -> list[Line]:
    return [] if detail == "quiet" else [verb_line("Waiting", f"for {event.what}", style="warn")]


def _running(event: ActionStarted, detail: Detail) -> list[Line]:
    """All with -v; else those that their recipe has something to say of, because they take long."""
    if detail == "quiet" or not (event.note or detail == "verbose"):
        return []
    head = verb_line("Running", event.label, *([Span(f"  {event.note}", "quiet")] if event.note else []), style="name")
    return [head, _command_line(event.command)] if detail == "verbose" else [head]


def _finished(event: ActionFinished, detail: Detail) -> list[Line]:
    if event.cached and detail == "verbose":
        return [verb_line("Cached", event.label, style="quiet"), *_output_lines(event.output)]
    if event.cached or detail == "quiet":
        return []
    verb = VERBS.get(step_name(event.label), "Ran")
    return [verb_line(verb, event.label, _suffix(duration(event.seconds))), *_output_lines(event.output)]


def _delivered(event: Delivered, detail: Detail) -> list[Line]:
    if detail == "quiet" or not (event.changed or detail == "verbose"):
        return []
    artifact = event.artifact
    where = f"{Label(artifact.component, artifact.target)}  {artifact.folder}"
    amount = _suffix(size(primary_file(artifact).size))
    version_text = (
        verb_line("Delivered", where, amount) if event.changed else verb_line("Unchanged", where, amount, style="quiet")
    )
    return [version_text, *([_command_line(artifact.run)] if artifact.run else [])]


def _withheld(event: Withheld, detail: Detail) -> list[Line]:
    """The folder of a build that was not delivered, and the state of dist; shown at any detail."""
    del detail
    it = event.artifact
    dist_state = "dist keeps the previous build" if event.previous_delivered else "dist has no build of it"
    module = next((f.name for f in it.files if f.role == "module"), "")
    where = Span(str(Label(it.component, it.target)), "name")
    lines = [verb_line("Withheld", where, f"  {it.folder}; {dist_state}", style="bad")]
    hint = Span(f"hint: examine it with `wasmforge inspect {it.folder}/{module}`", "hint")
    return [*lines, line(BODY, hint)] if module else lines


def _differs(event: Differs, detail: Detail) -> list[Line]:
    """Shown at any detail: the checked and tested files are not those that were built."""
    del detail
    what = f"  {', '.join(event.files)} changed since the build"
    return [verb_line("Differs", Span(str(Label(event.component, event.target)), "name"), what, style="warn")]


def _contract_holds(event: ContractHolds, detail: Detail) -> list[Line]:
    if detail == "quiet" or (event.cached and detail != "verbose"):
        return []
    return [verb_line("Checked", str(Label(event.component, event.target)), _suffix(", ".join(event.features)))]


def _smoke_finished(event: SmokeFinished, detail: Detail) -> list[Line]:
    it = event.outcome
    where = str(Label(it.component, it.target))
    test = f"  {it.test} in {it.runtime}"
    if it.status == "failed":
        first, *rest = tool_lines(it.reason) or [""]
        head = verb_line("Failed", Span(where, "name"), f"{test}: {first}", style="bad")
        return [head, *(line(BODY, Span(text, "tool")) for text in rest), *hint_lines(it.hint)]
    if detail == "quiet" or (it.cached and detail != "verbose" and it.status == "passed"):
        return []
    if it.status == "skipped":
        return [verb_line("Skipped", where, f"{test}: {it.reason}", style="warn")]
    if it.cached:
        return [verb_line("Passed", where, test, _suffix("before"), style="quiet")]
    return [verb_line("Passed", where, test, _suffix(duration(it.seconds)))]


def _loaded(event: Loaded, detail: Detail) -> list[Line]:
    """Skipped loads are shown at the end, by reason."""
    it = event.outcome
    where = str(Label(it.component, it.target))
    if it.status == "failed":
        head = verb_line("Failed", Span(where, "name"), f"  {it.test} in {it.runtime}: {it.reason}", style="bad")
        return [head, *hint_lines(it.hint)]
    if detail == "quiet" or it.status == "skipped" or (it.cached and detail != "verbose"):
        return []
    return [verb_line("Loaded", where, f"  in {it.runtime}", _suffix("before" if it.cached else duration(it.seconds)))]


def _output_lines(output: str, most: int | None = None) -> list[Line]:
    """A tool's output, indented; at most `most` lines, from the first error on, or the last ones without an error."""
    texts = tool_lines(output)
    if not most or len(texts) <= most:
        return [line(BODY, Span(text, "tool")) for text in texts]
    start = telling_start([clean(text) for text in texts])
    start = len(texts) - most if start is None else min(start, len(texts) - most)
    end = start + most
    shown = [line(BODY, Span(text, "tool")) for text in texts[start:end]]
    return [*_left_out(start), *shown, *_left_out(len(texts) - end)]


def _left_out(number: int) -> list[Line]:
    return [line(BODY, Span(f"… {count(number, 'line')} left out; -v shows all", "quiet"))] if number else []


def _command_line(command: str) -> Line:
    return line(BODY, Span(f"$ {command}", "quiet"))


def _suffix(text: str) -> Span:
    return Span(f"  {text}" if text else "", "quiet")


FORMATTERS: dict[type[Event], Callable[[Any, Detail], list[Line]]] = {
    Affected: _affected,
    LocalFiles: _local_files,
    BuildStarted: _started,
    SandboxChosen: _sandbox_chosen,
    Watching: _watching,
    Changed: _changed,
    Provisioning: _provisioning,
    Downloading: _downloading,
    ImageStep: _image_step,
    ImageOutput: lambda event, detail: _output_lines(event.output) if detail == "verbose" else [],
    ImageReady: _image_ready,
    Waiting: _waiting,
    Notice: _notice,
    ActionStarted: _running,
    ActionFinished: _finished,
    ActionFailed: lambda event, detail: failure_lines(event.failure, detail),
    Delivered: _delivered,
    Withheld: _withheld,
    Differs: _differs,
    ContractHolds: _contract_holds,
    RuleViolated: lambda event, _: finding_lines(event.finding),
    Loaded: _loaded,
    SmokeFinished: _smoke_finished,
}
"""The formatter of each event type; for `Finished` see `final_report`."""
