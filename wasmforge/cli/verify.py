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
    origin: options.OriginKind = None,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Build twice without the store, in different folders and for different callers, and compare the bytes."""
    from wasmforge.ground import Settings
    from wasmforge.plan import Request
    from wasmforge.report.json_lines import show_json
    from wasmforge.report.views.twice import show_twice
    from wasmforge.verify import verify as build_twice

    settings = Settings(start=options.folder(directory), workers=jobs, offline=offline, origin=origin)
    request = Request(components=tuple(components or ()), targets=tuple(target or ()), profile=profile)
    with options.reporter(output, quiet, verbose, color) as tell:
        twice = build_twice(settings, request, tell)
    paper = options.paper(color)
    if output is options.Output.JSON:
        show_json(twice, paper)
    else:
        show_twice(twice, paper)
    codes = {f.exit_code for f in twice.failures}
    if codes or twice.differing:
        raise typer.Exit(Exit.MACHINE if codes == {Exit.MACHINE} else Exit.FAILED)
