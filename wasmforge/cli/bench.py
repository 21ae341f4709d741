"""`wasmforge bench`: time the same call in WebAssembly, JavaScript and native code."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.exit_code import exit_code_of
from wasmforge.cli.params import Argument, Option
from wasmforge.errors import Exit, usage_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wasmforge.app.bench import BenchRequest
    from wasmforge.app.workspace import Settings
    from wasmforge.model.bench import BenchRun
    from wasmforge.model.events import Event
    from wasmforge.model.report import Report

_HERE = Path()


def bench(
    components: Annotated[
        list[str] | None, Argument(metavar="[COMPONENT]...", help="Only the benchmarks of these components.")
    ] = None,
    engine: Annotated[
        list[str] | None,
        Option(
            "--engine", "-e", metavar="NAME", help="Only in this engine, such as node or wasmtime; may be repeated."
        ),
    ] = None,
    repeats: Annotated[
        int | None,
        Option(
            "--repeats", "-n", min=3, max=1000, metavar="N", help="How many rounds, instead of what forge.toml says."
        ),
    ] = None,
    save: Annotated[
        list[Path] | None,
        Option(
            "--save", metavar="FILE", help="Write a file as well: .json, .csv, .md, .svg or .html; may be repeated."
        ),
    ] = None,
    compare: Annotated[
        Path | None, Option("--compare", metavar="OLD.json", help="Compare with a saved run, and show what changed.")
    ] = None,
    fail_above: Annotated[
        str | None,
        Option(
            "--fail-above",
            metavar="PERCENT",
            help="With --compare: exit with 1 if something is certainly slower by more than this.",
        ),
    ] = None,
    jobs: options.Jobs = 0,
    offline: options.Offline = False,
    trust_project: options.TrustProject = False,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Time calls of components against JavaScript and native code, in alternating rounds."""
    from wasmforge.app.bench import DEFAULT_ENGINES, BenchRequest
    from wasmforge.app.bench_compare import read_saved_run
    from wasmforge.app.workspace import Settings
    from wasmforge.report.views.bench import show_bench

    _check_output_files(save or [])
    limit = _parse_percent(fail_above)
    if fail_above is not None and compare is None:
        raise usage_error("goes with --compare", where="--fail-above", hint="--compare OLD.json")
    saved = read_saved_run(compare) if compare else None
    settings = Settings(
        start=options.folder(directory),
        workers=jobs,
        offline=offline,
        smoke=False,
        skip_missing=True,
        trust_project=trust_project,
    )
    request = BenchRequest(
        components=tuple(components or ()), engines=tuple(engine or DEFAULT_ENGINES), repeats=repeats
    )
    report, run = _run(settings, request, quiet=quiet, verbose=verbose, color=color)
    options.show(run, show_bench, output, color)
    _write_output_files(save or [], run)
    too_slow = _show_changes(run, saved, limit, output, color) if saved else False
    failed = Exit.FAILED if too_slow or run.failed else Exit.OK
    raise typer.Exit(exit_code_of(report) or failed or (Exit.MACHINE if run.empty else Exit.OK))


def _run(
    settings: "Settings", request: "BenchRequest", *, quiet: bool, verbose: bool, color: options.Color
) -> tuple["Report", "BenchRun"]:
    """Run the benchmarks. Progress goes to standard error, since the result is the tables."""
    from wasmforge.app.bench import run_bench
    from wasmforge.report.output import StatusLine
    from wasmforge.report.reporter import make_reporter

    status = StatusLine(sys.stderr, quiet=quiet)
    reporter = make_reporter(
        "plain", quiet=not verbose, verbose=verbose, color=color.value, stdout=sys.stderr, stderr=sys.stderr
    )

    def emit(event: "Event") -> None:
        status.show("")
        reporter.emit(event)

    try:
        return run_bench(settings, request, emit, status.show)
    finally:
        status.close()
        reporter.close()


def _show_changes(
    run: "BenchRun", saved: "BenchRun", limit: float, output: options.Output, color: options.Color
) -> bool:
    """Show the changes since a saved run. Returns whether something is certainly slower by more than the limit."""
    from wasmforge.app.bench_compare import compare_with_saved
    from wasmforge.report.views.bench import show_changes

    changes = compare_with_saved(run, saved)
    options.show(changes, lambda rows, out: show_changes(rows, limit, out), output, color)
    return any(change.exceeds(limit) for change in changes)


def _check_output_files(files: "Sequence[Path]") -> None:
    """Refuse files of `--save` that cannot be written, before anything is timed. Raises ForgeError."""
    from wasmforge.report.bench.files import FORMATS

    for file in files:
        if file.suffix not in FORMATS:
            hint = f"one of {', '.join(FORMATS)}"
            raise usage_error(f"{file.name!r} has no known file extension", where="--save", hint=hint)
        if not file.parent.is_dir():
            raise usage_error("no such folder", where=f"--save {file}", hint=f"mkdir -p {file.parent}")


def _write_output_files(files: "Sequence[Path]", run: "BenchRun") -> None:
    """Write the results to the files of `--save`. Raises ForgeError."""
    from wasmforge.cli.output_file import write_output_file
    from wasmforge.report.bench.files import FORMATS

    for file in files:
        write_output_file(file, FORMATS[file.suffix](run).encode(), "--save")


def _parse_percent(text: str | None) -> float:
    """`10%` or `10` as 0.1; infinite if no limit is given. Raises ForgeError."""
    if text is None:
        return float("inf")
    try:
        value = float(text.strip().removesuffix("%")) / 100
    except ValueError:
        value = -1.0
    if not 0 <= value < 1000:
        raise usage_error(f"{text!r} is not a percentage", where="--fail-above", hint="--fail-above 10%")
    return value
