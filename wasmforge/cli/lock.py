"""`wasmforge lock`: write down which toolchains a project is built with."""

from pathlib import Path

import typer

from wasmforge.cli import options

_HERE = Path()


def lock(
    origin: options.OriginKind = None,
    offline: options.Offline = False,
    directory: options.Directory = _HERE,
) -> None:
    """Write forge.lock: the toolchains found here, for `build --locked` to hold every machine to."""
    from wasmforge import forge
    from wasmforge.ground import Settings

    settings = Settings(start=options.folder(directory), offline=offline, origin=origin)
    with options.quiet_reporter() as tell:
        names, changed = forge.lock(settings, tell)
    typer.echo(f"forge.lock {'now names' if changed else 'already names'} {', '.join(names)}")
