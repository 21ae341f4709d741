"""Checks contracts and runs smoke tests of dist without building; builds use the same functions for candidates."""

import time
from collections.abc import Sequence

import msgspec

from wasmforge.app.load_checks import run_smoke_and_load_checks
from wasmforge.app.outcome_hints import with_toolchain_hint
from wasmforge.app.selection import select_units
from wasmforge.app.smoke import DeliveredPair, plan_smoke_runs, restrict_to_runtimes, runtime_context
from wasmforge.app.source_hints import with_source_hint
from wasmforge.app.workspace import VALIDATOR_TOOLCHAIN, EventSink, Settings, Workspace
from wasmforge.contracts.blame import Blame
from wasmforge.contracts.check import check_delivery
from wasmforge.contracts.validator import Validator
from wasmforge.delivery.known_aot import unknown_aot
from wasmforge.errors import ForgeError
from wasmforge.model.events import Finished, Loaded, RuleViolated, SmokeFinished
from wasmforge.model.finding import Finding
from wasmforge.model.report import Report
from wasmforge.model.smoke import Outcome
from wasmforge.plan import Request
from wasmforge.store.store import Store


def check(
    settings: Settings,
    request: Request,
    emit: EventSink,
    *,
    contracts: bool,
    smoke: bool,
    runtimes: tuple[str, ...] = (),
) -> Report:
    """Check the contracts of what is in dist, run its smoke tests (in these runtimes, if any), or both."""
    from wasmforge.app.delivered import find_delivered

    started = time.monotonic()
    workspace = Workspace(settings, emit, read_only=not smoke)
    there, missing = find_delivered(workspace, select_units(workspace, request))
    if missing:
        raise ForgeError(*missing)
    there = restrict_to_runtimes(workspace, there, runtimes) if runtimes else there
    report = Report(artifacts=tuple(a for _, a in there))
    if contracts:
        report = _with_unknown_aot(workspace, check_contracts(workspace, there, None))
    if smoke:
        report = run_tests(workspace, report, there, None)
    report = msgspec.structs.replace(report, only_smoke=not contracts, seconds=time.monotonic() - started)
    emit(Finished(report=report))
    return report


def check_contracts(workspace: Workspace, pairs: Sequence[DeliveredPair], blame: Blame | None) -> Report:
    """Check the contracts of these deliveries on the bytes. After a build, `blame` finds the source of a feature."""
    validator = Validator(workspace.tools.toolchain(VALIDATOR_TOOLCHAIN), workspace.store, workspace.cancel)
    return check_delivery(
        workspace.root,
        pairs,
        validator,
        workspace.settings.threads,
        workspace.emit,
        blame,
        lambda f: with_source_hint(workspace, f),
    )


def _with_unknown_aot(workspace: Workspace, report: Report) -> Report:
    """The report with a finding for each native code in dist that no build on this machine made."""
    found = []
    for artifact in report.artifacts:
        for name in unknown_aot(workspace.store, artifact):
            finding = Finding(
                component=artifact.component,
                target=artifact.target,
                rule="aot",
                item=name,
                what=f"{name} is not native code that a build here made: no test and no bench runs it",
                hint="build it again",
            )
            workspace.emit(RuleViolated(finding=finding))
            found.append((artifact.label, finding))
    unknown = {label for label, _ in found}
    held = tuple(label for label in report.contracts_held if label not in unknown)
    return msgspec.structs.replace(report, findings=(*report.findings, *(f for _, f in found)), contracts_held=held)


def run_tests(workspace: Workspace, report: Report, delivered: Sequence[DeliveredPair], memory: Store | None) -> Report:
    """Load these and run their smoke tests. With a store, tests that passed on the same bytes are not run again."""

    def emit(outcome: Outcome) -> None:
        outcome = with_toolchain_hint(workspace, outcome)
        workspace.emit(Loaded(outcome=outcome) if outcome.load else SmokeFinished(outcome=outcome))

    context = runtime_context(workspace, delivered)
    smoke_runs = plan_smoke_runs(workspace, delivered, context)
    outcomes, loads = run_smoke_and_load_checks(workspace, delivered, smoke_runs, context, memory, emit)
    advised, advised_loads = (tuple(with_toolchain_hint(workspace, o) for o in some) for some in (outcomes, loads))
    return msgspec.structs.replace(report, outcomes=advised, loads=advised_loads)
