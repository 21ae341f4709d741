"""`wasmforge check`: contracts only."""

from pathlib import Path
from typing import Annotated

import typer

from wasmforge.cli import narrow, options
from wasmforge.cli.declare import Argument
from wasmforge.cli.ends import exit_code
from wasmforge.errors import usage

_HERE = Path()


def check(
    what: Annotated[
        list[str] | None,
        Argument(metavar="[COMPONENT|FILE.wasm]...", help="Only these components, or modules from anywhere."),
    ] = None,
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
    """Prove the contracts of what stands in dist, without building; or those of any module, for every target."""
    from wasmforge import forge, judge_file
    from wasmforge.ground import Settings

    files = [name for name in what or () if name.endswith((".wasm", ".cwasm", ".aot", ".so"))]
    if files:
        if len(files) < len(what or ()):
            raise usage("components and files cannot be checked together", hint="check one after the other")
        if affected or base or head:
            raise usage("is about components, not about files", where="--affected", hint="leave it out")
        start = options.folder(directory)
        with options.reporter(output, quiet, verbose, color) as tell:
            report = judge_file.judge_files(start, [start / f for f in files], target or (), tell)
        raise typer.Exit(exit_code(report))
    request = narrow.request(what, target, affected=affected, base=base, head=head)
    settings = Settings(start=options.folder(directory))
    with options.reporter(output, quiet, verbose, color) as tell:
        report = forge.recheck(settings, request, tell, contracts=True, trials=False)
    raise typer.Exit(exit_code(report))
