"""`wasmforge smoke`: run only."""

from pathlib import Path

import typer

from wasmforge.cli import narrow, options
from wasmforge.cli.ends import exit_code

_HERE = Path()


def smoke(
    components: options.Components = None,
    target: options.Targets = None,
    affected: narrow.Affected = False,
    base: narrow.Base = None,
    head: narrow.Head = None,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Run the smoke tests of what stands in dist, without building."""
    from wasmforge import forge
    from wasmforge.ground import Settings

    request = narrow.request(components, target, affected=affected, base=base, head=head)
    settings = Settings(start=options.folder(directory))
    with options.reporter(output, quiet, verbose, color) as tell:
        report = forge.recheck(settings, request, tell, contracts=False, trials=True)
    raise typer.Exit(exit_code(report))
