"""`wasmforge verify`: build twice and compare."""

from pathlib import Path

import typer

from wasmforge.cli import options
from wasmforge.errors import Exit

_HERE = Path()


def verify(
    components: options.Components = None,
    target: options.Targets = None,
    profile: options.Profile = None,
    jobs: options.Jobs = 0,
    offline: options.Offline = False,
    trust_project: options.TrustProject = False,
    origin: options.OriginKind = None,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Build twice without the store, in different folders as different users, and compare the bytes."""
    from wasmforge.app.verify import verify as build_twice
    from wasmforge.app.workspace import Settings
    from wasmforge.model.request import Request
    from wasmforge.report.views.verify import show_verify

    settings = Settings(
        start=options.folder(directory), workers=jobs, offline=offline, origin=origin, trust_project=trust_project
    )
    request = Request(components=tuple(components or ()), targets=tuple(target or ()), profile=profile)
    with options.reporter(output, quiet, verbose, color) as emit:
        verified = build_twice(settings, request, emit)
    options.show(verified, show_verify, output, color)
    codes = {f.exit_code for f in verified.failures}
    if codes or verified.differing:
        raise typer.Exit(Exit.MACHINE if codes == {Exit.MACHINE} else Exit.FAILED)
