"""`wasmforge smoke`: runs the smoke tests of what is in dist, without building."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmforge.cli import options, selection_options
from wasmforge.cli.exit_code import exit_code_of
from wasmforge.cli.params import Option

if TYPE_CHECKING:
    pass

_HERE = Path()


def smoke(
    components: options.Components = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    affected: selection_options.Affected = False,
    base: selection_options.Base = None,
    head: selection_options.Head = None,
    runtime: Annotated[
        list[str] | None,
        Option("--runtime", "-r", metavar="NAME", help="Only in this runtime, such as chromium; may be repeated."),
    ] = None,
    junit: Annotated[
        Path | None, Option("--junit", metavar="FILE", help="Write the outcomes to a JUnit file as well.")
    ] = None,
    sandbox: options.Sandbox = None,
    trust_project: options.TrustProject = False,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Run the smoke tests of what is in dist in every runtime, without building."""
    from wasmforge.app.check import check
    from wasmforge.app.workspace import Settings

    request = selection_options.request_of(components, target, profile, affected=affected, base=base, head=head)
    settings = Settings(
        start=options.folder(directory), sandbox=sandbox.value if sandbox else None, trust_project=trust_project
    )
    with options.reporter(output, quiet, verbose, color) as emit:
        chosen = tuple(runtime or ())
        report = check(settings, request, emit, contracts=False, smoke=True, runtimes=chosen)
    if junit is not None:
        from wasmforge.cli.output_file import write_output_file
        from wasmforge.report.junit import junit as junit_xml

        write_output_file(junit, junit_xml(report.outcomes, report.loads), "--junit")
    raise typer.Exit(exit_code_of(report))
