"""`wasmforge check`: contracts only."""

from pathlib import Path
from typing import Annotated

import typer

from wasmforge.cli import options, selection_options
from wasmforge.cli.exit_code import exit_code_of
from wasmforge.cli.params import Argument
from wasmforge.errors import usage_error

_HERE = Path()


def check(
    what: Annotated[
        list[str] | None,
        Argument(metavar="[COMPONENT|FILE.wasm]...", help="Only these components, or modules from anywhere."),
    ] = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    affected: selection_options.Affected = False,
    base: selection_options.Base = None,
    head: selection_options.Head = None,
    trust_project: options.TrustProject = False,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Check the contracts of what is in dist, without building; or those of any module, for every target."""
    from wasmforge.app import check as use_case
    from wasmforge.app import check_file
    from wasmforge.app.workspace import Settings

    files = [name for name in what or () if name.endswith((".wasm", ".cwasm", ".aot", ".so"))]
    if files:
        if len(files) < len(what or ()):
            raise usage_error("components and files cannot be checked together", hint="check one after the other")
        if affected or base or head:
            raise usage_error("applies to components, not to files", where="--affected", hint="leave it out")
        if profile:
            raise usage_error("applies to components, not to files", where="--profile", hint="leave it out")
        start = options.folder(directory)
        with options.reporter(output, quiet, verbose, color) as emit:
            paths = [start / f for f in files]
            report = check_file.check_files(start, paths, target or (), emit, trust_project=trust_project)
        raise typer.Exit(exit_code_of(report))
    request = selection_options.request_of(what, target, profile, affected=affected, base=base, head=head)
    settings = Settings(start=options.folder(directory), trust_project=trust_project)
    with options.reporter(output, quiet, verbose, color) as emit:
        report = use_case.check(settings, request, emit, contracts=True, smoke=False)
    raise typer.Exit(exit_code_of(report))
