"""`wasmforge bench`: time the same call in WebAssembly, JavaScript and native code."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.declare import Argument, Option
from wasmforge.cli.ends import exit_code
from wasmforge.errors import Exit, usage

if TYPE_CHECKING:
    from wasmforge.ground import Settings
    from wasmforge.measure import Asked
    from wasmforge.model.artifact import Report
    from wasmforge.model.bench import Benched
    from wasmforge.model.events import Event

_HERE = Path()


def bench(
    components: Annotated[
        list[str] | None, Argument(metavar="[COMPONENT]...", help="Only the benches of these components.")
    ] = None,
    engine: Annotated[
        list[str] | None,
        Option("--engine", "-e", metavar="NAME", help="Only in this engine: node, wasmtime, …; may be repeated."),
    ] = None,
    repeats: Annotated[
        int | None, Option("--repeats", "-n", min=3, max=1000, metavar="N", help="Rounds, whatever forge.toml says.")
    ] = None,
    save: Annotated[
        list[Path] | None,
        Option("--save", metavar="FILE", help="Write a file too: .json, .csv, .md, .svg or .html; may be repeated."),
    ] = None,
    compare: Annotated[
        Path | None, Option("--compare", metavar="OLD.json", help="Say what has changed since that run was saved.")
    ] = None,
    fail_above: Annotated[
        str | None,
        Option(
            "--fail-above", metavar="PERCENT", help="With --compare: exit with 1 if something is surely slower by more."
        ),
    ] = None,
    jobs: options.Jobs = 0,
    offline: options.Offline = False,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Time calls of what is built against JavaScript and native code, by turns."""
    from wasmforge.ground import Settings
    from wasmforge.measure import UNASKED, Asked
    from wasmforge.report.bench_files import FORMATS
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.bench import show_benched

    files = save or []
    for file in files:
        if file.suffix not in FORMATS:
            raise usage(f"{file.name!r} ends in no known way", where="--save", hint=f"one of {', '.join(FORMATS)}")
        if not file.parent.is_dir():
            raise usage("there is no such folder", where=f"--save {file}", hint=f"mkdir -p {file.parent}")
    above = _percent(fail_above)
    if fail_above is not None and compare is None:
        raise usage("goes with --compare", where="--fail-above", hint="--compare OLD.json")
    old = _old(compare) if compare else None
    settings = Settings(start=options.folder(directory), workers=jobs, offline=offline, smoke=False, skip_missing=True)
    asked = Asked(components=tuple(components or ()), engines=tuple(engine or UNASKED), repeats=repeats)
    built, benched = _run(settings, asked, quiet=quiet, verbose=verbose, color=color)
    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(benched, paper)
    else:
        show_benched(benched, paper)
    for file in files:
        _write(file, FORMATS[file.suffix](benched))
    worse = _compared(benched, old, above, output, color) if old else False
    failed = worse or any(a.failed for t in benched.tables for a in t.absent)
    nothing = Exit.OK if any(t.entries for t in benched.tables) else Exit.MACHINE
    raise typer.Exit(exit_code(built) or (Exit.FAILED if failed else nothing))


def _run(
    settings: "Settings", asked: "Asked", *, quiet: bool, verbose: bool, color: options.Color
) -> tuple["Report", "Benched"]:
    """Build what is needed, then time it. What is told meanwhile goes to standard error: the answer is the tables."""
    from wasmforge import forge
    from wasmforge.measure import measure, to_build, unbuilt
    from wasmforge.natives import natives
    from wasmforge.report.reporter import make_reporter
    from wasmforge.report.status import Status

    status = Status(sys.stderr, quiet=quiet)
    reporter = make_reporter(
        "plain", quiet=not verbose, verbose=verbose, color=color.value, stdout=sys.stderr, stderr=sys.stderr
    )

    def tell(event: "Event") -> None:
        status("")
        reporter(event)

    try:
        request, libraries = to_build(settings, asked, tell)
        status("building")
        report = forge.build(settings, request, tell)
        native = natives(settings, libraries, tell)
        return report, measure(settings, asked, unbuilt(report), native, tell, status)
    finally:
        status.close()
        reporter.close()


def _compared(benched: "Benched", old: "Benched", above: float, output: options.Output, color: options.Color) -> bool:
    """Tell what has changed; whether something is surely slower by more than is permitted."""
    from wasmforge.bench.change import changes
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.bench import show_changes

    found = changes(benched, old)
    if output is options.Output.JSON:
        show_json(found, options.paper(color))
    else:
        show_changes(found, above, options.paper(color))
    return any(c.worse and c.times > 1 + above for c in found)


def _percent(said: str | None) -> float:
    """`10%` or `10` as 0.1; without a word nothing is too much. Raises ForgeError."""
    if said is None:
        return float("inf")
    try:
        value = float(said.strip().removesuffix("%")) / 100
    except ValueError:
        value = -1.0
    if not 0 <= value < 1000:
        raise usage(f"{said!r} is no percentage", where="--fail-above", hint="--fail-above 10%")
    return value


def _old(file: Path) -> "Benched":
    """The run that was saved. Raises ForgeError."""
    import msgspec

    from wasmforge.model.bench import Benched

    try:
        return msgspec.json.decode(file.read_bytes(), type=Benched)
    except OSError as e:
        raise usage((e.strerror or str(e)).lower(), where=f"--compare {file}") from None
    except msgspec.DecodeError as e:
        hint = "write one with --save FILE.json"
        raise usage(f"is no run that was saved: {e}", where=f"--compare {file}", hint=hint) from None


def _write(file: Path, text: str) -> None:
    """Write a file. Raises ForgeError."""
    from wasmforge.errors import machine

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as e:
        raise machine(f"cannot be written: {(e.strerror or str(e)).lower()}", where=f"--save {file}") from None
