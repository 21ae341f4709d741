"""`wasmforge build`: build, prove and run."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from wasmforge.cli import narrow, options
from wasmforge.cli.declare import Option
from wasmforge.cli.ends import exit_code
from wasmforge.cli.trace import traced
from wasmforge.cli.watch import alone, keep_building
from wasmforge.errors import Exit, usage

if TYPE_CHECKING:
    from wasmforge.model.plan import Plan
    from wasmforge.report.words import Detail
    from wasmforge.settle import Settler

_HERE = Path()


def build(
    components: options.Components = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    jobs: options.Jobs = 0,
    keep_going: Annotated[bool, Option("--keep-going", "-k", help="Go on after a failure.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", "-n", help="Show the plan and do nothing.")] = False,
    smoke: Annotated[bool, Option("--smoke/--no-smoke", help="Run the smoke tests of what was built.")] = True,
    offline: options.Offline = False,
    skip_missing: Annotated[
        bool, Option("--skip-missing", help="Leave out what this machine has no toolchain for, and say so.")
    ] = False,
    locked: Annotated[bool, Option("--locked", help="Refuse toolchains that forge.lock does not name.")] = False,
    frozen: Annotated[bool, Option("--frozen", help="--locked and --offline.")] = False,
    origin: options.OriginKind = None,
    affected: narrow.Affected = False,
    base: narrow.Base = None,
    head: narrow.Head = None,
    job: narrow.JobNumber = None,
    job_total: narrow.JobTotal = None,
    watch: Annotated[bool, Option("--watch", "-w", help="Build again what a change touches, until Ctrl-C.")] = False,
    trace: Annotated[
        Path | None, Option("--trace", metavar="FILE", help="Write what took how long, as Chrome's trace format.")
    ] = None,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> Exit:
    """Build components, prove their targets' contracts on the bytes, and run their smoke tests."""
    from wasmforge import forge
    from wasmforge.ground import Settings

    settings = Settings(
        start=options.folder(directory),
        workers=jobs,
        keep_going=keep_going,
        offline=offline or frozen,
        locked=locked or frozen,
        smoke=smoke,
        skip_missing=skip_missing,
        origin=origin,
    )
    if job_total is not None and job is None:
        raise usage("which of these jobs is this?", where=f"--job-total {job_total}", hint="add --job I, from 0")
    request = narrow.request(
        components, target, profile, affected=affected, base=base, head=head, job=job, total=job_total
    )
    if watch:
        alone(dry_run=dry_run, trace=trace is not None, affected=affected, job=job is not None)
        keep_building(settings, request, output=output, quiet=quiet, verbose=verbose, color=color)
    if dry_run:
        with options.quiet_reporter(quiet=quiet) as tell:
            _show(forge.dry_run(settings, request, tell), output, color)
        return Exit.OK
    with options.reporter(output, quiet, verbose, color) as tell:
        if trace is not None:
            with traced(settings.start / trace, tell) as tell_both:
                report = forge.build(settings, request, tell_both)
        else:
            settler = _settler(output, quiet, verbose, color)
            report = forge.build(settings, request, settler.hearing(tell), settler)
    return exit_code(report)


def _settler(output: options.Output, quiet: bool, verbose: bool, color: options.Color) -> "Settler":
    """Who writes down what this build rested on, with the words as they are told here."""
    from wasmforge.report.again import json_again, words_again
    from wasmforge.report.paper import make_paper
    from wasmforge.settle import Settler

    argv = sys.argv[1:]
    if output is options.Output.JSON:
        aside = None if quiet else make_paper(sys.stderr, color.value)
        return Settler(argv, lambda events: json_again(events, options.paper(options.Color.NEVER), aside))
    detail: Detail = "quiet" if quiet else "verbose" if verbose else "normal"
    return Settler(argv, lambda events: words_again(events, options.paper(color), detail))


def _show(plan: "Plan", output: options.Output, color: options.Color) -> None:
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.plan import show_plan

    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(plan, paper)
    else:
        show_plan(plan, paper)
