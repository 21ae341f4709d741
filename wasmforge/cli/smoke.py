"""`wasmforge smoke`: run only."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmforge.cli import narrow, options
from wasmforge.cli.declare import Option
from wasmforge.cli.ends import exit_code

if TYPE_CHECKING:
    from wasmforge.model.artifact import Report

_HERE = Path()


def smoke(
    components: options.Components = None,
    target: options.Targets = None,
    affected: narrow.Affected = False,
    base: narrow.Base = None,
    head: narrow.Head = None,
    runtime: Annotated[
        list[str] | None,
        Option("--runtime", "-r", metavar="NAME", help="Only in this runtime, such as chromium; may be repeated."),
    ] = None,
    junit: Annotated[
        Path | None, Option("--junit", metavar="FILE", help="Write the outcomes to a JUnit file as well.")
    ] = None,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Run the smoke tests of what stands in dist in every runtime, without building."""
    from wasmforge import forge
    from wasmforge.ground import Settings

    request = narrow.request(components, target, affected=affected, base=base, head=head)
    settings = Settings(start=options.folder(directory))
    with options.reporter(output, quiet, verbose, color) as tell:
        chosen = tuple(runtime or ())
        report = forge.recheck(settings, request, tell, contracts=False, trials=True, runtimes=chosen)
    if junit is not None:
        _write(junit, report)
    raise typer.Exit(exit_code(report))


def _write(file: Path, report: "Report") -> None:
    """The JUnit file. Raises ForgeError when it cannot be written."""
    from wasmforge.errors import machine
    from wasmforge.report.junit import junit

    try:
        file.write_bytes(junit(report.outcomes))
    except OSError as e:
        raise machine(f"cannot be written: {(e.strerror or str(e)).lower()}", where=f"--junit {file}") from None
