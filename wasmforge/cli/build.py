"""`wasmforge build`: build, check contracts, run smoke tests."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from wasmforge.app.trace import traced
from wasmforge.cli import options, selection_options
from wasmforge.cli.exit_code import exit_code_of
from wasmforge.cli.params import Option
from wasmforge.cli.watch import keep_building, reject_with_watch
from wasmforge.errors import Exit, usage_error

if TYPE_CHECKING:
    from wasmforge.app.uptodate_record import UpToDateRecorder
    from wasmforge.report.event_lines import Detail

_HERE = Path()


def build(
    components: options.Components = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    jobs: options.Jobs = 0,
    keep_going: Annotated[bool, Option("--keep-going", "-k", help="Continue after a failure.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the plan and do nothing.")] = False,
    smoke: Annotated[bool, Option("--smoke/--no-smoke", help="Run the smoke tests of what was built.")] = True,
    offline: options.Offline = False,
    trust_project: options.TrustProject = False,
    skip_missing: Annotated[
        bool, Option("--skip-missing", help="Leave out and name what this machine has no toolchain for.")
    ] = False,
    locked: Annotated[bool, Option("--locked", help="Refuse toolchains that forge.lock does not name.")] = False,
    frozen: Annotated[bool, Option("--frozen", help="--locked and --offline.")] = False,
    origin: options.OriginKind = None,
    sandbox: options.Sandbox = None,
    affected: selection_options.Affected = False,
    base: selection_options.Base = None,
    head: selection_options.Head = None,
    job: selection_options.JobNumber = None,
    job_total: selection_options.JobTotal = None,
    watch: Annotated[bool, Option("--watch", "-w", help="Build again what a change affects, until Ctrl-C.")] = False,
    trace: Annotated[
        Path | None, Option("--trace", metavar="FILE", help="Write a trace of durations in Chrome's trace format.")
    ] = None,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> Exit:
    """Build components, check their targets' contracts on the bytes, and run their smoke tests."""
    from wasmforge.app import build as use_case
    from wasmforge.app.workspace import Settings

    settings = Settings(
        start=options.folder(directory),
        workers=jobs,
        keep_going=keep_going,
        offline=offline or frozen,
        locked=locked or frozen,
        smoke=smoke,
        skip_missing=skip_missing,
        origin=origin,
        sandbox=sandbox.value if sandbox else None,
        trust_project=trust_project,
    )
    if job_total is not None and job is None:
        raise usage_error("needs --job", where=f"--job-total {job_total}", hint="add --job I, from 0")
    request = selection_options.request_of(
        components, target, profile, affected=affected, base=base, head=head, job=job, total=job_total
    )
    if watch:
        reject_with_watch(dry_run=dry_run, trace=trace is not None, affected=affected, job=job is not None)
        keep_building(settings, request, output=output, quiet=quiet, verbose=verbose, color=color)
    if dry_run:
        from wasmforge.app.dry_run import dry_run as make_plan
        from wasmforge.report.views.plan import show_plan

        with options.quiet_reporter(quiet=quiet) as emit:
            options.show(make_plan(settings, request, emit), show_plan, output, color)
        return Exit.OK
    with options.reporter(output, quiet, verbose, color) as emit:
        if trace is not None:
            with traced(settings.start, trace, emit) as tell_both:
                report = use_case.build(settings, request, tell_both)
        else:
            recorder = _recorder(output, quiet, verbose, color)
            report = use_case.build(settings, request, recorder.tee(emit), recorder)
    return exit_code_of(report)


def _recorder(output: options.Output, quiet: bool, verbose: bool, color: options.Color) -> "UpToDateRecorder":
    """The recorder of an up-to-date build, with the output in the format of this command line."""
    from wasmforge.app.uptodate_record import UpToDateRecorder
    from wasmforge.report.output import make_output
    from wasmforge.report.replay import replay_json, replay_text

    argv = sys.argv[1:]
    if output is options.Output.JSON:
        aside = None if quiet else make_output(sys.stderr, color.value)
        return UpToDateRecorder(
            argv, lambda events: replay_json(events, options.open_output(options.Color.NEVER), aside)
        )
    detail: Detail = "quiet" if quiet else "verbose" if verbose else "normal"
    return UpToDateRecorder(argv, lambda events: replay_text(events, options.open_output(color), detail))
